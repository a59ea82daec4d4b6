"""Plural's own code for the sandbox: what its operations do beyond what the spec can say.

Source: Plural's reference, life-cycle and webhook pages, with each of their contradictions as a switch of
the spec; what is made up is marked invented in the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from payproof.gateways.plural import defects as _defects
from payproof.gateways.plural import notices, orders, seeding, tokens, wording
from payproof.gateways.plural.captures import cancel, capture
from payproof.gateways.plural.checkout import buyer_pays, open_checkout
from payproof.gateways.plural.payments import pay
from payproof.gateways.plural.refunds import refund
from payproof.gateways.plural.settling import Settling
from payproof.gateways.plural.steps import Steps
from payproof.model import Header
from payproof.simulator.protocol import Answer, Behaviours, Call, Refusal, Standard
from payproof.simulator.store import World
from payproof.simulator.webhooks import Notice
from payproof.spec import Spec

__all__ = ["Plural", "create"]

#: The control API's word for the buyer who pays on the hosted page.
BUYER_PAYS = "buyer-pays"


def create(spec: Spec) -> Behaviours:
    """Give Plural's behaviours."""
    return Plural(spec)


class Plural(Standard):
    """Tokens, orders, payments, capture, cancel, refunds and the hosted page."""

    defects = _defects

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.steps = Steps(spec)
        self.settling = Settling(self.steps)
        self._operations: Mapping[str, Callable[[Call], Answer]] = {
            "generateToken": tokens.issue,
            "createOrder": orders.create,
            "getOrder": lambda call: orders.read(call, self.settling),
            "getOrderByReference": lambda call: orders.read_by_reference(call, self.settling),
            "createPayment": lambda call: pay(call, self.steps, self.settling),
            "captureOrder": lambda call: capture(call, self.steps, self.settling),
            "cancelOrder": lambda call: cancel(call, self.steps),
            "createRefund": lambda call: refund(call, self.steps, self.settling),
            "createCheckoutLink": open_checkout,
        }

    def prepare(self, world: World) -> None:
        """Fill the account."""
        seeding.fill(world)

    def bearer(self, token: str, world: World) -> str | None:
        """Give the owner of a token that has not expired."""
        return tokens.bearer(token, world, forever=world.skips("token-expiry"))

    def answer(self, call: Call) -> Answer:
        """Do the operation; an Idempotency-Key seen before gets the first reply where a switch says so."""
        operation = self._operations.get(call.operation.id)
        if operation is None:
            why = "little but the name of this operation is known"
            return wording.refused(Refusal("not-offered", "not-offered", why), call.world)
        key = self._idempotency(call)
        if key and key in call.world.table("idempotency"):
            kept: Answer = call.world.table("idempotency")[key]
            return kept
        try:
            made = operation(call)
        except wording.Declined as declined:
            made = declined.answer
        if key and made.status < 500:
            call.world.table("idempotency")[key] = made
        return made

    def _idempotency(self, call: Call) -> str:
        given = call.message.header("idempotency-key")
        if not given or call.world.setting("idempotency-key", "ignored") != "replay":
            return ""
        name = call.merchant.name if call.merchant else ""
        return f"{name} {call.operation.id} {call.path.get('order_id', '')} {given}"

    def refuse(self, refusal: Refusal, world: World) -> Answer:
        """Word a refusal as Plural does."""
        return wording.refused(refusal, world)

    def happen(self, name: str, facts: Mapping[str, Any], world: World) -> str:
        """Let a payment, capture or refund come to an end, or the buyer pay on the hosted page."""
        if name == BUYER_PAYS:
            order = world.table("orders").get(str(facts.get("order_id", "")))
            if order is not None:
                return buyer_pays(order, self.steps, self.settling, world)
        return self.settling.happen(name, facts, world)

    def webhook_headers(self, notice: Notice, attempt: int, world: World) -> Sequence[Header]:
        """Give id, time and content type."""
        return notices.headers(notice, world)

    def describe(self, world: World) -> Mapping[str, Any]:
        """Count the records, and say what each order has become."""
        rows = list(world.table("orders").values())[-200:]
        shown = {one.id: {"status": one.status, "type": one.kind, "refunded": one.refunded} for one in rows}
        return {**super().describe(world), "shown": shown}
