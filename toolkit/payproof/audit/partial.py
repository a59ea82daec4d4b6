"""What auditing a part of an archive came to; two of them merge, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from payproof.model import Finding, Location, Severity

#: Findings of one cause are one row; rows beyond this are only counted.
MAX_ROWS = 10_000
Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Partial:
    """Counts and findings of a part of an archive.

    Args:
        counts: Records by what became of them: `records`, `matched`, `unmatched`, `valid`, `verified`, ...
        operations: Records by operation.
        findings: By rule, operation, part and pointer: the first one by its place, with how many there are.
    """

    counts: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    findings: dict[Key, Finding] = field(default_factory=dict)

    def add(self, findings: Iterable[Finding], where: str) -> None:
        """Take in findings of the record at `where`."""
        for one in findings:
            self._put(_row(one, where, one.count))

    def _put(self, one: Finding) -> None:
        spot = one.location
        key = (one.rule, spot.operation, spot.part, spot.pointer)
        known = self.findings.get(key)
        if known is None:
            self.findings[key] = one
            if len(self.findings) > MAX_ROWS:
                # The largest keys go, so that the rest is the same in every order; their number stays known.
                self.counts["findings-beyond-limit"] += self.findings.pop(max(self.findings)).count
            return
        first = min(known, one, key=lambda row: (_numbered(row.case), row.message))
        self.findings[key] = _row(first, first.case, known.count + one.count)

    def merge(self, other: Partial) -> None:
        """Take in all that another part came to."""
        self.counts.update(other.counts)
        self.operations.update(other.operations)
        for one in other.findings.values():
            self._put(one)

    def rows(self) -> list[Finding]:
        """Give the findings, worst first."""
        return sorted(self.findings.values(), key=lambda one: (-one.severity, one.rule, str(one.location)))

    def as_data(self) -> dict[str, Any]:
        """Give everything as plain JSON data."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "operations": dict(sorted(self.operations.items())),
            "findings": [_data(one) for _, one in sorted(self.findings.items())],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Partial:
        """Give what `as_data` gave."""
        made = cls(Counter(data["counts"]), Counter(data["operations"]))
        for row in data["findings"]:
            rest = {key: value for key, value in row.items() if key not in ("severity", "location")}
            made._put(
                Finding(severity=Severity.of(row["severity"]), location=Location(**row["location"]), **rest)
            )
        return made


_TEXTS = ("rule", "message", "hint", "expected", "actual", "evidence", "claim", "case")


def _data(one: Finding) -> dict[str, Any]:
    spot = one.location
    place = {"operation": spot.operation, "part": spot.part, "pointer": spot.pointer}
    texts = {name: getattr(one, name) for name in _TEXTS}
    return {**texts, "severity": one.severity.label, "location": place, "count": one.count}


def _row(one: Finding, where: str, count: int) -> Finding:
    spot = Location(one.location.operation, one.location.part, one.location.pointer)
    texts = {name: getattr(one, name) for name in _TEXTS if name != "case"}
    return Finding(severity=one.severity, location=spot, case=where, count=count, **texts)


def _numbered(place: str) -> tuple[str, int]:
    name, _, number = place.rpartition(":")
    return (name, int(number)) if number.isdigit() else (place, 0)
