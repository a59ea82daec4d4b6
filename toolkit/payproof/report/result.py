"""What a run hands to every report: findings, what ran, what was reached, and what was learnt on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payproof.model import Finding, Severity, worst

if TYPE_CHECKING:
    from payproof.lifecycle.table import LifeCycle

#: In the order of the table's columns.
KINDS = ("example", "directed", "signature", "auth", "scenario", "generated", "walk", "observed")


@dataclass(slots=True)
class Count:
    """Cases of one kind on one operation.

    Args:
        run: Cases sent.
        failed: Cases that gave at least one finding of severity error.
        accepted: Cases that met a documented success.
        refused: Cases that met an answer which is no success.
        unanswered: Cases without an answer.
        skipped: Cases that could not be sent or whose ground was missing.
    """

    run: int = 0
    failed: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    skipped: int = 0


@dataclass(slots=True)
class Tally:
    """Counts by operation and kind, plus why cases were skipped."""

    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)

    def of(self, operation: str, kind: str) -> Count:
        """Give the count of that operation and kind, made when it is new."""
        return self.counts.setdefault((operation, kind), Count())

    def skip(self, operation: str, kind: str, reason: str) -> None:
        """Note a case that was not sent, and why."""
        self.of(operation, kind).skipped += 1
        self.skipped[reason] += 1

    def total(self, *, operation: str | None = None, kind: str | None = None) -> Count:
        """Add up the counts of one operation, one kind, or all."""
        sum_ = Count()
        for (one_operation, one_kind), count in self.counts.items():
            if operation in (None, one_operation) and kind in (None, one_kind):
                for name in Count.__slots__:
                    setattr(sum_, name, getattr(sum_, name) + getattr(count, name))
        return sum_


#: One row of a life cycle: the state it leaves, the one it enters, and what triggers it.
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Lived:
    """What a run saw of one life cycle.

    Args:
        states: Names of the states in which an object was seen.
        taken: The rows that an object took.
    """

    cycle: LifeCycle
    states: frozenset[str]
    taken: frozenset[Row]


@dataclass(frozen=True, slots=True)
class Result:
    """One run, ready to be rendered.

    Args:
        gateway: Name of the gateway's spec.
        target: `sandbox`, or the base URL without credentials.
        seed, budget: What makes the run repeatable.
        switches: Settings in force, given or default.
        learned: What the answers settled or left open, one sentence each.
        findings: Grouped by cause, worst first.
        operations: Operation ids in the order of the spec.
        reached: Operations that met an accepted, correctly signed request.
        elapsed_s: Seconds from the first request to the last check.
        fail_on: The severity from which on the run fails.
        started_s: Seconds since the epoch; 0 where nobody said.
        accepted: Findings which a baseline accepts, so they fail nothing; `details` say why.
        outdated: One sentence for each entry of the baseline that expired or was not found any more.
        document: Where the spec stands, as a path with slashes; empty where nobody said.
        lines: Line of each operation and webhook in that document.
        lived: The life cycles with what of them was seen.
    """

    gateway: str
    target: str
    seed: int
    budget: str
    switches: Mapping[str, str]
    learned: Sequence[str]
    findings: Sequence[Finding]
    tally: Tally
    operations: Sequence[str]
    reached: frozenset[str]
    elapsed_s: float
    fail_on: Severity = Severity.ERROR
    version: str = ""
    started_s: float = 0.0
    accepted: Sequence[Finding] = ()
    outdated: Sequence[str] = ()
    document: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    lived: Sequence[Lived] = ()

    @property
    def failed(self) -> bool:
        """Say whether a finding is at or above `fail_on`."""
        found = worst(self.findings)
        return found is not None and found >= self.fail_on

    def found(self, severity: Severity) -> int:
        """Count the findings of that severity."""
        return sum(one.severity is severity for one in self.findings)

    def kinds(self) -> list[str]:
        """Name the kinds of cases that ran, in the order of the table's columns."""
        return [kind for kind in KINDS if self.tally.total(kind=kind).run]
