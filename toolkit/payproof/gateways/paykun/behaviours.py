"""PayKun's own code for the sandbox: what its operations do beyond what the spec can say.

Source: PayKun API reference and general payment flow (documented), with the open choices as switches of the
spec; what is made up is marked invented in the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from payproof.gateways.paykun import defects as _defects
from payproof.gateways.paykun import events, seeding, wording
from payproof.gateways.paykun.checkout import create_mobile_order, open_checkout
from payproof.gateways.paykun.links import create_link
from payproof.gateways.paykun.orders import orders
from payproof.gateways.paykun.records import Transaction
from payproof.gateways.paykun.refunds import refund
from payproof.model import Header
from payproof.simulator.protocol import Answer, Behaviours, Call, Refusal, Standard
from payproof.simulator.store import World
from payproof.simulator.webhooks import Notice
from payproof.spec import Spec

__all__ = ["PayKun", "create"]


def create(spec: Spec) -> Behaviours:
    """Give PayKun's behaviours."""
    return PayKun(spec)


class PayKun(Standard):
    """The four merchant operations, late authorisation and webhooks."""

    defects = _defects

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._cycle = events.cycle_of(spec)
        self._operations: Mapping[str, Callable[[Call], Answer]] = {
            "getTransaction": self._transaction,
            "listOrderTransactions": self._orders,
            "refundTransaction": lambda call: refund(call, self._own(call)),
            "createPaymentLink": create_link,
            "openCheckout": lambda call: open_checkout(call, spec),
            "createMobileOrder": lambda call: create_mobile_order(call, spec),
        }

    def prepare(self, world: World) -> None:
        """Fill the account."""
        seeding.fill(world)

    def answer(self, call: Call) -> Answer:
        """Do the operation."""
        operation = self._operations.get(call.operation.id)
        if operation is None:
            why = "the sandbox does not offer what a browser or phone sends"
            return wording.refused(Refusal("not-offered", "not-offered", why), call.world)
        if not _takes(call):
            refusal = Refusal("media-type", "media-type", "a switch of the sandbox says otherwise")
            return wording.refused(refusal, call.world)
        try:
            return operation(call)
        except wording.FieldError as error:
            return wording.invalid([(error.field, error.message)])

    def refuse(self, refusal: Refusal, world: World) -> Answer:
        """Word a refusal as PayKun does."""
        return wording.refused(refusal, world)

    def signature_due(self, call: Call) -> bool:
        """Say whether an orders request must be signed; the switch `orders-signature` decides."""
        setting = call.world.setting("orders-signature", "required")
        if setting == "with-filters":
            return not set(call.query) <= {"page_number", "limit"}
        return setting == "required"

    def happen(self, name: str, facts: Mapping[str, Any], world: World) -> str:
        """Let the bank answer, a reconciliation end, or a buyer open a link."""
        return events.happen(self._cycle, name, facts, world)

    def webhook_headers(self, notice: Notice, attempt: int, world: World) -> Sequence[Header]:
        """Give the content type, the only header; the switch `webhook-content-type` decides."""
        kinds = {"json": "application/json", "text": "text/plain"}
        kind = kinds.get(world.setting("webhook-content-type", "json"))
        return (("Content-Type", kind),) if kind else ()

    def describe(self, world: World) -> Mapping[str, Any]:
        """Count the records, and say what each testbed role's transaction has become."""
        rows = world.table("transactions")
        shown = {
            name: {"status": found.status, "refunded": str(found.refunded)}
            for name, role in world.testbed.roles.items()
            if (found := rows.get(str(role.get("transaction_id", "")))) is not None
        }
        return {**super().describe(world), "roles": shown}

    def _own(self, call: Call) -> Transaction | None:
        found: Transaction | None = call.world.table("transactions").get(call.path["transaction_id"])
        if found is None or (call.merchant and found.merchant == call.merchant.name):
            return found
        return None if call.enforces("ownership") else found

    def _transaction(self, call: Call) -> Answer:
        found = self._own(call)
        if found is None:
            return wording.not_found()
        details = events.details(found, call.world, found.flag)
        return wording.success("Record retrieved successfully", {"transaction": details}, steady=True)

    def _orders(self, call: Call) -> Answer:
        order_id = call.path["order_id"]
        mine = [
            one
            for one in call.world.table("transactions").values()
            if one.order_id == order_id
            and (
                call.merchant is None or one.merchant == call.merchant.name or not call.enforces("ownership")
            )
        ]
        mine.sort(key=lambda one: (one.at_s, one.payment_id))
        return orders(call, mine)


def _takes(call: Call) -> bool:
    """Say whether the operation takes the body's type; the switches `refund-body` and `link-body` decide."""
    names = {"refundTransaction": "refund-body", "createPaymentLink": "link-body"}
    setting = call.world.setting(names.get(call.operation.id, ""), "both")
    is_form = call.message.media_type == "application/x-www-form-urlencoded"
    return setting == "both" or (setting == "form") == is_form
