"""Values that may not come twice: the same documented request is sent again."""

from __future__ import annotations

from collections.abc import Iterator

from payproof.conformance.case import Case
from payproof.conformance.documented import first
from payproof.conformance.signer import Signer
from payproof.model import Expectation
from payproof.spec import Operation


def duplicates(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the case of one operation, none when the documents say nothing of repeats."""
    rule = operation.testbed.get("duplicates")
    if not rule:
        return
    subject = signer.subject
    switch = str(rule.get("switch", ""))
    known = [name for name in rule if name not in ("by", "switch")]
    setting = subject.fixed.get(switch)
    readings = {name: rule[name] for name in known if setting in (None, name)}
    message = signer.sign(signer.unsigned(first(subject, operation)))
    yield Case(
        name=f"{operation.id}/directed/duplicate",
        operation=operation.id,
        kind="directed",
        message=message,
        expect=Expectation("open", "the documents contradict each other about repeats"),
        write=operation.is_write,
        tags={"address": str(rule.get("by", "")), "duplicates": readings},
        before=(message,),
    )
