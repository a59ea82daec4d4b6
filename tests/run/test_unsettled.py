"""A step on an unsettled switch: what some setting allows is excused, what none allows is not."""

from __future__ import annotations

import pytest
from tests.gateways.plural.asking import gateway

from payproof.conformance.things import Stuck, Thing
from payproof.lifecycle import Transition, Walk, read_all
from payproof.run.unsettled import never

SPEC = gateway().spec
ORDER = read_all(SPEC.life_cycles)["plural.order"]


def row(source: str, target: str, trigger: str) -> Transition:
    """Give the row that depends on a switch."""
    return next(
        one
        for one in ORDER.transitions
        if (one.source, one.target, one.trigger) == (source, target, trigger) and one.switch
    )


def stuck(which: Transition, status: str) -> Stuck:
    """Give a walk that ended before that row, in a status."""
    return Stuck(which, "it was not seen", Thing(ORDER, Walk((which,), {"pre_auth": True}), status=status))


@pytest.mark.parametrize(
    ("status", "excluded"), [("AUTHORIZED", True), ("PARTIALLY_CAPTURED", False), ("PROCESSED", False)]
)
def test_a_partial_capture_ends_as_some_setting_says(status: str, excluded: bool) -> None:
    part = row("AUTHORIZED", "PROCESSED", "captureOrder")
    assert never(ORDER, stuck(part, status), SPEC, {}, "current") is excluded


def test_a_setting_that_does_not_foresee_the_operation_excuses_it() -> None:
    again = row("PARTIALLY_CAPTURED", "PARTIALLY_CAPTURED", "createRefund")
    assert not never(ORDER, stuck(again, "CREATED"), SPEC, {}, "current")


def test_whether_an_outside_event_happened_nobody_can_see() -> None:
    attempt = row("PENDING", "ATTEMPTED", "attempt-fails")
    assert not never(ORDER, stuck(attempt, "PROCESSED"), SPEC, {}, "current")
