"""Refunds: orders of their own, of money that was taken and no more than there is.

Source: Plural reference, refund (documented) for the form; that refunds of one order are counted together is
inferred. Whether the reply is final already is the switch `refund-mode`, and what `refund_amount` does,
which two official plugins send, the switch `refund-amount-alias`.
"""

from __future__ import annotations

from payproof.gateways.plural.orders import paisa, reference_of
from payproof.gateways.plural.records import Order
from payproof.gateways.plural.settling import Settling
from payproof.gateways.plural.steps import Steps
from payproof.gateways.plural.store import by_reference, keep, mine, new_id
from payproof.gateways.plural.wording import Declined, duplicate, invalid, not_allowed, not_found
from payproof.simulator.protocol import Answer, Call


def refund(call: Call, steps: Steps, settling: Settling) -> Answer:
    """Give money back; the answer is the refund."""
    parent, reference = mine(call, call.path["order_id"]), reference_of(call)
    known = by_reference(call, reference)
    if known is not None and call.enforces("duplicate-reference"):
        if call.world.setting("duplicate-reference", "reject-422") == "replay" and known.parent == parent.id:
            return Answer(200, {"data": known.view()})
        raise Declined(duplicate())
    _paid(call, steps, parent)
    # Nothing is taken yet where only a planted defect lets a refund come this far.
    left = (parent.captured or parent.amount) - parent.reserved
    amount = _amount(call, left)
    if (amount > left or amount <= 0) and call.enforces("refund-limit"):
        return not_allowed("The refund is larger than what is left.")
    made = keep(call.world, _made(call, parent, reference, amount))
    parent.refunds.append(made.id)
    parent.reserved += amount
    settling.begin(made, call.world, "refunds")
    if made.status == "CREATED" and call.world.setting("refund-mode", "sync") == "sync":
        # Two plugins expect a refund to be done in the reply already.
        settling.end(made, call.world)
    return Answer(200, {"data": made.view()})


def _paid(call: Call, steps: Steps, parent: Order) -> None:
    """Raise Declined when the table refuses a refund; of an unpaid order with the code that a switch says."""
    try:
        steps.allow(call, parent, "createRefund")
    except Declined:
        unpaid = parent.kind == "CHARGE" and not parent.captured
        if unpaid and call.world.setting("unpaid-refund", "") == "order-not-found":
            why = "an integrator saw this code; no document shows it here"
            raise Declined(not_found(call.world, invented=why)) from None
        raise


def _amount(call: Call, left: int) -> int:
    """Give the paisa to give back; without any amount, all that is left."""
    wanted = paisa(call.fields.get("order_amount"))
    if wanted is not None:
        return wanted
    alias = call.fields.get("refund_amount")
    setting = call.world.setting("refund-amount-alias", "refused")
    if alias is None or setting == "ignored":
        return left
    if setting == "alias":
        return paisa(alias) or 0
    why = "what a refund with refund_amount does is unknown"
    raise Declined(invalid("Invalid request: order_amount", invented=why))


def _made(call: Call, parent: Order, reference: str, amount: int) -> Order:
    world = call.world
    metadata = call.fields.get("merchant_metadata")
    details = {"purchase_details": {"merchant_metadata": metadata}} if isinstance(metadata, dict) else {}
    return Order(
        id=new_id(world),
        merchant=parent.merchant,
        merchant_id=parent.merchant_id,
        reference=reference,
        amount=amount,
        made_s=world.now_s,
        updated_s=world.now_s,
        kind="REFUND",
        parent=parent.id,
        fields=details,
    )
