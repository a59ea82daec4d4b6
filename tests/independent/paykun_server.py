"""An independent PayKun: the four merchant REST operations, under /v1/merchant and nowhere else.

Choices where the reference is silent (evidence: unknown): a bad token answers 401 and a bad signature 403,
each with an error object; a missing signature is a missing field, so 400 with an array; booleans are signed
as `paykun_rules.BOOLEAN_TEXT` says; refunds of one transaction are counted together against its amount; and
a filter that matches nothing gives an empty page. The order of judgement is path, method, token, bytes,
signature, fields, data.

Faults, each one behaviour:
    signatures-ignored        no request signature is looked at
    remarks-not-covered       a refund whose remarks were changed after signing passes (see signable_remarks)
    stale-response-signature  the status reply is signed before its `status` takes its last value
    amount-as-string          gross_amount is a text
    no-auth-on-orders         the orders list asks for no token
    over-refund               a refund may exceed the amount
    error-500-on-unicode      a value outside ASCII answers 500
    wrong-error-envelope      every error is {"success": false, "error": {...}}
    page-filter-ignored       the orders list ignores status, dates and e-mail, though not the page
    other-merchant-readable   status and orders show every merchant's transactions
"""

from __future__ import annotations

import hmac
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

if __name__ == "__main__" and not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    __package__ = "independent"

from . import command, paykun_bed, paykun_rules
from .paykun_bed import Merchant, Transaction, testbed
from .paykun_rules import IST, Problem
from .wire import Call, GarbageError, Reply, Running, json_object, pairs, path_parts

__all__ = ["FAULTS", "serve", "testbed"]

HREF = "http://api.paykun.com/#error_codes"
FAULTS = frozenset(
    {
        "signatures-ignored",
        "remarks-not-covered",
        "stale-response-signature",
        "amount-as-string",
        "no-auth-on-orders",
        "over-refund",
        "error-500-on-unicode",
        "wrong-error-envelope",
        "page-filter-ignored",
        "other-merchant-readable",
    }
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class InvalidError(Exception):
    """The request breaks rules of form: 400 with an array."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("invalid")
        self.problems = problems


class RefusedError(Exception):
    """The request is well formed and refused: an error object."""

    def __init__(self, code: str, message: str, status: int = 400, allow: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.headers = (("Allow", allow),) if allow else ()


class PayKun:
    """The gateway's state and its four operations."""

    def __init__(
        self,
        faults: Collection[str],
        now: Callable[[], float],
        boolean_text: str,
        signed_remarks: Iterable[str],
    ) -> None:
        self.faults = command.known(faults, FAULTS)
        self.now = now
        self.boolean_text = boolean_text
        self.remarks = {"Customer returned item", *signed_remarks}
        self.merchants = (paykun_bed.MAIN, paykun_bed.SECOND, paykun_bed.SAMPLE)
        self.transactions = paykun_bed.transactions()
        self.made = 0
        self.lock = threading.Lock()
        self.routes: list[tuple[str, str, Callable[..., dict[str, Any]]]] = [
            ("GET", "/v1/merchant/transaction/([^/]+)/?", self.status),
            ("GET", "/v1/merchant/orders/([^/]+)", self.orders),
            ("POST", "/v1/merchant/transaction/([^/]+)/refund", self.refund),
            ("POST", "/v1/merchant/payment/link/create", self.link),
        ]

    def answer(self, call: Call) -> Reply:
        """Answer a request: 200 with data, or an error in PayKun's envelope."""
        try:
            with self.lock:
                data = self._operate(call)
        except GarbageError as garbage:
            return self._errors(400, [_error("validationError", str(garbage).capitalize(), "request")])
        except InvalidError as invalid:
            return self._errors(
                400, [_error("validationError", text, name) for name, text in invalid.problems]
            )
        except RefusedError as refused:
            return self._errors(refused.status, _error(refused.code, refused.message), refused.headers)
        return Reply(200, {"status": True, "data": data})

    def refuse(self, status: int, reason: str) -> Reply:
        """Word what the HTTP layer refused."""
        return self._errors(status, _error("badRequest" if status < 500 else "serverError", reason))

    def _errors(self, status: int, errors: object, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        if "wrong-error-envelope" in self.faults:
            first = errors[0] if isinstance(errors, list) else errors
            return Reply(status, {"success": False, "error": first}, headers)
        return Reply(status, {"status": False, "errors": errors}, headers)

    def _operate(self, call: Call) -> dict[str, Any]:
        found = [(route, match) for route in self.routes if (match := re.fullmatch(route[1], call.path))]
        if not found:
            raise RefusedError("notFound", "There is nothing at this path", 404)
        chosen = [pair for pair in found if pair[0][0] == call.method]
        if not chosen:
            allowed = found[0][0][0]
            raise RefusedError("methodNotAllowed", f"This path answers {allowed}", 405, allowed)
        (_, _, operation), match = chosen[0]
        open_to_all = operation == self.orders and "no-auth-on-orders" in self.faults
        merchant = self._merchant(call, required=not open_to_all)
        if call.too_long:
            raise InvalidError([("body", "The body is too long")])
        ids = [path_parts(raw)[0] for raw in match.groups()]
        return operation(merchant, call, *ids)

    def _merchant(self, call: Call, *, required: bool) -> Merchant | None:
        sent_id, sent_token = call.header("MerchantId"), call.header("AccessToken")
        for merchant in self.merchants:
            if sent_id == merchant.merchant_id:
                right = hmac.compare_digest(sent_token.encode(), merchant.access_token.encode())
                if right or not required:
                    return merchant
        if required:
            raise RefusedError("unauthorized", "MerchantId and AccessToken do not belong together", 401)
        return None

    def _check(self, fields: dict[str, Any], merchant: Merchant, problems: list[Problem]) -> None:
        """Judge the signature, then the fields; a signature that is absent is one more problem."""
        if "error-500-on-unicode" in self.faults and any(
            not str(value).isascii() for value in fields.values()
        ):
            raise RefusedError("serverError", "Something went wrong", 500)
        if "signatures-ignored" not in self.faults:
            sent = fields.get("signature")
            if not isinstance(sent, str) or not sent:
                raise InvalidError([*problems, ("signature", "Please provide signature")])
            if not self._genuine(sent, fields, merchant):
                raise RefusedError("invalidSignature", "Signature does not match the parameters", 403)
        if problems:
            raise InvalidError(problems)

    def _genuine(self, sent: str, fields: dict[str, Any], merchant: Merchant) -> bool:
        def matches(signed: dict[str, Any]) -> bool:
            right = paykun_rules.signature(signed, merchant.encryption_key, self.boolean_text)
            return hmac.compare_digest(sent.encode(), right.encode())

        remarks = fields.get("remarks")
        if "remarks-not-covered" in self.faults and isinstance(remarks, str):
            guesses = paykun_rules.signable_remarks(remarks, self.remarks)
            self.remarks.add(remarks)
            return any(matches({**fields, "remarks": guess}) for guess in guesses)
        return matches(fields)

    def _find(self, merchant: Merchant, transaction_id: str, *, reading: bool = False) -> Transaction:
        found = self.transactions.get(transaction_id)
        shared = reading and "other-merchant-readable" in self.faults
        if found is None or (found.merchant != merchant and not shared):
            raise RefusedError("dataNotFound", "No such transaction")
        return found

    def status(self, merchant: Merchant, call: Call, transaction_id: str) -> dict[str, Any]:
        """Give one transaction, signed."""
        details = self._find(merchant, transaction_id, reading=True).details()
        if "amount-as-string" in self.faults:
            details["order"]["gross_amount"] = str(details["order"]["gross_amount"])
        signed = (
            {**details, "status": "Initialized"} if "stale-response-signature" in self.faults else details
        )
        details["signature"] = paykun_rules.signature(signed, merchant.encryption_key, "php")
        return {"message": "Here is the transaction", "transaction": details}

    def orders(self, merchant: Merchant | None, call: Call, order_id: str) -> dict[str, Any]:
        """Give one page of an order's transactions, the newest first."""
        everyone = "other-merchant-readable" in self.faults
        of_order = [one for one in self.transactions.values() if one.order_id == order_id]
        if merchant is None:
            merchant = of_order[0].merchant if of_order else paykun_bed.MAIN
        params = pairs(call.query.encode("latin-1"))
        query, problems = paykun_rules.orders_query(params)
        self._check(params, merchant, paykun_rules.shape_problems(params) or problems)
        assert query is not None
        mine = [one for one in of_order if everyone or one.merchant == merchant]
        if not mine:
            raise RefusedError("dataNotFound", "No such order")
        if "page-filter-ignored" not in self.faults:
            mine = [one for one in mine if _wanted(one, query)]
        mine.sort(key=lambda one: (-one.at_s, one.payment_id))
        last_page = max(1, -(-len(mine) // query.limit))
        shown = [one.record() for one in mine[(query.page - 1) * query.limit :][: query.limit]]
        if "amount-as-string" in self.faults:
            shown = [{**one, "gross_amount": str(one["gross_amount"])} for one in shown]
        return {
            "message": "Here are the transactions",
            "total_orders": len(mine),
            "is_last": query.page >= last_page,
            "current_item_count": len(shown),
            "current_page": query.page,
            "last_page": last_page,
            "orders": shown,
            "sorted_by": "newest first",
        }

    def refund(self, merchant: Merchant, call: Call, transaction_id: str) -> dict[str, Any]:
        """Give money back, as often as the amount allows."""
        fields = self._fields(call, JSON, FORM)
        self._check(fields, merchant, paykun_rules.refund_problems(fields))
        amount = paykun_rules.refund_amount_paise(fields)
        assert amount is not None
        found = self._find(merchant, transaction_id)
        if not found.captured:
            raise RefusedError("refundNotAllowed", "This transaction took no money")
        if found.refunded_paise + amount > found.amount_paise and "over-refund" not in self.faults:
            raise RefusedError("refundNotAllowed", "The refunds would exceed the transaction amount")
        found.refunded_paise += amount
        self.made += 1
        return {"message": "The refund is on its way", "refund_ref_no": f"30001-00000-00000-{self.made:05d}"}

    def link(self, merchant: Merchant, call: Call) -> dict[str, Any]:
        """Make a payment link."""
        fields = self._fields(call, JSON)
        now = datetime.fromtimestamp(self.now(), IST)
        self._check(fields, merchant, paykun_rules.link_problems(fields, now))
        self.made += 1
        link_id = f"TST{self.made:04d}"
        link = f"https://paykun.in/{link_id}"
        return {"message": "The link is ready", "payment_link_id": link_id, "payment_link": link, "opened": 0}

    def _fields(self, call: Call, *accepted: str) -> dict[str, Any]:
        """Read the body in one of the accepted types, fit to be signed."""
        if call.content_type not in accepted:
            raise InvalidError([("Content-Type", f"Please send {' or '.join(accepted)}")])
        fields = json_object(call.body) if call.content_type == JSON else pairs(call.body)
        if unfit := paykun_rules.shape_problems(fields):
            raise InvalidError(unfit)
        return fields


def _wanted(one: Transaction, query: paykun_rules.OrdersQuery) -> bool:
    return (
        (query.status is None or one.status == query.status)
        and (query.email is None or one.email == query.email)
        and (query.start is None or one.at >= query.start)
        and (query.end is None or one.at <= query.end)
    )


def _error(code: str, message: str, field: str | None = None) -> dict[str, str]:
    named = {} if field is None else {"field": field}
    return {**named, "errorMessage": message, "errorCode": code, "href": HREF}


def serve(
    port: int = 0,
    faults: Collection[str] = frozenset(),
    *,
    now: Callable[[], float] = time.time,
    boolean_text: str = paykun_rules.BOOLEAN_TEXT,
    signed_remarks: Iterable[str] = (),
) -> Running:
    """Start the gateway; its `url` is the root, before /v1/merchant.

    Args:
        port: Where to listen on the loopback address; 0 takes a free port.
        faults: Names out of `FAULTS`.
        now: The clock for expiry dates, in seconds since the epoch.
        boolean_text: How booleans and null in signed requests read: "javascript" or "php".
        signed_remarks: Remarks which the fault `remarks-not-covered` shall know beforehand.
    """
    return Running(PayKun(faults, now, boolean_text, signed_remarks), port)


def main(argv: list[str] | None = None) -> None:
    """Serve until interrupted, and print the base URL."""
    parser = command.parser("paykun_server.py", FAULTS)
    parser.add_argument("--boolean-text", choices=["javascript", "php"], default=paykun_rules.BOOLEAN_TEXT)
    options = parser.parse_args(argv)
    if command.written(options, testbed()):
        return
    command.run(serve(options.port or 0, options.fault, boolean_text=options.boolean_text))


if __name__ == "__main__":
    main()
