"""What a run holds on to: counts, findings by cause, and the operations that were reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from payproof.checks import Context, judge
from payproof.conformance.case import Case
from payproof.model import Interaction, Location, Severity
from payproof.report.result import Tally
from payproof.run.grouping import Groups
from payproof.run.runner_rules import NOT_ALLOWED, NOT_REACHED
from payproof.spec import Operation


@dataclass(slots=True)
class Ledger:
    """The books of one run.

    Args:
        tally: Counts by operation and kind.
        groups: Findings, one for each cause.
        reached: Operations of which an honest request was accepted.
        learned: What the target showed about open points, in sentences.
        beyond: Answers' fields that no document names, in sentences.
    """

    tally: Tally = field(default_factory=Tally)
    groups: Groups = field(default_factory=Groups)
    reached: set[str] = field(default_factory=set)
    learned: list[str] = field(default_factory=list)
    beyond: set[str] = field(default_factory=set)

    def enter(self, context: Context, case: Case, interaction: Interaction) -> bool:
        """Judge one exchange and count it; say whether it was an honest request that succeeded."""
        findings = judge(context, interaction)
        outcome = context.outcome(interaction)
        count = self.tally.of(case.operation, case.kind)
        count.run += 1
        count.failed += any(finding.severity is Severity.ERROR for finding in findings)
        count.accepted += outcome == "success"
        count.refused += outcome == "refused"
        count.unanswered += outcome == "none"
        for finding in findings:
            self.groups.add(finding, interaction)
        self.beyond.update(
            f"{case.operation}: answers hold {problem.pointer}, which is not documented"
            for problem in context.problems(interaction)
            if problem.keyword == "undocumented-field"
        )
        # A success that should have been none shows nothing about the honest path.
        honest = outcome == "success" and case.expect.outcome != "refused"
        if honest:
            self.reached.add(case.operation)
        return honest

    def judge_reach(self, operations: Iterable[Operation], forbidden: set[str]) -> None:
        """Find the operations of which nothing was accepted: a silence that must not pass for health."""
        for operation in operations:
            if operation.id not in self.reached:
                row = NOT_ALLOWED if operation.id in forbidden else NOT_REACHED
                self.groups.add(row.finding(Location(operation.id), f"{operation.id} was never accepted"))
