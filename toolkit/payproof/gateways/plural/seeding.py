"""A Plural account filled from the testbed's `state.orders`.

A row is `{order_id, merchant, merchant_order_reference, amount_value, pre_auth, status, payments: [...]}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.errors import UsageError
from payproof.gateways.plural.records import Order, Payment
from payproof.gateways.plural.store import keep
from payproof.simulator.store import World

_PAYMENT_STATUS = {"CREATED": "PENDING", "ATTEMPTED": "FAILED", "PARTIALLY_CAPTURED": "PROCESSED"}
_TAKEN = ("PROCESSED", "PARTIALLY_CAPTURED", "PARTIALLY_REFUNDED", "FULLY_REFUNDED")
DAY_S = 86_400


def fill(world: World) -> None:
    """Put the testbed's orders into the world, and one for each role that names an order of somebody's."""
    for row in (world.testbed.state or {}).get("orders") or ():
        keep(world, _order(world, row))
    if "second" not in world.testbed.merchants:
        return
    for name, role in world.testbed.roles.items():
        known = str(role.get("order_id")) in world.table("orders")
        if name.startswith("second-merchant") and "order_id" in role and not known:
            keep(world, _order(world, {"merchant": "second", "status": "PROCESSED", **role}))


def _order(world: World, row: Any) -> Order:
    if not isinstance(row, Mapping) or not isinstance(row.get("order_id"), str):
        what = "an order of the testbed has no order_id that is text"
        raise UsageError(what, where="testbed, state/orders", hint="give it one, in quotes")
    key, merchant = row["order_id"], str(row.get("merchant", "main"))
    if merchant not in world.testbed.merchants:
        what, hint = f"the testbed has no merchant {merchant!r}", "add it, or name another"
        raise UsageError(what, where=f"testbed, order {key}", hint=hint)
    made_s, status = world.now_s - DAY_S, str(row.get("status", "CREATED"))
    made = Order(
        id=key,
        merchant=merchant,
        merchant_id=world.testbed.merchants[merchant].get("merchant_id", ""),
        reference=str(row.get("merchant_order_reference", key)),
        amount=int(row.get("amount_value", 50_000)),
        made_s=made_s,
        updated_s=made_s,
        status=status,
        pre_auth=bool(row.get("pre_auth", False)),
        most_attempts=int((world.testbed.state or {}).get("payment_attempts", 10)),
    )
    for number, payment in enumerate(row.get("payments") or ()):
        made.payments.append(_payment(made, payment, number))
        made.attempts += 1
    made.captured = made.amount if status in _TAKEN else 0
    return made


def _payment(order: Order, row: Mapping[str, Any], number: int) -> Payment:
    status = _PAYMENT_STATUS.get(order.status, "PROCESSED" if order.status in _TAKEN else order.status)
    return Payment(
        id=f"{order.id}-cc-{chr(97 + number)}",
        reference=str(row.get("merchant_payment_reference", f"payment-{number}")),
        amount=int(row.get("amount_value", order.amount)),
        method=str(row.get("payment_method", "CARD")),
        made_s=order.made_s,
        updated_s=order.made_s,
        status=str(row.get("status", status)),
    )
