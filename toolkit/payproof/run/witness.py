"""What a run saw of the life cycles: a target between runner and gateway that remembers what succeeded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from payproof.lifecycle import BEFORE, LifeCycle, Observation, from_interactions, judge, read_all
from payproof.model import Interaction, Message
from payproof.report.result import Lived, Row
from payproof.run.outside import Clockwork, Outside
from payproof.run.target import Reply, Target
from payproof.spec import Spec, match

#: So many messages are remembered, at most; a table is exercised long before.
MOST = 20_000


class Witness:
    """A target that hands on to another one and remembers the successes.

    Args:
        inner: Where requests go.
    """

    def __init__(self, inner: Target) -> None:
        self.inner = inner
        self.name, self.origin, self.provenance = inner.name, inner.origin, inner.provenance
        self.seen: list[Interaction] = []
        if isinstance(inner, Clockwork):
            self.later = inner.later

    def send(self, message: Message, *, write: bool) -> Reply:
        """Send as the other target does."""
        reply = self.inner.send(message, write=write)
        if reply.response is not None and reply.response.status < 300 and len(self.seen) < MOST:
            self.seen.append(Interaction(reply.request, reply.response, started_s=reply.started_s))
        return reply

    def lived(self, spec: Spec, switches: Mapping[str, str]) -> list[Lived]:
        """Give each life cycle of the spec with what was seen of it."""
        cycles = read_all(spec.life_cycles)
        named = [_named(spec, one) for one in self.seen]
        seen = list(from_interactions(named, cycles, webhooks=spec.webhooks))
        taken, states = _taken(cycles, seen, switches), {name: set[str]() for name in cycles}
        for one in seen:
            states[one.life_cycle].add(one.status)
        return [Lived(cycle, frozenset(states[name]), taken[name]) for name, cycle in cycles.items()]


class OutsideWitness(Witness):
    """Likewise, of a target whose outside events can be brought about."""

    inner: Any

    def happen(self, event: str, facts: Mapping[str, Any]) -> bool:
        """Let an outside event happen; False when it cannot in this state."""
        happened: bool = self.inner.happen(event, facts)
        return happened

    def webhooks(self) -> Iterator[tuple[str, str, Message]]:
        """Give (event, merchant, delivery) of each webhook that is due, and take it as received."""
        for event, merchant, message in self.inner.webhooks():
            if len(self.seen) < MOST:
                self.seen.append(Interaction(message, None, event))
            yield event, merchant, message


def witness(target: Target) -> Witness:
    """Give a witness of that target, with outside events where the target has them."""
    return OutsideWitness(target) if isinstance(target, Outside) else Witness(target)


def _named(spec: Spec, one: Interaction) -> Interaction:
    if one.operation:
        return one
    found = match(spec, one.request)
    name = found.operation.id if found is not None else ""
    return Interaction(one.request, one.response, name, one.started_s)


def _taken(
    cycles: Mapping[str, LifeCycle], seen: Sequence[Observation], switches: Mapping[str, str]
) -> dict[str, frozenset[Row]]:
    """Give the rows that fit two states seen one after the other, with the operation that led there."""
    steps: dict[str, set[tuple[str, str, str]]] = {name: set() for name in cycles}
    for judgement in judge(cycles, seen, switches=switches):
        cycle = cycles[judgement.life_cycle]
        first = [] if cycle.start != BEFORE else [BEFORE]
        steps[cycle.name] |= {(*pair, "") for pair in pairwise([*first, *judgement.path])}
    last: dict[tuple[str, str], str] = {}
    for one in seen:
        key = (one.life_cycle, one.subject)
        if one.source == "response":
            steps[one.life_cycle].add((last.get(key, BEFORE), one.status, one.operation))
        last[key] = one.status
    return {name: frozenset(_rows(cycle, steps[name])) for name, cycle in cycles.items()}


def _rows(cycle: LifeCycle, steps: set[tuple[str, str, str]]) -> Iterator[Row]:
    """Give the rows that the steps took; which of two triggers led there, only a reply can say."""
    told = {(source, target) for source, target, trigger in steps if trigger}
    for row in cycle.transitions:
        by_reply = (row.source, row.target, row.trigger) in steps
        silent = (row.source, row.target, "") in steps and (row.source, row.target) not in told
        if by_reply or (silent and row.source != row.target):
            yield (row.source, row.target, row.trigger)
