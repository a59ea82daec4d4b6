"""One object of the gateway's while a walk is taken with it: what it said, and everything sent so far."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from payproof.conformance.subject import UnknownRole
from payproof.lifecycle import LifeCycle, Observation, Transition, Walk, from_interactions
from payproof.lifecycle.pointers import Body, find
from payproof.model import Interaction
from payproof.spec import Operation


@dataclass(slots=True)
class Thing:
    """An object on its walk.

    Args:
        cycle: Its table.
        walk: The walk.
        body: Its own newest reply as data; None before it was made.
        subject: Its id in the life cycle's observations.
        interactions: Everything sent for it, its parent's included, in order.
        parent: The object that it was made on.
    """

    cycle: LifeCycle
    walk: Walk
    body: Any = None
    subject: str = ""
    status: str = ""
    interactions: list[Interaction] = field(default_factory=list)
    parent: Thing | None = None

    def learn(self, operation: Operation, interaction: Interaction, good: bool) -> None:
        """Take in an answer; only a success about this object is news of it."""
        self.interactions.append(interaction)
        if not good:
            return
        mine = [one for one in self.sights([interaction]) if self.subject in ("", one.subject)]
        if mine:
            self.body, self.subject, self.status = json_of(interaction), mine[0].subject, mine[0].status

    def sights(self, interactions: Iterable[Interaction]) -> list[Observation]:
        """Give what interactions show of objects of this life cycle."""
        return list(from_interactions(interactions, {self.cycle.name: self.cycle}))

    def left(self, amount: str, cycles: Mapping[str, LifeCycle]) -> int:
        """Give what remains of an amount after what its children took, in minor units."""
        seen = [one for one in self.sights(self.interactions) if one.subject == self.subject]
        whole = next((one.money[amount] for one in reversed(seen) if amount in one.money), Decimal(0))
        taken: dict[str, Decimal] = {}
        for cycle in cycles.values():
            if cycle.counts is None or cycle.counts.life_cycle != self.cycle.name:
                continue
            for one in from_interactions(self.interactions, {cycle.name: cycle}):
                if one.parent == self.subject and cycle.counts.amount in one.money:
                    taken[one.subject] = one.money[cycle.counts.amount]
        return int(whole - sum(taken.values(), Decimal(0)))


class Stuck(UnknownRole):
    """A step of a walk was refused, or an outside event did not come; `row` is the step."""

    def __init__(self, row: Transition, why: str, thing: Thing) -> None:
        super().__init__(why, where="the target", hint="see what was answered, or mend the test bed's events")
        self.row, self.status, self.facts = row, thing.status, thing.walk.facts


def json_of(interaction: Interaction | None) -> Any:
    """Give an answer's body as data, None when it is no JSON."""
    if interaction is None or interaction.response is None:
        return None
    try:
        return json.loads(interaction.response.body)
    except (ValueError, RecursionError):
        return None


def values_at(body: Any, pointers: Iterable[str]) -> list[Any]:
    """Give what the first pointer that finds anything finds."""
    return find(pointers, Body(body, body))
