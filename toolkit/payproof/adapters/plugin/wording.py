"""Findings as the failure of a test: what was sent where, what is wrong with it, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from payproof.adapters.plugin.masking import Hidden
from payproof.model import Finding, Interaction, Message
from payproof.report.printable import printable

if TYPE_CHECKING:
    from payproof.adapters.guard.guard import Guard

_MOST_CALLS = 12
_MOST_BODY = 400


def told(guard: Guard, findings: Sequence[Finding]) -> str:
    """Give the whole text, without secrets: the findings, then the calls they are about."""
    name, hidden = guard.gateway.name, Hidden(guard)
    if findings:
        many = "s" if len(findings) != 1 else ""
        head = f"payproof: {len(findings)} finding{many} in what this test exchanged with {name}"
    else:
        head = f"payproof: nothing is wrong with what this test exchanged with {name}"
    lines = [head, ""]
    for finding in findings:
        lines += [*_finding(hidden.finding(finding)), ""]
    return "\n".join([*lines, *_calls(guard, hidden)])


def _finding(finding: Finding) -> Iterator[str]:
    yield printable(f"{finding.severity.label} {finding.rule} at {finding.location}")
    yield f"  {printable(finding.message, limit=1000)}"
    rows = (
        ("expected", finding.expected),
        ("got", finding.actual),
        ("evidence", f"{finding.evidence}: {finding.claim}" if finding.claim else finding.evidence),
        ("in", finding.location.source.rpartition(" call ")[2] and _call_of(finding)),
        ("hint", finding.hint),
    )
    yield from (f"    {label + ':':<10}{printable(text, limit=1000)}" for label, text in rows if text)


def _call_of(finding: Finding) -> str:
    number = finding.location.source.rpartition(" call ")[2]
    return f"call {number}"


def _calls(guard: Guard, hidden: Hidden) -> Iterator[str]:
    yield "calls:"
    for number, one in enumerate(guard.interactions[:_MOST_CALLS], start=1):
        sent = f"{one.request.method} {hidden.target(one)}"
        yield f"  {number}. {printable(sent, limit=300)}{_operation(one)}"
        if one.request.body or one.request.unread:
            yield f"     sent: {_text(_body(one, one.request, hidden))}"
        yield f"     got:  {_answer(one, hidden)}"
    if len(guard.interactions) > _MOST_CALLS:
        yield f"  ... and {len(guard.interactions) - _MOST_CALLS} more"


def _operation(one: Interaction) -> str:
    return f" ({one.operation})" if one.operation else ""


def _answer(one: Interaction, hidden: Hidden) -> str:
    if one.response is None:
        return printable(f"no answer: {hidden.text(one.failure)}", limit=_MOST_BODY)
    return _text(f"{one.response.status} {_body(one, one.response, hidden)}")


def _body(one: Interaction, message: Message, hidden: Hidden) -> str:
    return "(streamed and not read)" if message.unread else hidden.body(one, message)


def _text(text: str) -> str:
    # Cut only here: of a secret across the cut, what is left would not be known again.
    return printable(text[:2000], limit=_MOST_BODY)
