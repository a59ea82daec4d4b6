"""Judge each step between the statuses observed of one object; what supports which severity is in `judge`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from payproof.lifecycle import rulebook
from payproof.lifecycle.observe import Observation
from payproof.lifecycle.sequence import Arranged
from payproof.lifecycle.table import BEFORE, Transition, words
from payproof.lifecycle.view import View, name_rows
from payproof.model import Evidence, Finding, Location, Severity
from payproof.rules import Rule


def spot(one: Observation, pointer: str) -> Location:
    """Give the place of a finding about an observation; ids stay out of its fingerprint."""
    source = f"{one.subject} at {one.where}" if one.where else one.subject
    return Location(one.operation, one.life_cycle, pointer, source)


def best_evidence(rows: Iterable[Transition]) -> Evidence:
    """Give the best evidence among rows: `documented` before every other; `unknown` for none."""
    order: tuple[Evidence, ...] = ("documented", "recorded", "sdk", "third-party", "inferred", "unknown")
    return min((row.evidence for row in rows), key=order.index, default="unknown")


def weigh(evidence: Evidence) -> Severity:
    """Give the severity of breaking a claim: an error only when it is documented."""
    return Severity.ERROR if evidence == "documented" else Severity.WARNING


class Reading:
    """The observed statuses under one assignment of the fixed facts."""

    def __init__(self, view: View, arranged: Arranged) -> None:
        self.view, self.arranged, self.cycle = view, arranged, view.cycle
        self.state, self.seen_by = BEFORE, ""
        self.path: list[str] = []
        self.findings: list[Finding] = []

    def run(self) -> Reading:
        """Judge every step in order."""
        for one in self.arranged.kept:
            if one.status not in self.cycle.states:
                self._unknown(one)
                continue
            if self._take(one):
                self.state, self.seen_by = one.status, one.source
            if not self.path or self.path[-1] != one.status:
                self.path.append(one.status)
        return self

    def _take(self, one: Observation) -> bool:
        """Judge the step to this status; say whether it becomes the known state."""
        if not self.path:
            self._first(one)
            return True
        if one.source == "response" and self._reply(one):
            return True
        if one.status == self.state:
            return True
        for layer, judged in enumerate((self._missing, self._open, self._planned)):
            path = self.view.path(self.state, one.status, layer)
            if path is not None:
                judged(one, path)
                return True
        return self._no_way(one)

    def _first(self, one: Observation) -> None:
        """Judge the first status: it must be reachable at all under the facts; how it got there is unseen."""
        start = self.cycle.start
        for layer, judged in ((0, None), (1, self._open), (2, self._planned)):
            path = self.view.path(start, one.status, layer)
            if path is not None:
                if judged:
                    judged(one, path)
                return
        into = [row for row in self.cycle.transitions if row.target == one.status]
        if into:
            message = f"{one.status} cannot be reached{self._with_facts()}: {name_rows(into)}"
            evidence = best_evidence(into)
            self._say(rulebook.ILLEGAL_STEP, one, message, severity=weigh(evidence), evidence=evidence)

    def _reply(self, one: Observation) -> bool:
        """Judge the reply to an operation that moves this object; False leaves it to the other rules."""
        rows = [
            row for row in self.cycle.transitions if row.trigger == one.operation and row.source != BEFORE
        ]
        if not rows:
            return False
        reach = self.view.paths(self.state, 1)
        allowed = [
            row for row in rows if row.source in reach and self.view.standing_of(row) in ("in-force", "open")
        ]
        if not allowed:
            return self._not_allowed(one, rows)
        if one.status == self.state or any(row.target == one.status for row in allowed):
            return False
        path = self.view.path(self.state, one.status, 1)
        if path is not None and len(path) > 1:
            evidence = best_evidence(allowed)
            promised = ", ".join(dict.fromkeys(row.target for row in allowed))
            message = (
                f"the reply to {one.operation} promises {promised} and shows {one.status}: a step is missing"
            )
            self._say(rulebook.MISSING_STEP, one, message, severity=weigh(evidence), evidence=evidence)
            return True
        return False

    def _not_allowed(self, one: Observation, rows: list[Transition]) -> bool:
        known = self.cycle.trigger(one.operation)
        if one.status == self.state:
            return False  # nothing moved: a webhook may have been faster than this reply, or it is a replay
        if any(self.view.standing_of(row) == "planned" and row.source == self.state for row in rows):
            return False  # the planned row is named instead
        evidence = known.only if known.declared else best_evidence(rows)
        message = f"{one.operation} succeeded while the status was {self.state}; allowed by {name_rows(rows)}"
        self._say(rulebook.OPERATION_NOT_ALLOWED, one, message, severity=weigh(evidence), evidence=evidence)
        return True

    def _missing(self, one: Observation, path: tuple[Transition, ...]) -> None:
        if len(path) > 1:
            skipped = ", ".join(row.target for row in path[:-1])
            message = f"{self.state} was followed by {one.status}; {skipped} was not seen"
            directly = [row for row in self.view.leaving(self.state, 2) if row.target == one.status]
            message += f" (unless by {name_rows(directly)})" if directly else ""
            self._say(rulebook.MISSING_STEP, one, message, evidence=path[-1].evidence)

    def _open(self, one: Observation, path: tuple[Transition, ...]) -> None:
        rows = [row for row in path if self.view.standing_of(row) == "open"]
        message = f"{one.status} rests on an unsettled switch: {name_rows(rows)}"
        self._say(rulebook.OPEN_STEP, one, message, evidence=best_evidence(rows))

    def _planned(self, one: Observation, path: tuple[Transition, ...]) -> None:
        rows = [row for row in path if self.view.standing_of(row) == "planned"]
        evidence = best_evidence(rows)
        message = f"{self._from()}{one.status} is only planned: {name_rows(rows)}"
        self._say(rulebook.PLANNED_STEP, one, message, severity=weigh(evidence), evidence=evidence)

    def _no_way(self, one: Observation) -> bool:
        """Judge a status to which nothing leads: a late webhook, a step back or an illegal step."""
        back = any(self.state in self.view.paths(one.status, layer) for layer in range(3))
        if back and one.source == "webhook" and one.at_s is None:
            message = (
                f"{one.status} arrived after {self.state}, which comes later; it carries no time of its own"
            )
            self._say(rulebook.OUT_OF_ORDER, one, message)
            return False
        out = [row for row in self.cycle.transitions if row.source == self.state]
        into = [row for row in self.cycle.transitions if row.target == one.status]
        evidence = best_evidence([*out, *into])
        if back:
            # Without times of its own, a reply that left before the webhook may have arrived after it.
            raced = one.at_s is None and self.seen_by == "webhook"
            message = f"the status went from {self.state} back to {one.status}"
            severity = Severity.WARNING if raced else weigh(evidence)
            self._say(rulebook.BACKWARDS, one, message, severity=severity, evidence=evidence)
            return True
        final = f"; {self.state} is final" if self.cycle.states[self.state].final else ""
        message = (
            f"no row leads from {self.state} to {one.status}{self._with_facts()}{final}: {name_rows(out)}"
        )
        self._say(rulebook.ILLEGAL_STEP, one, message, severity=weigh(evidence), evidence=evidence)
        return True

    def _unknown(self, one: Observation) -> None:
        near = difflib.get_close_matches(one.status.upper(), self.cycle.states, n=1)
        guess = f"; did it mean {near[0]}?" if near else ""
        closed = self.cycle.closed
        severity = Severity.NOTE if closed == "unknown" else weigh(closed)
        message = f"{one.status!r} is no state of {self.cycle.name}{guess}"
        self._say(rulebook.UNKNOWN_STATE, one, message, severity=severity, evidence=closed, pointer="/status")

    def _from(self) -> str:
        return f"{self.state} -> " if self.state != BEFORE else ""

    def _with_facts(self) -> str:
        known = " and ".join(f"{name} = {words(value)}" for name, value in self.view.facts.items())
        return f" with {known}" if known else ""

    def _say(self, rule: Rule, one: Observation, message: str, *, pointer: str = "", **more: Any) -> None:
        place = spot(one, pointer or f"{self._from()}{one.status}")
        self.findings.append(rule.finding(place, message, case=one.where, **more))
