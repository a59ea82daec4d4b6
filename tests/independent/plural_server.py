"""An independent Plural: token, orders, payments, capture, cancel, refunds.

Its own settling rule: a payment settles at the first read of its order (by id or by merchant reference),
and that read already shows the outcome: AUTHORIZED with pre_auth, PROCESSED without, FAILED for good when the
order's amount is `plural_bed.DECLINED_PAISA`. Nothing else settles it; without a read an order stays PENDING.

Choices where the reference is silent or contradicts itself (evidence: unknown): token requests answer 422
when malformed and 401 for wrong credentials; orders and refunds share one space of merchant references per
merchant, payments have another; a repeated reference is always refused; capture and refund beyond the money
there is are OPERATION_NOT_ALLOWED; a partial capture leaves the order PROCESSED; refunds are PROCESSED at
once. The order of judgement is path, method, token, body, order, fields, references, state.

Faults, each one behaviour:
    capture-while-pending       capture passes on a PENDING order
    cancel-after-processed      cancel passes on a PROCESSED order
    over-refund                 a refund may exceed what is left
    authorized-without-preauth  a payment without pre_auth settles at AUTHORIZED
    status-goes-backwards       every second read of a settled, unrefunded order shows PENDING again
    webhook-reserialised        webhooks are signed over another serialisation than the one sent
    wrong-reference-echoed      replies name the merchant_order_reference with an R- before it
    token-never-expires         tokens are accepted after expires_at
    no-auth-on-get              reads ask for no token
"""

from __future__ import annotations

import hmac
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

if __name__ == "__main__" and not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    __package__ = "independent"

from . import command, plural_bed, plural_rules
from .plural_bed import Merchant, moment, testbed
from .plural_orders import Orders
from .plural_rules import RefusedError, invalid
from .plural_webhooks import Sender
from .wire import Call, GarbageError, Reply, Running, json_object, path_parts

__all__ = ["FAULTS", "serve", "testbed"]

FAULTS = frozenset(
    {
        "capture-while-pending",
        "cancel-after-processed",
        "over-refund",
        "authorized-without-preauth",
        "status-goes-backwards",
        "webhook-reserialised",
        "wrong-reference-echoed",
        "token-never-expires",
        "no-auth-on-get",
    }
)


class Plural:
    """The gateway: its tokens, and the way of a request to the orders."""

    def __init__(
        self,
        faults: Collection[str],
        now: Callable[[], float],
        token_lifetime_s: float,
        webhook_url: str | None,
    ) -> None:
        self.faults = command.known(faults, FAULTS)
        self.now = now
        self.token_lifetime_s = token_lifetime_s
        self.merchants = (plural_bed.MAIN, plural_bed.SECOND)
        self.tokens: dict[str, tuple[Merchant, float]] = {}
        self.lock = threading.Lock()
        reserialised = "webhook-reserialised" in self.faults
        self.sender = Sender(webhook_url, now, reserialised=reserialised) if webhook_url else None
        self.orders = Orders(self.faults, now, self.sender)
        order = "/api/pay/v1/orders/([^/]+)"
        self.routes: list[tuple[str, str, Callable[..., dict[str, Any]], int]] = [
            ("POST", "/api/pay/v1/orders", self.orders.create, 201),
            ("GET", "/api/pay/v1/orders/reference/([^/]+)", self.orders.read_by_reference, 200),
            ("GET", order, self.orders.read, 200),
            ("POST", f"{order}/payments", self.orders.pay, 200),
            ("PUT", f"{order}/capture", self.orders.capture, 200),
            ("PUT", f"{order}/cancel", self.orders.cancel, 200),
            ("POST", "/api/pay/v1/refunds/([^/]+)", self.orders.refund, 200),
        ]

    def answer(self, call: Call) -> Reply:
        """Answer a request: its data, or a code and a message."""
        try:
            with self.lock:
                return self._operate(call)
        except GarbageError as garbage:
            status = 422 if call.path == "/api/auth/v1/token" else 400
            return _error(invalid(f"Invalid request: {garbage}", status))
        except RefusedError as refused:
            return _error(refused)

    def refuse(self, status: int, reason: str) -> Reply:
        """Word what the HTTP layer refused."""
        return _error(RefusedError(status, "INVALID_REQUEST" if status < 500 else "INTERNAL_ERROR", reason))

    def _operate(self, call: Call) -> Reply:
        if call.path == "/api/auth/v1/token":
            if call.method != "POST":
                raise RefusedError(405, "METHOD_NOT_ALLOWED", "Method not allowed", "POST")
            return Reply(200, self.token(_body(call)))
        found = [(route, match) for route in self.routes if (match := re.fullmatch(route[1], call.path))]
        if not found:
            raise RefusedError(404, "NOT_FOUND", "There is nothing at this path")
        chosen = [pair for pair in found if pair[0][0] == call.method]
        if not chosen:
            raise RefusedError(405, "METHOD_NOT_ALLOWED", "Method not allowed", found[0][0][0])
        (method, _, operation, status), match = chosen[0]
        merchant = self._bearer(call, required=not (method == "GET" and "no-auth-on-get" in self.faults))
        ids = [path_parts(raw)[0] for raw in match.groups()]
        body = {} if method == "GET" or operation == self.orders.cancel else _body(call)
        return Reply(status, {"data": operation(merchant, body, *ids)})

    def _bearer(self, call: Call, *, required: bool) -> Merchant | None:
        scheme, _, token = call.header("Authorization").partition(" ")
        owner = self.tokens.get(token) if scheme.lower() == "bearer" else None
        if owner and (self.now() < owner[1] or "token-never-expires" in self.faults):
            return owner[0]
        if required:
            raise RefusedError(401, "UNAUTHORIZED", "Unauthorized")
        return None

    def token(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give a bearer token; the one reply, with errors, that has no `data` around it."""
        client_id, client_secret = plural_rules.token_request(body)
        for merchant in self.merchants:
            right = hmac.compare_digest(client_secret.encode(), merchant.client_secret.encode())
            if merchant.client_id == client_id and right:
                token, ends_s = secrets.token_urlsafe(32), self.now() + self.token_lifetime_s
                self.tokens[token] = (merchant, ends_s)
                return {"access_token": token, "expires_at": moment(ends_s)}
        raise RefusedError(401, "UNAUTHORIZED", "Unauthorized")


def _body(call: Call) -> dict[str, Any]:
    if call.too_long:
        raise GarbageError("the body is too long")
    if call.content_type != "application/json":
        raise GarbageError("the body should be application/json")
    return json_object(call.body)


def _error(refused: RefusedError) -> Reply:
    return Reply(refused.status, {"code": refused.code, "message": refused.message}, refused.headers)


class RunningPlural(Running):
    """A Plural at work, with its webhooks."""

    def __init__(self, plural: Plural, port: int) -> None:
        self._plural = plural
        super().__init__(plural, port)

    def close(self) -> None:
        """Stop serving, then send the webhooks that wait."""
        super().close()
        if self._plural.sender is not None:
            self._plural.sender.close()


def serve(
    port: int = 0,
    faults: Collection[str] = frozenset(),
    *,
    now: Callable[[], float] = time.time,
    token_lifetime_s: float = 3600,
    webhook_url: str | None = None,
) -> RunningPlural:
    """Start the gateway; its `url` is the root, before /api.

    Args:
        port: Where to listen on the loopback address; 0 takes a free port.
        faults: Names out of `FAULTS`.
        now: The clock, in seconds since the epoch.
        token_lifetime_s: How long a bearer token is good.
        webhook_url: Where webhooks of every merchant go; None sends none.
    """
    return RunningPlural(Plural(faults, now, token_lifetime_s, webhook_url), port)


def main(argv: list[str] | None = None) -> None:
    """Serve until interrupted, and print the base URL."""
    parser = command.parser("plural_server.py", FAULTS)
    parser.add_argument("--webhook-url", help="where to send webhooks; nowhere when left out")
    parser.add_argument("--token-lifetime", type=float, default=3600, metavar="SECONDS")
    options = parser.parse_args(argv)
    if command.written(options, testbed()):
        return
    running = serve(
        options.port or 0,
        options.fault,
        token_lifetime_s=options.token_lifetime,
        webhook_url=options.webhook_url,
    )
    command.run(running)


if __name__ == "__main__":
    main()
