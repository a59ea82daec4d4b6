"""A life cycle as records: states, rows, triggers, facts, and what holds between amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

from payproof.lifecycle.money import MoneyRule
from payproof.model import Evidence

Availability = Literal["current", "planned"]
BEFORE = ""  # the pseudo-state before the object exists; rows with `from: null` leave it


@dataclass(frozen=True, slots=True)
class State:
    """One status and what the documents say of it; `final` means that no row leaves it for good."""

    name: str
    summary: str = ""
    final: bool = False
    evidence: Evidence = "unknown"
    claim: str = ""
    money: tuple[MoneyRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Args:
        row: Its number in the document, from 1; a row with several `from` keeps one number.
        source: The state it leaves; `BEFORE` for the row that creates the object.
        target: The state it enters.
        trigger: An operationId, or the name of an outside event.
        when: Facts it needs, each with the values that satisfy it.
        availability: `current`: happens today; `planned`: the documents announce it.
        switch: Named contradictions with the settings under which the row is in force.
    """

    row: int
    source: str
    target: str
    trigger: str
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    availability: Availability = "current"
    switch: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: Evidence = "unknown"
    claim: str = ""
    note: str = ""

    def __str__(self) -> str:
        text = f"row {self.row}: {self.source or '(new)'} -> {self.target} on {self.trigger}"
        conditions, settings = self.conditions(), self.settings()
        text += f" when {conditions}" if conditions else ""
        text += f" if {settings}" if settings else ""
        return text + (" (planned)" if self.availability == "planned" else "")

    def conditions(self) -> str:
        """Give the facts it needs as text, such as `pre_auth = true`; empty when it needs none."""
        return " and ".join(f"{name} = {' or '.join(map(words, some))}" for name, some in self.when.items())

    def settings(self) -> str:
        """Give the switch settings it needs as text; empty when it needs none."""
        return " and ".join(f"{name} = {' or '.join(some)}" for name, some in self.switch.items())

    def holds(self, facts: Mapping[str, Any]) -> bool | None:
        """Say whether the facts satisfy the row; None when none contradicts it but one is missing."""
        if any(name in facts and facts[name] not in some for name, some in self.when.items()):
            return False
        return True if all(name in facts for name in self.when) else None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What is said of a trigger itself; `only` is the evidence that it works in its rows and nowhere else."""

    name: str
    summary: str = ""
    only: Evidence = "inferred"
    claim: str = ""
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition's name; a fixed fact stays the same for an object's life, another belongs to one step."""

    name: str
    values: tuple[Any, ...] = ()
    fixed: bool = True
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How these objects add to the money of their parents: in which states, and to which amount."""

    life_cycle: str
    amount: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """One table, checked to hold together.

    Args:
        closed: Evidence that no further states exist; decides how bad an unknown one is.
        money: What holds between amounts in every state; a state's own rules stand with the state.
        observe: Shapes that locate this object in bodies, see `payproof.lifecycle.observe`.
        amounts: `minor`: integers in minor units; `decimal`: decimal numbers or text.
    """

    name: str
    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    summary: str = ""
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    closed: Evidence = "documented"
    money: tuple[MoneyRule, ...] = ()
    observe: tuple[Mapping[str, Any], ...] = ()
    counts: Count | None = None
    amounts: Literal["minor", "decimal"] = "minor"
    where: str = ""

    def trigger(self, name: str) -> Trigger:
        """Give what is said of a trigger, or the default for one of which nothing is said."""
        return self.triggers.get(name) or Trigger(name)

    @property
    def start(self) -> str:
        """Where every walk begins: before creation when a row creates the object, else the initial state."""
        return BEFORE if any(row.source == BEFORE for row in self.transitions) else self.initial

    def readings(self, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Give every assignment of the fixed facts that agrees with the given ones."""
        free = [fact for fact in self.facts.values() if fact.fixed and fact.name not in given and fact.values]
        for values in product(*(fact.values for fact in free)):
            yield {**given, **{fact.name: value for fact, value in zip(free, values, strict=True)}}


def words(value: Any) -> str:
    """Give a fact's value as the document writes it: `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
