"""Orders: made, read by id and by reference, and what reading one brings to its end.

Source: Plural reference, create order (documented); whether a used reference is refused or answers with the
first object is the switch `duplicate-reference`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from payproof.gateways.plural.records import ECHOED, Order
from payproof.gateways.plural.settling import Settling
from payproof.gateways.plural.store import by_reference, keep, mine, new_id
from payproof.gateways.plural.wording import Declined, duplicate, invalid, not_found
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import text


def reference_of(call: Call) -> str:
    """Give the merchant's reference; samples send it as a JSON number, so that is taken too."""
    found = call.fields.get("merchant_order_reference")
    if isinstance(found, Decimal):
        return str(int(found)) if found == found.to_integral_value() else str(found)
    return text(found)


def paisa(value: Any) -> int | None:
    """Give the paisa of an Amount, None when it is none."""
    amount = value.get("value") if isinstance(value, dict) else None
    if not isinstance(amount, Decimal) or not amount.is_finite() or abs(amount) > 10**12:
        return None
    return int(amount) if amount == int(amount) else None


def made(call: Call, mode: str) -> tuple[Order, bool]:
    """Give the order that a request makes and whether it is new; a repeat may answer with the first one.

    Raises:
        Declined: when the reference was used, or there is no amount.
    """
    reference = reference_of(call)
    known = by_reference(call, reference)
    if known is not None and call.enforces("duplicate-reference"):
        if call.world.setting("duplicate-reference", "reject-422") == "replay" and known.kind == "CHARGE":
            return known, False
        raise Declined(duplicate())
    amount = paisa(call.fields.get("order_amount"))
    if amount is None:
        if call.enforces("order-amount"):
            raise Declined(invalid("Invalid request: order_amount"))
        amount = 0
    return keep(call.world, _order(call, reference, amount, mode)), True


def _order(call: Call, reference: str, amount: int, mode: str) -> Order:
    world, fields = call.world, call.fields
    kept = {name: fields[name] for name in ECHOED if name in fields}
    details = fields.get("purchase_details")
    if isinstance(details, dict):
        kept["purchase_details"] = details
    if "is_mcc_transaction" in fields:
        # A text in the request, a boolean in the reply.
        kept["is_mcc_transaction"] = fields["is_mcc_transaction"] == "true"
    merchant = call.merchant.name if call.merchant else "main"
    ids = call.merchant.ids if call.merchant else {}
    return Order(
        id=new_id(world),
        merchant=merchant,
        merchant_id=ids.get("merchant_id", ""),
        reference=reference,
        amount=amount,
        made_s=world.now_s,
        updated_s=world.now_s,
        pre_auth=fields.get("pre_auth") is True,
        mode=mode,
        fields=kept,
        most_attempts=int((world.testbed.state or {}).get("payment_attempts", 10)),
    )


def create(call: Call) -> Answer:
    """Make an order; a switch says whether the answer is 201 or 200."""
    order, new = made(call, "SEAMLESS")
    status = 201 if call.world.setting("create-order-status", "http-201") == "http-201" else 200
    return Answer(status if new else 200, {"data": order.view()})


def read(call: Call, settling: Settling) -> Answer:
    """Show an order or refund, and let come to its end what ends after some reads."""
    order = mine(call, call.path["order_id"])
    settling.read(order, call.world)
    return Answer(200, {"data": order.view()})


def read_by_reference(call: Call, settling: Settling) -> Answer:
    """Show the order of a reference."""
    order = by_reference(call, call.path["merchant_order_reference"])
    if order is None:
        raise Declined(not_found(call.world))
    settling.read(order, call.world)
    return Answer(200, {"data": order.view()})
