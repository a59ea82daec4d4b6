"""Life cycles as documents state them: states, which of them are final, steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from payproof.drift.pair import Hit, SidePair
from payproof.drift.registry import drift_rule
from payproof.drift.sides import LifeCycleFacts
from payproof.model import Severity

Difference = Callable[[LifeCycleFacts, LifeCycleFacts], set[str]]


def _cycle(states: dict[str, Any], *steps: tuple[str, str]) -> dict[str, Any]:
    rows = [{"from": first, "to": second, "trigger": "pay"} for first, second in steps]
    return {"cycle": {"states": states, "transitions": rows}}


_A: dict[str, Any] = {"NEW": {}, "PAID": {}}


def _row(
    id: str, severity: Severity, what: str, partner: str, before: Any, after: Any, look: Difference
) -> None:
    def find(pair: SidePair) -> Iterator[Hit]:
        for name in sorted(pair.promised.cycles.keys() & pair.observed.cycles.keys()) if pair.stated else ():
            for one in sorted(look(pair.promised.cycles[name], pair.observed.cycles[name])):
                yield Hit(f"{name}: {one}", pointer=f"life-cycle/{name}/{one}", actual=one, fact=one)

    drift_rule(
        "side",
        id=id,
        severity=severity,
        summary=what,
        partner=partner,
        promised=before,
        observed=after,
        keyword="x-life-cycles",
    )(find)


_row(
    "life-cycle-table-state-added",
    Severity.WARNING,
    "A life cycle has a state that was unknown.",
    "life-cycle-table-state-removed",
    _cycle(_A),
    _cycle({**_A, "HELD": {}}),
    lambda old, new: set(new.states) - set(old.states),
)
_row(
    "life-cycle-table-state-removed",
    Severity.NOTE,
    "A life cycle has lost a state.",
    "life-cycle-table-state-added",
    _cycle({**_A, "HELD": {}}),
    _cycle(_A),
    lambda old, new: set(old.states) - set(new.states),
)
_row(
    "life-cycle-state-no-longer-final",
    Severity.ERROR,
    "A state that was final can be left.",
    "life-cycle-state-became-final",
    _cycle({**_A, "PAID": {"final": True}}),
    _cycle(_A),
    lambda old, new: {one for one in old.states if old.states[one] and new.states.get(one) is False},
)
_row(
    "life-cycle-state-became-final",
    Severity.WARNING,
    "A state that could be left is final.",
    "life-cycle-state-no-longer-final",
    _cycle(_A),
    _cycle({**_A, "PAID": {"final": True}}),
    lambda old, new: {one for one in new.states if new.states[one] and old.states.get(one) is False},
)
_row(
    "life-cycle-step-added",
    Severity.WARNING,
    "A life cycle allows a step that it refused.",
    "life-cycle-step-removed",
    _cycle(_A),
    _cycle(_A, ("NEW", "PAID")),
    lambda old, new: set(new.steps - old.steps),
)
_row(
    "life-cycle-step-removed",
    Severity.WARNING,
    "A life cycle refuses a step that it allowed.",
    "life-cycle-step-added",
    _cycle(_A, ("NEW", "PAID")),
    _cycle(_A),
    lambda old, new: set(old.steps - new.steps),
)
