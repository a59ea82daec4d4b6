"""The innermost layer of an encrypted request: its fields, held against what the spec asks of them.

Entries that are joined otherwise still read as entries, since everything up to the next separator is a
value; they show by the names of known fields that stand, pair mark and all, inside another's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from payproof.signing.diagnosis.answer import Cause
from payproof.signing.envelope import Envelope
from payproof.signing.fields import text_of_bytes
from payproof.spec.problem import Problem
from payproof.spec.sealed import Sealed

FIELD_CHOICES = frozenset({"joined-otherwise", "field-missing", "field-rule"})
_SERIALISED = re.compile(r"[a-zA-Z]:\d")
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Swallowed:
    """A field that became part of another's value, for want of a separator before it."""

    holder: str
    start: int
    glue: str
    name: str
    value: str


def field_causes(envelope: Envelope, plaintext: bytes, sealed: Sealed | None) -> list[Cause]:
    """Give what is wrong with the fields; nothing where they cannot be read or the spec does not know them.

    Args:
        envelope: The scheme.
        plaintext: The whole plaintext, unserialised.
        sealed: What the spec asks of the fields.
    """
    text = text_of_bytes(plaintext)
    fields = _fields(envelope, text)
    if sealed is None or fields is None or _SERIALISED.match(text):
        return []
    inner = list(_swallowed(envelope, fields, sealed.names))
    for one in inner:
        fields[one.holder] = fields[one.holder][: one.start]
        fields.setdefault(one.name, one.value)
    found = sealed.problems(fields)
    return [
        *([_joined(envelope, inner)] if inner else ()),
        *_missing([one for one in found if one.keyword == "required"], sorted(set(fields) - sealed.names)),
        *(_ruled(one) for one in found if one.keyword != "required"),
    ]


def _fields(envelope: Envelope, text: str) -> dict[str, str] | None:
    entries = [entry.partition(envelope.pair) for entry in text.split(envelope.separator) if entry]
    if not entries or not all(mark for _, mark, _ in entries):
        return None
    return {name: value for name, _, value in entries}


def _swallowed(envelope: Envelope, fields: dict[str, str], names: frozenset[str]) -> Iterator[_Swallowed]:
    """Give the known fields that stand inside a value and nowhere else."""
    known = "|".join(map(re.escape, sorted(names - set(fields), key=len, reverse=True)))
    if not known:
        return
    # Between entries stands a mark, white space, or both; nothing at all when the separator was forgotten.
    pattern = re.compile(rf"([^\w\s]?\s{{0,2}})({known}){re.escape(envelope.pair)}")
    for holder, value in fields.items():
        found = list(pattern.finditer(value))
        ends = [*(one.start() for one in found[1:]), len(value)]
        for one, end in zip(found, ends, strict=False):
            yield _Swallowed(holder, one.start(), one[1], one[2], value[one.end() : end])


def _joined(envelope: Envelope, inner: list[_Swallowed]) -> Cause:
    name, more = repr(inner[0].name), len({one.name for one in inner}) - 1
    which = f"{name} is" if not more else f"{name} and {more} more field{'s' if more > 1 else ''} are"
    ground = _evidence(envelope.evidence.get("plaintext", "unknown"))
    says = (
        f"{_between([one.glue for one in inner])} in place of {envelope.separator!r} between entries, "
        f"so that {which} read as part of the value of {inner[0].holder!r} ({ground})"
    )
    advice = f"join name{envelope.pair}value entries with {envelope.separator!r} between them"
    return Cause("envelope", "joined-otherwise", says, advice)


def _between(glues: list[str]) -> str:
    common = _common_end(glues)
    if common or "" in glues:
        return repr(common) if common else "nothing"
    return _listed(list(dict.fromkeys(glues)), " or ")


def _common_end(texts: list[str]) -> str:
    """Give what all texts end in: a value's own last mark, such as a URL's `/`, is none of the separator."""
    least = min(texts, key=len)
    ends = (least[at:] for at in range(len(least) + 1))
    return next(end for end in ends if all(text.endswith(end) for text in texts))


def _missing(found: list[Problem], unknown: list[str]) -> Iterator[Cause]:
    grounds = dict.fromkeys((one.evidence, one.claim) for one in found)
    for ground in grounds:
        names = [one.expected for one in found if (one.evidence, one.claim) == ground]
        word = "field" if len(names) == 1 else "fields"
        says = f"no {word} {_listed(names, ' and ')}, which the spec requires ({_evidence(*ground)})"
        change = f"send {_listed(names, ' and ')}"
        if unknown:
            change += f"; the spec knows no field {_listed(unknown[:_SHOWN], ' or ')}"
        yield Cause("envelope", "field-missing", says, change)


def _ruled(problem: Problem) -> Cause:
    ground = _evidence(problem.evidence, problem.claim)
    says = f"a field that the spec does not allow: {problem.message} ({ground})"
    return Cause("envelope", "field-rule", says, f"send {problem.pointer.strip('/')!r} as the spec says")


def _evidence(evidence: str, claim: str = "") -> str:
    return f"evidence: {evidence}, {claim}" if claim else f"evidence: {evidence}"


def _listed(names: list[str], last: str) -> str:
    shown = [repr(name[:80]) for name in names]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + last + shown[-1]
