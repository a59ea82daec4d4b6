"""Life-cycle walks: every transition that is available is taken, every forbidden operation is tried.

Theory of operation. The table says which walks together take every row in force, and which operations a
state forbids. Each walk is taken with a new object, so it says nothing about others; each forbidden operation
is tried on an object that was brought into that state first. What was observed on the way is judged against
the tables as a whole: a step that no row allows, a status that goes back, money that does not add up. An
outside event that the test bed cannot bring about is reported as not reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from payproof.checks.context import Context, severity_of
from payproof.checks.webhooks import judge_webhook
from payproof.conformance.case import Case
from payproof.conformance.subject import MAIN, UnknownRole
from payproof.conformance.things import Stuck
from payproof.conformance.workbench import Workbench
from payproof.lifecycle import (
    Forbidden,
    LifeCycle,
    View,
    Walk,
    cover,
    forbidden,
    from_interactions,
    judge,
)
from payproof.model import Expectation, Finding, Interaction, Location, Message, Severity
from payproof.rules import Example, Rule, register
from payproof.run.causes import uncaused
from payproof.run.outside import Outside
from payproof.run.refusals import overdrawn, refusal
from payproof.run.target import Target
from payproof.run.unsettled import never
from payproof.spec import Operation

NOT_TAKEN = register(
    Rule(
        "transition-not-taken",
        Severity.ERROR,
        "A transition that the documents call available did not happen.",
        fix="compare what was answered with the life cycle; mend the test bed's events if they do not fit",
        example=Example(input="PROCESSED, then a refund of everything, and still PROCESSED"),
        rests_on="documented",
    )
)
#: Tells the runner that a group of cases could not be run: operation, kind, why.
Skip = Callable[[str, str, str], None]


@dataclass(slots=True)
class Walker:
    """Takes the walks of one run.

    Args:
        bench: Brings objects into states, by requests that are counted as walk cases.
        context: Knows what a success is.
        target: May give the webhooks that it sent meanwhile.
        send: Sends and judges one case.
        found: Takes findings, with the interaction that shows them.
        skip: Told of what cannot be reached.
        wanted: Operations that may be sent.
        only: Name of the one walk to take; all when empty.
        cycle: Name of the one life cycle to walk; all when empty.
    """

    bench: Workbench
    context: Context
    target: Target
    send: Callable[[Case], Interaction | None]
    found: Callable[[Finding, Interaction | None], None]
    skip: Skip
    wanted: frozenset[str]
    only: str = ""
    cycle: str = ""
    sent: list[Interaction] = field(default_factory=list)
    _name: str = ""

    def run(self) -> list[str]:
        """Take every walk; gives one sentence for each transition that was not reached."""
        self._received()
        told = []
        for cycle in self.cycles():
            subject = self.bench.signer.subject
            plan = cover(cycle, switches=subject.settings, availability=self.bench.availability)
            told += [f"{cycle.name}: no walk takes {row}" for row in plan.unreachable]
            for walk in plan.walks:
                told += self._take(cycle, walk)
            for ban in self._forbidden(cycle):
                self._try(cycle, ban)
        for name in sorted(self.wanted):
            operation = self.bench.signer.subject.spec.operations[name]
            if self.cycle in ("", _needed(operation)):
                self._overdraw(operation)
        return told

    def cycles(self) -> Iterator[LifeCycle]:
        """Give the tables whose objects this run can make, of those that are asked for."""
        for cycle in walkable(self.bench.cycles, self.wanted):
            if self.cycle in ("", cycle.name):
                yield cycle

    def _forbidden(self, cycle: LifeCycle) -> Iterator[Forbidden]:
        subject = self.bench.signer.subject
        # An operation is refused for the state of what it works on, not of what hangs together with that.
        mine = {name for name in self.wanted if _needed(subject.spec.operations[name]) == cycle.name}
        # An open switch may allow what another setting forbids: only what is fixed counts against a gateway.
        yield from forbidden(cycle, mine, switches=subject.fixed, availability=self.bench.availability)

    def _take(self, cycle: LifeCycle, walk: Walk) -> list[str]:
        name = f"{walk.rows[-1].trigger}/walk/{cycle.name}: {walk}"
        operation = next(
            (row.trigger for row in reversed(walk.rows) if row.trigger in self.wanted), walk.rows[0].trigger
        )
        if self.only and not self.only.startswith(name):
            return []
        self.sent, told = [], []
        self._name = name
        try:
            thing = self.bench.walk(walk, cycle)
            # A second look: a status that has come must not go again.
            self.bench.read(thing)
            self.bench.read(thing)
        except Stuck as stuck:
            told = [f"{cycle.name}: {stuck.row} was not reached: {stuck.what}"]
            self._stuck(cycle, stuck, operation)
        except UnknownRole as error:
            told = [f"{cycle.name}: {walk} was not reached: {error.what}"]
            self.skip(operation, "walk", error.what)
        self._judge()
        return told

    def _stuck(self, cycle: LifeCycle, stuck: Stuck, operation: str) -> None:
        subject = self.bench.signer.subject
        events = subject.testbed.events
        is_operation = stuck.row.trigger in subject.spec.operations
        if not is_operation and stuck.row.trigger not in events:
            self.skip(operation, "walk", f"the test bed does not say how {stuck.row.trigger} comes about")
            return
        if not is_operation and events[stuck.row.trigger].get("how") not in ("read", "create"):
            self.skip(operation, "walk", f"{stuck.row.trigger} can only be brought about in the sandbox")
            return
        if not is_operation and events[stuck.row.trigger]["how"] == "read" and self._other_way(cycle, stuck):
            self.skip(operation, "walk", "the gateway took another available way")
            return
        if any(name not in subject.fixed for name in stuck.row.switch) and not self._never(cycle, stuck):
            self.skip(operation, "walk", "a transition depends on a switch that nobody fixed")
            return
        spot = Location(operation, cycle.name, f"{stuck.row.source} on {stuck.row.trigger}")
        severity = severity_of(stuck.row.evidence)
        last = self.sent[-1] if self.sent else None
        self.found(
            NOT_TAKEN.finding(
                spot,
                f"{stuck.row}: {stuck.what}",
                severity=severity,
                expected=stuck.row.target,
                evidence=stuck.row.evidence,
                claim=stuck.row.claim,
            ),
            last,
        )

    def _never(self, cycle: LifeCycle, stuck: Stuck) -> bool:
        subject = self.bench.signer.subject
        return never(cycle, stuck, subject.spec, subject.fixed, self.bench.availability)

    def _other_way(self, cycle: LifeCycle, stuck: Stuck) -> bool:
        """Say whether another event of those that are available led on from the same state."""
        subject = self.bench.signer.subject
        view = View(cycle, stuck.facts, subject.settings, self.bench.availability)
        return stuck.status != stuck.row.source and stuck.status in view.paths(stuck.row.source)

    def _try(self, cycle: LifeCycle, ban: Forbidden) -> None:
        """Bring an object into a state and try what that state forbids."""
        name = f"{ban.trigger}/walk/{ban.trigger} in {ban.state} of {cycle.name}{_facts(ban.facts)}"
        operation = self.bench.signer.subject.spec.operations[ban.trigger]
        if self.only and self.only != name:
            return
        self.sent, self._name = [], name
        try:
            thing = self.bench.walk(ban.walk, cycle)
        except UnknownRole as error:
            self.skip(ban.trigger, "walk", f"{ban.state} was not reached: {error.what}")
            self._judge()
            return
        draft = self.bench.draft(operation, thing, {})
        message = self.bench.signer.sign(self.bench.signer.unsigned(draft))
        interaction = self.send(self._case(operation, message, name, refusal(ban)))
        if interaction is not None:
            thing.interactions.append(interaction)
            self.sent.append(interaction)
            self.bench.read(thing)
        self._judge()

    def _received(self) -> list[Interaction]:
        """Give the main merchant's webhooks since the last time, each judged."""
        if not isinstance(self.target, Outside):
            return []
        made = []
        for event, merchant, message in self.target.webhooks():
            if merchant in ("", MAIN) and event in self.bench.signer.subject.spec.webhooks:
                source = f"{event}/webhook/{len(message.body)}"
                at_s = self.sent[-1].started_s if self.sent else self.bench.signer.subject.now_s
                made.append(Interaction(message, None, event, at_s, source=source, kind="walk"))
        for one in made:
            for finding in judge_webhook(self.context, one):
                self.found(finding, one)
        return made

    def _overdraw(self, operation: Operation) -> None:
        """Ask for one more than what is left of an amount, where the test bed says what takes all of it."""
        for entry in operation.testbed.get("facts") or ():
            for address, form in entry["set"].items():
                if isinstance(form, Mapping) and "left" in form:
                    self._ask_for_more(operation, entry, address, str(form["left"]))

    def _ask_for_more(
        self, operation: Operation, entry: Mapping[str, Any], address: str, amount: str
    ) -> None:
        name = f"{operation.id}/walk/more than what is left of {amount}"
        if self.only not in ("", name):
            return
        need = operation.testbed["needs"]
        self.sent, self._name = [], name
        try:
            thing = self.bench.reach(str(need["life-cycle"]), str(need["state"]), need.get("when") or {})
            draft = self.bench.draft(operation, thing, {entry["fact"]: entry["is"]})
        except UnknownRole as error:
            self.skip(operation.id, "walk", error.what)
            return
        message = self.bench.signer.sign(draft.put(address, draft.get(address) + 1))
        interaction = self.send(self._case(operation, message, name, overdrawn(thing.cycle, amount)))
        if interaction is not None:
            self.sent.append(interaction)
        self._judge()

    def _judge(self) -> None:
        """Hold what was observed on one walk against every table."""
        subject = self.bench.signer.subject
        spec = subject.spec
        good = [
            one
            for one in [*self.sent, *self._received()]
            if one.operation in spec.webhooks or self.context.outcome(one) == "success"
        ]
        seen = from_interactions(good, self.bench.cycles, webhooks=list(spec.webhooks))
        for judgement in judge(
            self.bench.cycles, seen, switches=subject.fixed, availability=self.bench.availability
        ):
            for finding in judgement.findings:
                if finding.severity > Severity.NOTE:
                    self.found(finding, _showing(good, finding))
        for finding, shown_by in uncaused(
            self.bench.cycles,
            self.sent,
            spec.operations,
            switches=subject.fixed,
            availability=self.bench.availability,
        ):
            self.found(finding, shown_by)

    def prepared(self, operation: Operation, message: Message) -> Interaction | None:
        """Send a step of a walk; what it should meet is judged by the walk, not by this one case."""
        interaction = self.send(
            self._case(operation, message, self._name, Expectation("open", "a step of a walk"))
        )
        if interaction is not None:
            self.sent.append(interaction)
        return interaction

    def _case(self, operation: Operation, message: Message, name: str, expect: Expectation) -> Case:
        return Case(name, operation.id, "walk", message, expect, operation.is_write)


def walkable(cycles: Mapping[str, LifeCycle], wanted: frozenset[str]) -> Iterator[LifeCycle]:
    """Give the tables whose objects are made by operations that may be sent."""
    for cycle in cycles.values():
        makers = {row.trigger for row in cycle.transitions if not row.source}
        if makers and makers <= wanted:
            yield cycle


def _showing(seen: Sequence[Interaction], finding: Finding) -> Interaction | None:
    """Give the exchange that shows a finding: the last of its walk at its operation, else the first."""
    walk = [one for one in seen if one.source == finding.case]
    there = [one for one in walk if one.operation == finding.location.operation]
    return next(iter([*reversed(there), *walk]), None)


def _needed(operation: Operation) -> str:
    return str((operation.testbed.get("needs") or {}).get("life-cycle", ""))


def _facts(facts: Mapping[str, object]) -> str:
    return "".join(f", {name} {str(value).lower()}" for name, value in facts.items())
