"""Claims name a source that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.lint.subject import Subject

_SHORT = re.compile(r"[a-z0-9.-]+")


@rule(
    id="spec-source-unknown",
    severity=Severity.ERROR,
    summary="An x-source is a short name that x-sources does not explain.",
    fix="add it to x-sources with document, url and the day it was read",
    example=Example(input={"x-sources": {}, "x-source": "api-reference"}),
    area="lint",
)
def unknown_source(subject: Subject) -> Iterator[Finding]:
    """Find short source names without an entry."""
    known = subject.spec.document.get("x-sources")
    if not isinstance(known, dict):
        return
    for node in subject.written():
        source = node.value.get("x-source")
        for one in source if isinstance(source, list) else [source]:
            if isinstance(one, str) and _SHORT.fullmatch(one) and one not in known:
                yield subject.finding(unknown_source, node, f"there is no source {one!r}", key="x-source")
