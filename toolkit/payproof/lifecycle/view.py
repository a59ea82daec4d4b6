"""Which rows of a table are in force under given facts and switch settings, and what they reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

from payproof.lifecycle.table import Availability, LifeCycle, Transition

Standing = Literal["in-force", "open", "planned", "switched-off", "condition"]
# What a search may use, from today's rows alone to everything that the documents foresee.
LAYERS: tuple[tuple[Standing, ...], ...] = (
    ("in-force",),
    ("in-force", "open"),
    ("in-force", "open", "planned"),
)


def standing(
    row: Transition,
    facts: Mapping[str, Any],
    switches: Mapping[str, str],
    availability: Availability = "current",
) -> Standing:
    """Say how a row stands.

    `condition`: a fact contradicts it. `switched-off`: a switch is set otherwise. `planned`: announced,
    and only what happens today was asked for. `open`: it depends on a switch that is not settled.
    A missing fact contradicts nothing.
    """
    if row.holds(facts) is False:
        return "condition"
    settled = [(words_of(switches[name]), some) for name, some in row.switch.items() if name in switches]
    if any(value not in some for value, some in settled):
        return "switched-off"
    if row.availability == "planned" and availability == "current":
        return "planned"
    return "in-force" if len(settled) == len(row.switch) else "open"


def words_of(setting: object) -> str:
    """Give a switch setting as text, so that YAML's `true` and a command line's `true` agree."""
    return str(setting).lower() if isinstance(setting, bool) else str(setting)


class View:
    """A table under one set of facts and settings; searches are remembered.

    Args:
        cycle: The table.
        facts: What is known of the object; what is missing stays possible.
        switches: Settled switches; rows on others are `open`.
        availability: `planned` takes announced rows as in force.
    """

    def __init__(
        self,
        cycle: LifeCycle,
        facts: Mapping[str, Any] | None = None,
        switches: Mapping[str, str] | None = None,
        availability: Availability = "current",
    ) -> None:
        self.cycle = cycle
        self.facts = dict(facts or {})
        self.rows: dict[Standing, list[Transition]] = {}
        self._standing: dict[int, Standing] = {}
        for row in cycle.transitions:
            how = standing(row, self.facts, switches or {}, availability)
            self.rows.setdefault(how, []).append(row)
            self._standing[id(row)] = how
        self._paths: dict[tuple[str, int], dict[str, tuple[Transition, ...]]] = {}

    def standing_of(self, row: Transition) -> Standing:
        """Say how one of the table's own rows stands here."""
        return self._standing[id(row)]

    def leaving(self, state: str, layer: int = 0) -> list[Transition]:
        """Give the rows out of a state which that layer may use, in table order."""
        return [
            row
            for row in self.cycle.transitions
            if row.source == state and self._standing[id(row)] in LAYERS[layer]
        ]

    def paths(self, state: str, layer: int = 0) -> Mapping[str, tuple[Transition, ...]]:
        """Give a shortest path to each state that can be reached, itself included with the empty path."""
        key = (state, layer)
        if key not in self._paths:
            self._paths[key] = self._search(state, layer)
        return self._paths[key]

    def path(self, source: str, target: str, layer: int = 0) -> tuple[Transition, ...] | None:
        """Give a shortest path between two states, or None; a state reaches itself in no step."""
        return self.paths(source, layer).get(target)

    def _search(self, state: str, layer: int) -> dict[str, tuple[Transition, ...]]:
        found: dict[str, tuple[Transition, ...]] = {state: ()}
        queue = deque([state])
        while queue:
            here = queue.popleft()
            for row in self.leaving(here, layer):
                if row.target not in found:
                    found[row.target] = (*found[here], row)
                    queue.append(row.target)
        return found


class Views:
    """The views of one table under settled switches, made once for each set of facts."""

    def __init__(
        self,
        cycle: LifeCycle,
        switches: Mapping[str, str] | None = None,
        availability: Availability = "current",
    ) -> None:
        self.cycle, self.switches, self.availability = cycle, switches, availability
        self._views: dict[str, View] = {}

    def under(self, facts: Mapping[str, Any]) -> View:
        """Give the view under these facts."""
        key = repr(sorted(facts.items()))
        if key not in self._views:
            self._views[key] = View(self.cycle, facts, self.switches, self.availability)
        return self._views[key]

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Each state's distance from the start over all rows, planned and unsettled ones included.

        Final states come last: a planned short cut to one says nothing about what came before it.
        """
        paths = View(self.cycle, availability="planned").paths(self.cycle.start, 2)
        last = len(self.cycle.states)
        return {
            name: last if state.final else len(paths.get(name, self.cycle.states))
            for name, state in self.cycle.states.items()
        }


def name_rows(rows: Iterable[Transition]) -> str:
    """Give rows as one clause for a message; 'no row' when there are none."""
    return "; ".join(str(row) for row in rows) or "no row"
