"""Where the sandbox keeps orders, and how it finds them again: by id, by reference, of one merchant."""

from __future__ import annotations

from payproof.gateways.plural.records import Order
from payproof.gateways.plural.wording import Declined, not_found
from payproof.simulator.protocol import Call
from payproof.simulator.store import World

SUFFIXES = {"CARD": "cc", "UPI": "up", "NETBANKING": "nb", "POINTS": "pt"}


def keep(world: World, order: Order) -> Order:
    """Keep an order under its id and its merchant's reference."""
    world.table("orders")[order.id] = order
    world.table("references").setdefault(f"{order.merchant} {order.reference}", order.id)
    world.changed()
    return order


def new_id(world: World) -> str:
    """Give a new order id, in the newer of the two documented forms."""
    from datetime import UTC, datetime

    stamp = datetime.fromtimestamp(world.now_s, UTC).strftime("%y%m%d%H%M%S")
    return f"v1-{stamp}-aa-{world.draw.word(6, 'order', world.next_number())}"


def mine(call: Call, key: str) -> Order:
    """Give the caller's order of that id; raises Declined when there is none."""
    found: Order | None = call.world.table("orders").get(key)
    if found is None or not _owns(call, found):
        raise Declined(not_found(call.world))
    return found


def by_reference(call: Call, reference: str) -> Order | None:
    """Give the caller's order or refund of that reference, None when there is none."""
    name = call.merchant.name if call.merchant else ""
    orders = call.world.table("orders")
    key = call.world.table("references").get(f"{name} {reference}")
    if key is None and not call.enforces("ownership"):
        key = next((one.id for one in orders.values() if one.reference == reference), None)
    found: Order | None = orders.get(key or "")
    return found


def _owns(call: Call, order: Order) -> bool:
    return call.merchant is None or order.merchant == call.merchant.name or not call.enforces("ownership")
