"""Walks over a table: the shortest to each state, a set that takes every row, and the forbidden moves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from payproof.lifecycle.table import BEFORE, Availability, LifeCycle, Transition
from payproof.lifecycle.view import View
from payproof.model import Evidence


@dataclass(frozen=True, slots=True)
class Walk:
    """Rows that follow each other from the start.

    Args:
        rows: The rows in order; the first creates the object when the table has a row for that.
        facts: The fixed facts under which all rows hold.
        end: The state after the last row.
    """

    rows: tuple[Transition, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    end: str = BEFORE

    def __str__(self) -> str:
        return " -> ".join(
            [self.rows[0].source or "(new)", *(row.target for row in self.rows)] if self.rows else [self.end]
        )

    def step_facts(self, index: int) -> dict[str, Any]:
        """Give the facts that hold for one step: the fixed ones and what its own row asks for."""
        wanted = {name: some[0] for name, some in self.rows[index].when.items() if name not in self.facts}
        return {**self.facts, **wanted}

    def outside(self, operations: Collection[str]) -> tuple[str, ...]:
        """Give its triggers that no operation can pull, in order, each once."""
        return tuple(dict.fromkeys(row.trigger for row in self.rows if row.trigger not in operations))


@dataclass(frozen=True, slots=True)
class Cover:
    """Walks that take every row in force at least once, and the rows that no walk can take."""

    walks: tuple[Walk, ...]
    unreachable: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """An operation which the table does not allow in a state that can be reached.

    Args:
        walk: How to get there.
        evidence: How sure it is that the operation works in its own rows only.
        rows: The rows in which it does work.
        planned: The rows that would allow it here, were they available.
    """

    state: str
    trigger: str
    walk: Walk
    evidence: Evidence
    rows: tuple[Transition, ...]
    planned: tuple[Transition, ...] = ()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The fixed facts under which it was reached."""
        return self.walk.facts


def walks(
    cycle: LifeCycle,
    facts: Mapping[str, Any] | None = None,
    *,
    switches: Mapping[str, str] | None = None,
    availability: Availability = "current",
) -> dict[str, Walk]:
    """Give a shortest walk to each state that can be reached, in the order of the states.

    Args:
        facts: Fixed facts to keep to, such as `{"pre_auth": True}`; the others are tried in turn.
    """
    best: dict[str, Walk] = {}
    for view in _views(cycle, facts, switches, availability):
        for state, rows in view.paths(cycle.start).items():
            if state != BEFORE and (state not in best or len(rows) < len(best[state].rows)):
                best[state] = Walk(rows, view.facts, state)
    return {state: best[state] for state in cycle.states if state in best}


def cover(
    cycle: LifeCycle,
    facts: Mapping[str, Any] | None = None,
    *,
    switches: Mapping[str, str] | None = None,
    availability: Availability = "current",
) -> Cover:
    """Give few walks that together take every row in force; no walk is the beginning of another."""
    views = list(_views(cycle, facts, switches, availability))
    found, lost = [], []
    for row in cycle.transitions:
        mine = [view for view in views if view.standing_of(row) == "in-force"]
        ways = [(view, view.path(cycle.start, row.source)) for view in mine]
        taken = [Walk((*way, row), view.facts, row.target) for view, way in ways if way is not None]
        if taken:
            found.append(min(taken, key=lambda walk: len(walk.rows)))
        elif mine:
            lost.append(row)
    return Cover(
        tuple(walk for walk in found if not any(_begins(walk, other) for other in found)), tuple(lost)
    )


def forbidden(
    cycle: LifeCycle,
    operations: Collection[str],
    facts: Mapping[str, Any] | None = None,
    *,
    switches: Mapping[str, str] | None = None,
    availability: Availability = "current",
) -> Iterator[Forbidden]:
    """Give each operation that a state forbids, for every reachable state and reading of the fixed facts.

    Only operations that are triggers of the table are tried; a row on an unsettled switch counts as
    allowed, because the documents leave it open. The row that creates the object is no move of it.
    """
    triggers = dict.fromkeys(row.trigger for row in cycle.transitions if row.source != BEFORE)
    for view in _views(cycle, facts, switches, availability):
        for state, rows in view.paths(cycle.start).items():
            if state == BEFORE:
                continue
            allowed = {row.trigger for row in view.leaving(state, 1)}
            for name in triggers:
                if name in operations and name not in allowed:
                    yield _ban(cycle, view, Walk(rows, view.facts, state), name)


def _ban(cycle: LifeCycle, view: View, walk: Walk, trigger: str) -> Forbidden:
    rows = tuple(row for row in cycle.transitions if row.trigger == trigger)
    planned = tuple(row for row in view.rows.get("planned", ()) if row in rows and row.source == walk.end)
    return Forbidden(walk.end, trigger, walk, cycle.trigger(trigger).only, rows, planned)


def _views(
    cycle: LifeCycle,
    facts: Mapping[str, Any] | None,
    switches: Mapping[str, str] | None,
    availability: Availability,
) -> Iterator[View]:
    for reading in cycle.readings(facts or {}):
        yield View(cycle, reading, switches, availability)


def _begins(walk: Walk, other: Walk) -> bool:
    return (
        len(walk.rows) < len(other.rows)
        and other.rows[: len(walk.rows)] == walk.rows
        and walk.facts == other.facts
    )
