"""How what was begun comes to its end: at once, after some reads, after some seconds, or never by itself.

The testbed's `state.settlement` says which; magic amounts and references say how it ends. The same events
can be brought about through the control API at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.errors import UsageError
from payproof.gateways.plural import notices
from payproof.gateways.plural.outcomes import outcome, when
from payproof.gateways.plural.records import Order
from payproof.gateways.plural.steps import ORDER, Steps
from payproof.lifecycle import Refused
from payproof.simulator.store import World

#: Result of an outcome row -> the event it is.
EVENTS: Mapping[str, str] = {
    "succeed": "payment-succeeds",
    "decline": "payment-fails",
    "attempt-fails": "attempt-fails",
    # The first attempt fails; then, with no further one, the buyer's tries are used up.
    "attempts-run-out": "attempt-fails",
    "buyer-cancels": "buyer-cancels",
}
SETTLES = "settle"


class Settling:
    """Brings payments and refunds to their end.

    Args:
        steps: The tables.
    """

    def __init__(self, steps: Steps) -> None:
        self.steps = steps

    def begin(self, order: Order, world: World, what: str) -> None:
        """Let something that was begun end as the testbed says.

        Args:
            what: `payments` or `refunds`.
        """
        how, number = when(world, what)
        order.reads, order.due = 0, how != "never"
        if how == "at-once":
            self.end(order, world)
        elif how == "after-seconds":
            world.later(number, SETTLES, order_id=order.id)

    def read(self, order: Order, world: World) -> None:
        """Count a read, of a refund's parent too, and end what ends after that many."""
        refunds = [world.table("orders")[key] for key in order.refunds]
        for one, what in [
            (order, "refunds" if order.parent else "payments"),
            *((r, "refunds") for r in refunds),
        ]:
            how, number = when(world, what)
            if one.due and how == "after-reads":
                one.reads += 1
                if one.reads >= number:
                    self.end(one, world)

    def end(self, order: Order, world: World) -> None:
        """Let a pending payment or refund come to what its amount and references say."""
        try:
            if order.kind == "REFUND":
                self._end_refund(order, world)
            elif order.payments:
                self._end_payment(order, world)
        except UsageError:
            # A switch or an event has moved it meanwhile: there is nothing left to end.
            order.due = False

    def _end_payment(self, order: Order, world: World) -> None:
        references = [order.reference, *(one.reference for one in order.payments)]
        row = outcome(world, "payment", order.amount, *references)
        result = str(row.get("result", "succeed"))
        if result == "pending":
            order.due = False
            return
        event, failed = (
            EVENTS.get(result, "payment-succeeds"),
            all(p.status == "FAILED" for p in order.payments),
        )
        if event == "attempt-fails" and (failed or order.attempts >= order.most_attempts):
            event = "payment-fails"
        again = result == "attempts-run-out"
        self.happen(event, {"order_id": order.id, "code": row.get("code", ""), "again": again}, world)

    def _end_refund(self, order: Order, world: World) -> None:
        result = str(outcome(world, "refund", order.amount, order.reference).get("result", "succeed"))
        if order.status == "CREATED" and (result != "succeed" or world.setting("refund-mode") == "pending"):
            self.happen("refund-is-sent", {"order_id": order.id}, world)
            order.due, order.reads = result != "pending", 0
            return
        self.happen(
            "refund-fails" if result == "refund-fails" else "refund-settles", {"order_id": order.id}, world
        )

    def happen(self, name: str, facts: Mapping[str, Any], world: World) -> str:
        """Let an outside event happen to the order or refund that `facts["order_id"]` names.

        Raises:
            UsageError: when there is no such order or event, or the table has no such step here.
        """
        order: Order | None = world.table("orders").get(str(facts.get("order_id", "")))
        if order is None:
            hint = "give the order_id of an order or refund that the sandbox has"
            raise UsageError("no order is named", where=f"event {name}", hint=hint)
        if name == SETTLES:
            self.end(order, world)
            return f"{order.id}: {order.status}"
        order.due, order.reads = name == "attempt-fails" and bool(facts.get("again", False)), 0
        if order.kind == "REFUND":
            return self._refund_event(name, order, world)
        code = str(facts.get("code") or "PAYMENT_DECLINED")
        held = {"pre_auth": True} if name == "payment-succeeds" and world.skips("pre-auth") else {}
        said = self.steps.event(world, order, name, lambda: self._before(name, order, code), **held)
        if name != "capture-fails":
            # A capture is between the merchant and Plural; its buyer left the page long ago.
            notices.bring_back(world, order)
        return said

    def _before(self, name: str, order: Order, code: str) -> None:
        open_ones = [one for one in order.payments if one.status in ("PENDING", "AUTHORIZED")]
        for one in open_ones:
            if name in ("payment-fails", "attempt-fails", "capture-fails"):
                one.error = code
        if name == "payment-succeeds" and not order.pre_auth:
            order.captured = sum(one.amount for one in open_ones)

    def _refund_event(self, name: str, order: Order, world: World) -> str:
        parent: Order | None = world.table("orders").get(order.parent)
        said = self.steps.event(world, order, name)
        if parent is None:
            return said
        if name == "refund-fails":
            parent.reserved -= order.amount
        if name == "refund-settles":
            self._give_back(parent, order.amount, world)
        return said

    def _give_back(self, parent: Order, amount: int, world: World) -> None:
        parent.refunded += amount
        if world.skips("refund-booked"):
            return
        rest = "rest" if parent.refunded >= parent.captured else "part"
        found = self.steps.ask(
            world, ORDER, parent.status, "refund-settles", {**parent.facts, "refund": rest}
        )
        if not isinstance(found, Refused):
            self.steps.to(world, parent, found.state, "refund-settles")
