"""Findings as text for people, for commands whose run is no table of cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from payproof.model import Finding, Severity
from payproof.report.printable import printable

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36"}
_DETAILS = ("strength", "who moved", "first seen", "last seen", "accepted", "acceptance expired")


def findings_text(findings: Sequence[Finding], *, colour: bool, verbose: bool) -> Iterator[str]:
    """Give the lines of every finding, worst first as they come."""
    for one in findings:
        word = one.severity.label
        shown = f"\x1b[{_COLOURS[one.severity]}m{word}\x1b[0m" if colour else word
        yield f"{shown} {printable(one.rule)} at {printable(str(one.location))}"
        yield f"  {printable(one.message)}"
        rows = [("expected", one.expected), ("actual", one.actual), ("evidence", _ground(one))]
        rows += [(name, str(one.details[name])) for name in _DETAILS if name in one.details]
        rows += [("example", one.case), ("try", one.hint)]
        if verbose:
            rows += [("fingerprint", one.fingerprint)]
            rows += [(name, str(text)) for name, text in one.details.items() if name not in _DETAILS]
        yield from (f"    {name + ':':<12} {printable(text, limit=600)}" for name, text in rows if text)
        yield ""


def _ground(one: Finding) -> str:
    return f"{one.evidence}: {one.claim}" if one.claim else one.evidence


def counted(findings: Sequence[Finding]) -> str:
    """Give how many findings there are of each severity."""
    rows = [(one.label, sum(found.severity is one for found in findings)) for one in reversed(Severity)]
    return ", ".join(f"{number} {word}{'s' if number != 1 else ''}" for word, number in rows)
