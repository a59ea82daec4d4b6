"""Verdicts of the receiver suite for people."""

from __future__ import annotations

from payproof.report.printable import printable
from payproof.run.receiver import Verdict


def table(verdicts: list[Verdict], kind: str) -> str:
    """Give the verdicts for people, broken ones first."""
    count = sum(one.word == "broken" for one in verdicts)
    head = f"payproof: the receiver ({kind}) breaks {count} of {len(verdicts)} properties"
    order = {"broken": 0, "not observable": 1, "held": 2, "not applicable": 3}
    lines = []
    for one in sorted(verdicts, key=lambda row: order[row.word]):
        lines.append(f"  {one.word:<15} {one.property.id}: {printable(one.message, limit=300)}")
        if one.word == "broken":
            lines += [f"{'':18}promise: {one.property.says}", f"{'':18}hint: {one.property.fix}"]
            if one.evidence != "documented":
                lines.append(f"{'':18}evidence: {one.evidence}; the documents do not say it")
    return "\n".join([head, "", *lines])
