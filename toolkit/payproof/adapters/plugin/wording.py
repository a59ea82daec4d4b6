"""Findings as the failure of a test: what was sent where, what is wrong with it, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from payproof.model import Finding, Interaction
from payproof.report.printable import printable

if TYPE_CHECKING:
    from payproof.adapters.guard.guard import Guard

_MOST_CALLS = 12
_MOST_BODY = 400


def told(guard: Guard, findings: Sequence[Finding]) -> str:
    """Give the whole text: the findings, then the calls they are about."""
    name = guard.gateway.name
    if findings:
        many = "s" if len(findings) != 1 else ""
        head = f"payproof: {len(findings)} finding{many} in what this test exchanged with {name}"
    else:
        head = f"payproof: nothing is wrong with what this test exchanged with {name}"
    lines = [head, ""]
    for finding in findings:
        lines += [*_finding(finding), ""]
    return "\n".join([*lines, *_calls(guard)])


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


def _calls(guard: Guard) -> Iterator[str]:
    yield "calls:"
    mask = _mask(guard)
    for number, one in enumerate(guard.interactions[:_MOST_CALLS], start=1):
        sent = f"{one.request.method} {one.request.target}"
        yield f"  {number}. {printable(mask(sent), limit=300)}{_operation(one)}"
        if one.request.body:
            yield f"     sent: {printable(mask(_text(one.request.body)), limit=_MOST_BODY)}"
        yield f"     got:  {printable(mask(_answer(one)), limit=_MOST_BODY)}"
    if len(guard.interactions) > _MOST_CALLS:
        yield f"  ... and {len(guard.interactions) - _MOST_CALLS} more"


def _operation(one: Interaction) -> str:
    return f" ({one.operation})" if one.operation else ""


def _answer(one: Interaction) -> str:
    if one.response is None:
        return f"no answer: {one.failure}"
    return f"{one.response.status} {_text(one.response.body)}"


def _text(body: bytes) -> str:
    return body[:2000].decode("utf-8", "replace")


class _Mask:
    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def __call__(self, text: str) -> str:
        for secret, word in self._texts.items():
            text = text.replace(secret, word)
        return text


def _mask(guard: Guard) -> _Mask:
    bed = guard.exchanges.testbed
    if bed.test_keys:
        return _Mask({})
    rows = bed.merchants.items()
    return _Mask(
        {
            text: f"<{role}>"
            for _, keys in rows
            for role, text in keys.items()
            if len(text) >= 4 and role != "merchant_id"
        }
    )
