"""Judge what was observed of an object against its table.

What supports which severity:

- A step for which no row exists, a step back, and a step under the wrong facts are errors where the rows
  that the documents give instead (out of the old state or into the new one) are `documented`, and warnings
  where those are only inferred: a table cannot forbid more than it knows.
- An unknown status is as bad as the evidence that the list of states is closed (`closed`): error when
  documented, note when unknown, warning otherwise.
- A step that only a planned row allows is an error where that row's unavailability is documented, else a
  warning.
- A step on an unsettled switch is a note: the documents contradict themselves, not the gateway them.
- Skipped states are a note: polls can miss states and webhooks get lost. Only a reply to an operation
  promises its own step: a reply that shows a later status than the operation leads to is an error where
  its row is documented, else a warning.
- Late and duplicate webhooks are notes and move nothing. A status without its own time from a webhook that
  could have come before the known one counts as late; from a poll or reply, it counts as a step back (a
  warning when the known one came by webhook, which may have overtaken it).
- A reply that shows the state already known is not judged: the webhook may have been faster.
- A fixed fact that nobody observed (such as pre_auth) is taken as whatever accuses least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from payproof.lifecycle import rulebook
from payproof.lifecycle.money_check import MoneyBook, child_amounts
from payproof.lifecycle.observe import Observation
from payproof.lifecycle.sequence import arrange
from payproof.lifecycle.steps import Reading, best_evidence, spot, weigh
from payproof.lifecycle.table import Availability, LifeCycle, words
from payproof.lifecycle.view import View, Views, name_rows
from payproof.model import Finding, Location, Severity, worst


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one object.

    Args:
        path: The statuses in the order in which they held, repetitions left out.
        state: The last known state; empty when no observed status is a state.
        final: Whether the table calls that state final.
        facts: What is known or was assumed of it.
    """

    life_cycle: str
    subject: str
    path: tuple[str, ...]
    state: str
    final: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    observed: int = 0

    @property
    def verdict(self) -> Literal["kept", "doubtful", "broken"]:
        """`broken` with an error, `doubtful` with a warning, else `kept`; notes break nothing."""
        found = worst(self.findings)
        return "broken" if found is Severity.ERROR else "doubtful" if found is Severity.WARNING else "kept"


def judge(
    cycles: Mapping[str, LifeCycle],
    observed: Iterable[Observation],
    *,
    switches: Mapping[str, str] | None = None,
    availability: Availability = "current",
) -> list[Judgement]:
    """Give a judgement for each object, in the order of first arrival.

    The findings do not depend on the order of arrival of observations that carry their own time, except
    those that are about arrival (`life-cycle-webhook-out-of-order`, `life-cycle-stale-read`).

    Args:
        observed: Of any number of objects and life cycles, in order of arrival.
        switches: Settled switches; what depends on another is a note.
        availability: `planned` takes announced rows as in force.
    """
    everything = list(observed)
    groups: dict[tuple[str, str], list[Observation]] = {}
    for one in everything:
        groups.setdefault((one.life_cycle, one.subject), []).append(one)
    children = child_amounts(cycles, everything)
    views = {name: Views(cycles[name], switches, availability) for name, _ in groups}
    return [_Case(views[key[0]], mine, children.get(key, {})).judgement() for key, mine in groups.items()]


def attempt(
    cycle: LifeCycle,
    state: str,
    trigger: str,
    facts: Mapping[str, Any],
    *,
    switches: Mapping[str, str] | None = None,
    availability: Availability = "current",
    source: str = "",
) -> list[Finding]:
    """Judge an operation that succeeded in a state known for sure, such as in a conformance walk.

    Gives no finding when a row allows it, or could under a switch that is not settled.
    """
    view = View(cycle, facts, switches, availability)
    if any(row.trigger == trigger for row in view.leaving(state, 1)):
        return []
    rows = tuple(row for row in cycle.transitions if row.trigger == trigger)
    known = cycle.trigger(trigger)
    evidence = known.only if known.declared else best_evidence(rows)
    message = (
        f"{trigger} succeeded while the status was {state or 'not created'}; allowed by {name_rows(rows)}"
    )
    spot = Location(trigger, cycle.name, f"{state} on {trigger}", source)
    rule = rulebook.OPERATION_NOT_ALLOWED
    return [rule.finding(spot, message, severity=weigh(evidence), evidence=evidence, claim=known.claim)]


class _Case:
    """One object's observations on their way to a judgement."""

    def __init__(self, views: Views, arrived: list[Observation], children: Mapping[str, Decimal]) -> None:
        self.views, self.cycle, self.arrived, self.children = views, views.cycle, arrived, children
        self.arranged = arrange(arrived, views.ranks)

    def judgement(self) -> Judgement:
        facts, changed = self._facts()
        readings = [
            Reading(self.views.under(reading), self.arranged).run() for reading in self.cycle.readings(facts)
        ]
        best = min(readings, key=lambda reading: sorted((f.severity for f in reading.findings), reverse=True))
        book = MoneyBook(self.cycle, self.children)
        money = [finding for one in self.arranged.kept for finding in book.check(one)]
        money += book.finish(self.arranged.kept[-1])
        findings = (*best.findings, *changed, *money, *self._arrival())
        state = best.state
        return Judgement(
            self.cycle.name,
            self.arrived[0].subject,
            tuple(best.path),
            state,
            state in self.cycle.states and self.cycle.states[state].final,
            best.view.facts if len(readings) == 1 else facts,
            _merge(findings),
            len(self.arrived),
        )

    def _facts(self) -> tuple[dict[str, Any], list[Finding]]:
        """Give the fixed facts as first reported, and a finding for each that changed."""
        facts: dict[str, Any] = {}
        changed = []
        for one in self.arranged.kept:
            for name, value in one.facts.items():
                if name not in self.cycle.facts or not self.cycle.facts[name].fixed:
                    continue
                if facts.setdefault(name, value) != value:
                    message = f"{name} was {words(facts[name])} and is {words(value)}"
                    changed.append(rulebook.FACT_CHANGED.finding(spot(one, name), message))
        return facts, changed

    def _arrival(self) -> Iterator[Finding]:
        """Give the notes about how webhooks and reads arrived."""
        for one in self.arranged.duplicates:
            again = f"the delivery id {one.delivery}" if one.delivery else "the same status and time"
            yield rulebook.DUPLICATE.finding(spot(one, one.status), f"{one.status} came again with {again}")
        for one in self.arranged.late:
            message = f"{one.status} arrived after something newer was known"
            yield rulebook.OUT_OF_ORDER.finding(spot(one, one.status), message)
        for one in self.arranged.stale:
            message = f"a {one.source} showed {one.status} although something newer was known"
            yield rulebook.STALE_READ.finding(spot(one, one.status), message)
        for first, second in self.arranged.reused:
            message = f"delivery id {first.delivery} carried {first.status} and {second.status}"
            yield rulebook.ID_REUSED.finding(spot(second, f"{first.status} and {second.status}"), message)


def _merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give findings with equal rule, place and wording once, counted, worst first."""
    merged: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.location.pointer, finding.message)
        old = merged.get(key)
        merged[key] = finding if old is None else replace(old, count=old.count + 1)
    return tuple(sorted(merged.values(), key=lambda finding: -finding.severity))
