"""Moves through the life cycles: the table alone says what is allowed, and every move tells its webhooks.

An operation that the table refuses is refused with OPERATION_NOT_ALLOWED (inferred: no page names the code
for a wrong state). A planted defect can name the guard `state:TRIGGER:STATUS`, and the move is then carried
out all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from payproof.errors import UsageError
from payproof.gateways.plural import notices
from payproof.gateways.plural.records import Order, Payment
from payproof.gateways.plural.wording import Declined, failure, not_allowed
from payproof.lifecycle import LifeCycle, Moved, Refused, advance, read_all
from payproof.simulator.protocol import Call
from payproof.simulator.store import World
from payproof.spec import Spec

ORDER, PAYMENT, REFUND = "plural.order", "plural.payment", "plural.refund"
#: A step that is no finished table row leaves the payments as they are.
_SPARED = ("createOrder", "createPayment", "createRefund", "refund-settles")


class Steps:
    """The three tables, and what moving along them means for records and webhooks.

    Args:
        spec: Holds the tables and says which webhook tells which state.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.cycles: Mapping[str, LifeCycle] = read_all(spec.life_cycles)

    def availability(self, world: World) -> Any:
        """Give which rows count: those of today, or the planned ones too, as a switch says."""
        for name, setting in world.switches.items():
            found = self.spec.switches[name].settings.get(setting) or {}
            if "availability" in found:
                return found["availability"]
        return "current"

    def ask(
        self, world: World, cycle: str, state: str, trigger: str, facts: Mapping[str, Any]
    ) -> Moved | Refused:
        """Say what the table says of a step."""
        return advance(
            self.cycles[cycle],
            state,
            trigger,
            facts,
            switches=world.switches,
            availability=self.availability(world),
        )

    def allow(self, call: Call, order: Order, trigger: str, **facts: Any) -> str:
        """Give the state to which an operation takes an order; raises Declined when the table refuses it."""
        world = call.world
        if order.kind != "CHARGE":
            raise Declined(not_allowed("This is a refund."))
        found = self.ask(world, ORDER, order.status, trigger, {**order.facts, **facts})
        if isinstance(found, Moved):
            return found.state
        if not call.enforces(f"state:{trigger}:{order.status}"):
            return self._target(trigger)
        if order.status == "CANCELLED":
            why = "which code answers this is not documented"
            raise Declined(failure("ORDER_CANCELLED", "The order was cancelled.", 422, invented=why))
        raise Declined(not_allowed(f"{trigger} is not allowed while the order is {order.status}."))

    def _target(self, trigger: str) -> str:
        rows = self.cycles[ORDER].transitions
        return next((row.target for row in rows if row.trigger == trigger and row.source), "PROCESSED")

    def to(self, world: World, order: Order, state: str, trigger: str) -> None:
        """Give an order (or refund) its new state, its payments too, and tell what is to be told."""
        order.status, order.updated_s = state, world.now_s
        failed = []
        if order.kind == "CHARGE" and trigger not in _SPARED:
            failed = [one for one in order.payments if self._payment(world, order, one, trigger) == "FAILED"]
        world.changed()
        for _ in failed[:1]:
            notices.tell(self.spec, world, order, PAYMENT, "FAILED")
        notices.tell(self.spec, world, order, REFUND if order.kind == "REFUND" else ORDER, state)

    def _payment(self, world: World, order: Order, payment: Payment, trigger: str) -> str:
        """Move a payment along its own table where that has a row; give its new state, empty otherwise."""
        moved = self.ask(world, PAYMENT, payment.status, trigger, order.facts)
        if not isinstance(moved, Moved):
            return ""
        payment.status, payment.updated_s = moved.state, world.now_s
        return moved.state

    def event(
        self, world: World, order: Order, trigger: str, then: Callable[[], None] | None = None, **facts: Any
    ) -> str:
        """Let an outside event happen to an order or refund; gives a sentence on what it did.

        Raises:
            UsageError: when the table has no such step from where the object stands.
        """
        cycle = REFUND if order.kind == "REFUND" else ORDER
        found = self.ask(world, cycle, order.status, trigger, {**order.facts, **facts})
        if isinstance(found, Refused):
            if found.reason in ("switched-off", "condition-not-met") and self._ends_payments(
                order, trigger, world
            ):
                return f"{order.id}: {trigger} ends the payment, the order stays {order.status}"
            raise UsageError(
                found.message, where=f"event {trigger}", hint="see payproof lifecycle show plural"
            )
        before = order.status
        if then is not None:
            then()
        if order.kind == "CHARGE" and found.state == before:
            self._payments_only(world, order, trigger)
        else:
            self.to(world, order, found.state, trigger)
        return f"{order.id}: {trigger} takes {before} to {found.state}"

    def _ends_payments(self, order: Order, trigger: str, world: World) -> bool:
        """Let an event happen to an order's payments alone; say whether it moved any."""
        before = [one.status for one in order.payments]
        self._payments_only(world, order, trigger)
        return before != [one.status for one in order.payments]

    def _payments_only(self, world: World, order: Order, trigger: str) -> None:
        """Move the payments of an order that stays where it is, and tell a failed one."""
        order.updated_s = world.now_s
        if trigger in _SPARED:
            return
        states = [self._payment(world, order, one, trigger) for one in order.payments]
        world.changed()
        if "FAILED" in states:
            notices.tell(self.spec, world, order, PAYMENT, "FAILED")
