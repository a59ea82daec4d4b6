"""One step: a state, a trigger and facts give the next state, or a refusal that names the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from payproof.lifecycle.table import BEFORE, Availability, LifeCycle, Transition
from payproof.lifecycle.view import Standing, name_rows, standing

Reason = Literal[
    "unknown-state",
    "unknown-trigger",
    "wrong-state",
    "final-state",
    "condition-not-met",
    "fact-missing",
    "only-planned",
    "switched-off",
    "switch-unsettled",
    "ambiguous",
]


@dataclass(frozen=True, slots=True)
class Moved:
    """The trigger is allowed; `state` is the new state and `row` the row that says so."""

    state: str
    row: Transition

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Refused:
    """The trigger is not allowed here.

    Args:
        state: The state, unchanged.
        trigger: What was tried.
        reason: Which kind of refusal.
        rows: The rows on which it rests: where the trigger is allowed, or what the rows still lack.
        message: One sentence for a person, rows named.
    """

    state: str
    trigger: str
    reason: Reason
    rows: tuple[Transition, ...]
    message: str

    def __bool__(self) -> bool:
        return False


def advance(
    cycle: LifeCycle,
    state: str,
    trigger: str,
    facts: Mapping[str, Any] | None = None,
    *,
    switches: Mapping[str, str] | None = None,
    availability: Availability = "current",
    to: str | None = None,
) -> Moved | Refused:
    """Give the state after the trigger, or why the table refuses it; never raises on any text.

    Args:
        state: The present state; `BEFORE` ("") for an object that is about to be created.
        trigger: An operationId or the name of an outside event.
        facts: What is known of the object and the step; a row whose fact is missing is refused.
        switches: Every setting in force; a row on a switch that is not named here is refused.
        availability: `planned` also takes the rows that the documents only announce.
        to: The wanted target, where the trigger leaves a choice.
    """
    if state != BEFORE and state not in cycle.states:
        return Refused(state, trigger, "unknown-state", (), f"{state!r} is no state of {cycle.name}")
    known = tuple(row for row in cycle.transitions if row.trigger == trigger)
    rows = tuple(row for row in known if row.source == state and to in (None, row.target))
    if not rows:
        return _misplaced(cycle, state, trigger, known)
    open_rows = [
        row
        for row in rows
        if standing(row, facts or {}, switches or {}, availability) == "in-force" and row.holds(facts or {})
    ]
    targets = {row.target for row in open_rows}
    if len(targets) == 1:
        return Moved(open_rows[0].target, open_rows[0])
    if targets:
        message = f"{trigger} leaves {state} in more than one way: {name_rows(open_rows)}"
        return Refused(state, trigger, "ambiguous", tuple(open_rows), message)
    return _not_in_force(state, trigger, rows, facts or {}, switches or {}, availability)


def _misplaced(cycle: LifeCycle, state: str, trigger: str, known: tuple[Transition, ...]) -> Refused:
    here = state or "an object that does not exist yet"
    if not known:
        return Refused(state, trigger, "unknown-trigger", (), f"no row of {cycle.name} has {trigger}")
    if state in cycle.states and cycle.states[state].final:
        message = f"{state} is final; {trigger} is allowed by {name_rows(known)}"
        return Refused(state, trigger, "final-state", known, message)
    return Refused(
        state, trigger, "wrong-state", known, f"{trigger} is not allowed in {here}: {name_rows(known)}"
    )


_WHY: dict[Standing, tuple[Reason, str]] = {
    "in-force": ("fact-missing", "needs a fact that is not known"),
    "open": ("switch-unsettled", "depends on a switch that is not settled"),
    "planned": ("only-planned", "is only planned"),
    "switched-off": ("switched-off", "holds under another switch setting"),
    "condition": ("condition-not-met", "does not fit the facts"),
}


def _not_in_force(
    state: str,
    trigger: str,
    rows: tuple[Transition, ...],
    facts: Mapping[str, Any],
    switches: Mapping[str, str],
    availability: Availability,
) -> Refused:
    """Refuse for the reason nearest to being allowed, naming the rows of that reason."""
    by_standing: dict[Standing, list[Transition]] = {}
    for row in rows:
        by_standing.setdefault(standing(row, facts, switches, availability), []).append(row)
    how = next(kind for kind in _WHY if kind in by_standing)
    reason, clause = _WHY[how]
    named = tuple(by_standing[how])
    where = state or "a new object"
    return Refused(state, trigger, reason, named, f"{trigger} in {where} {clause}: {name_rows(named)}")
