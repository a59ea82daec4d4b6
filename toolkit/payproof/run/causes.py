"""Has a status come about that nothing on the walk can have led to?

Polls miss states and webhooks get lost, so a judge of observations alone must let states be skipped. A walk
knows more: every request that was sent for its object. What no request, no outside event and no row of an
unsettled switch leads to has not been skipped, it has not happened. A refused request leads nowhere; one that
nobody answered, or that met a server error, may have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from payproof.checks.context import severity_of
from payproof.lifecycle import (
    BEFORE,
    LifeCycle,
    Observation,
    Transition,
    View,
    best_evidence,
    from_interactions,
)
from payproof.lifecycle.table import Availability
from payproof.model import Finding, Interaction, Location, Severity
from payproof.rules import Example, Rule, register

UNCAUSED = register(
    Rule(
        "status-without-cause",
        Severity.ERROR,
        "A status was shown that no request sent for the object can have led to.",
        fix="move an object only by the operations and events of its life cycle, and show the status it has",
        example=Example(input="createOrder: CREATED; then a read, no payment: PROCESSED"),
        rests_on="documented",
    )
)
#: Rows that are in force or depend on an unsettled switch; planned ones are judged as such.
_LAYER = 1


def uncaused(
    cycles: Mapping[str, LifeCycle],
    sent: Sequence[Interaction],
    operations: Collection[str],
    *,
    switches: Mapping[str, str],
    availability: Availability,
) -> Iterator[tuple[Finding, Interaction]]:
    """Give each status without a cause, with the exchange that shows it.

    Args:
        sent: Everything that was sent on one walk, in order, refusals included.
        operations: Names of the triggers that only a request can pull.
    """
    asked: set[str] = set()
    known: dict[tuple[str, str], Observation] = {}
    for interaction in sent:
        if not _refused(interaction):
            asked.add(interaction.operation)
        for one in from_interactions([interaction], cycles):
            key = (one.life_cycle, one.subject)
            last = known.get(key)
            facts = {**(last.facts if last else {}), **one.facts}
            known[key] = replace(one, facts=facts)
            cycle = cycles[one.life_cycle]
            view = View(cycle, _fixed(cycle, facts), switches, availability)
            finding = _judged(view, last, one, set(operations) - asked)
            if finding is not None:
                yield finding, interaction


def _judged(view: View, last: Observation | None, one: Observation, unasked: set[str]) -> Finding | None:
    start = last.status if last is not None else view.cycle.start
    way = view.path(start, one.status, _LAYER)
    if start == BEFORE or not way or one.status in _reached(view, start, unasked):
        # What no row at all leads to is the life cycle's own finding; so is how an object begins.
        return None
    lacking = [row for row in way if row.trigger in unasked]
    into = f"{start} was followed by {one.status}"
    names = ", ".join(dict.fromkeys(row.trigger for row in lacking))
    evidence = best_evidence(lacking)
    return UNCAUSED.finding(
        Location(one.operation, one.life_cycle, f"{start} -> {one.status}", one.where),
        f"{into} although no {names} was accepted; the way there is {_text(way)}",
        severity=severity_of(evidence),
        evidence=evidence,
        expected=start,
        actual=one.status,
    )


def _reached(view: View, start: str, unasked: set[str]) -> set[str]:
    """Give the states to which rows lead that need none of these operations."""
    found, waiting = {start}, [start]
    while waiting:
        for row in view.leaving(waiting.pop(), _LAYER):
            if row.trigger not in unasked and row.target not in found:
                found.add(row.target)
                waiting.append(row.target)
    return found


def _refused(interaction: Interaction) -> bool:
    response = interaction.response
    return response is not None and 400 <= response.status < 500


def _fixed(cycle: LifeCycle, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in cycle.facts and cycle.facts[name].fixed}


def _text(way: Sequence[Transition]) -> str:
    return "; ".join(map(str, way))
