"""Judgements of life cycles as text for a terminal, or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from payproof.lifecycle import Judgement
from payproof.report.printable import printable


def as_text(judged: Sequence[Judgement], skipped: Sequence[str]) -> str:
    """Give a line for each object, its findings under it, and a tally.

    Args:
        skipped: Places of the lines in which no object was found.
    """
    return "\n".join(_lines(judged, skipped)) + "\n"


def _lines(judged: Sequence[Judgement], skipped: Sequence[str]) -> Iterator[str]:
    for one in judged:
        final = " (final)" if one.final else ""
        yield printable(f"{one.subject}  {one.life_cycle}  {one.verdict}  {' -> '.join(one.path)}{final}")
        for finding in one.findings:
            times = f" ({finding.count} times)" if finding.count > 1 else ""
            yield printable(f"  {finding.severity.label}  {finding.rule}: {finding.message}{times}")
            yield printable(f"    at {finding.location.source}; {finding.evidence}; {finding.hint}")
    tally = Counter(one.verdict for one in judged)
    parts = ", ".join(
        f"{tally[verdict]} {verdict}" for verdict in ("kept", "doubtful", "broken") if tally[verdict]
    )
    seen = sum(one.observed for one in judged)
    yield f"{len(judged)} object{'s' * (len(judged) != 1)}: {parts}; {seen} observations"
    if skipped:
        yield printable(f"not read, no object found: {len(skipped)} lines, the first at {skipped[0]}")


def as_json(judged: Sequence[Judgement], skipped: Sequence[str]) -> str:
    """Give `{"objects": [...], "skipped": [...]}`, one object for each judgement."""
    objects = [
        {
            "life_cycle": one.life_cycle,
            "id": one.subject,
            "verdict": one.verdict,
            "path": list(one.path),
            "state": one.state,
            "final": one.final,
            "observations": one.observed,
            "findings": [
                {
                    "rule": finding.rule,
                    "severity": finding.severity.label,
                    "message": finding.message,
                    "hint": finding.hint,
                    "evidence": finding.evidence,
                    "step": finding.location.pointer,
                    "at": finding.location.source,
                    "count": finding.count,
                    "fingerprint": finding.fingerprint,
                }
                for finding in one.findings
            ],
        }
        for one in judged
    ]
    return json.dumps({"objects": objects, "skipped": list(skipped)}, indent=2) + "\n"
