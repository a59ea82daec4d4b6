"""What a drawing shows: the chosen states, and rows gathered into edges with their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from payproof.lifecycle.table import BEFORE, LifeCycle, State, Transition, words
from payproof.lifecycle.view import Standing, standing

Show = Literal["current", "planned", "all"]
Style = Literal["today", "planned", "open", "other"]
_STYLES: Mapping[Standing, Style] = {
    "in-force": "today",
    "planned": "planned",
    "open": "open",
    "switched-off": "other",
}
STYLE_WORDS: Mapping[Style, str] = {
    "today": "available today",
    "planned": "planned, not available today",
    "open": "depends on a switch",
    "other": "under another switch setting",
}
_SHOWN: Mapping[Show, tuple[Style, ...]] = {
    "current": ("today", "open"),
    "planned": ("today", "open", "planned"),
    "all": ("today", "open", "planned", "other"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """What moves the object along an edge: the trigger, what it needs, and how sure that is.

    Args:
        condition: Facts it needs, such as `pre_auth = true`; empty for none.
        setting: Switch settings it needs, where they are not settled that way.
    """

    trigger: str
    condition: str
    evidence: str
    setting: str = ""

    @property
    def needs(self) -> str:
        """Condition and setting as a clause, `when ... if ...`; empty when it needs nothing."""
        when = f"when {self.condition}" if self.condition else ""
        return " ".join(part for part in (when, self.setting and f"if {self.setting}") if part)


@dataclass(frozen=True, slots=True)
class Edge:
    """All rows of one style between two states; `source` is `BEFORE` for creation."""

    source: str
    target: str
    style: Style
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw.

    Args:
        states: The states shown, in table order.
        absent: Names of the states that cannot be reached under the chosen facts and rows.
        subtitle: What was chosen, in words.
    """

    cycle: LifeCycle
    states: tuple[State, ...]
    edges: tuple[Edge, ...]
    absent: tuple[str, ...]
    subtitle: str


def picture(cycle: LifeCycle, facts: Mapping[str, Any], switches: Mapping[str, str], show: Show) -> Picture:
    """Choose what a drawing shows; its arguments are those of `draw`."""
    grouped: dict[tuple[str, str, Style], list[Label]] = {}
    if cycle.start != BEFORE:
        grouped[BEFORE, cycle.initial, "today"] = []
    for row in cycle.transitions:
        style = _STYLES.get(standing(row, facts, switches))
        if style in _SHOWN[show]:
            label = _label(row, facts, switches)
            labels = grouped.setdefault((row.source, row.target, style), [])
            if label not in labels:
                labels.append(label)
    edges = _reached([Edge(*key, tuple(labels)) for key, labels in grouped.items()])
    touched = {name for edge in edges for name in (edge.source, edge.target)}
    states = tuple(state for name, state in cycle.states.items() if name in touched)
    absent = tuple(name for name in cycle.states if name not in touched)
    return Picture(cycle, states, tuple(edges), absent, _subtitle(facts, show))


def _reached(edges: list[Edge]) -> list[Edge]:
    """Leave out the edges that no walk over shown edges comes to."""
    reached = {BEFORE}
    while True:
        grown = reached | {edge.target for edge in edges if edge.source in reached}
        if grown == reached:
            return [edge for edge in edges if edge.source in reached]
        reached = grown


def _label(row: Transition, facts: Mapping[str, Any], switches: Mapping[str, str]) -> Label:
    open_facts = {name: some for name, some in row.when.items() if name not in facts}
    conditions = [f"{name} = {' or '.join(map(words, some))}" for name, some in open_facts.items()]
    settled = all(switches.get(name) in some for name, some in row.switch.items())
    return Label(row.trigger, ", ".join(conditions), row.evidence, "" if settled else row.settings())


def _subtitle(facts: Mapping[str, Any], show: Show) -> str:
    shown = {"current": "what happens today", "planned": "today and planned", "all": "all rows of the table"}
    given = [f"{name} = {words(value)}" for name, value in facts.items()]
    return ", ".join([*given, shown[show]])
