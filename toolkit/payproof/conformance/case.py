"""One request case: what is sent, and what it is expected to meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from payproof.model import Evidence, Expectation, Message


@dataclass(frozen=True, slots=True)
class Case:
    """A named, signed request.

    Args:
        name: `operation/kind/what`, the same in every run of the same spec and test bed.
        operation: The operationId.
        kind: `example`, `directed`, `signature`, `auth` or `generated`.
        message: The request, its target beginning after the server's base path.
        expect: What it is expected to meet.
        write: Whether it may change something at the gateway.
        tags: What the case changed, for grouping and checks.
        before: Requests which must be accepted first, in order; if one is not, the case says nothing.
    """

    name: str
    operation: str
    kind: str
    message: Message
    expect: Expectation
    write: bool
    tags: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Message, ...] = ()


def accepted(why: str, *, evidence: Evidence = "documented", rule: str = "") -> Expectation:
    """Expect a documented success; what is less than documented is left open."""
    if evidence != "documented":
        return Expectation("open", why, "", evidence)
    return Expectation("accepted", why, rule or "accepted-request-refused", evidence)


def refused(
    why: str,
    rule: str,
    *,
    evidence: Evidence = "documented",
    statuses: tuple[int, ...] = (),
    code: str | None = None,
) -> Expectation:
    """Expect no success; what rests on less than the documents is left open (design, idea 3)."""
    if evidence != "documented":
        return Expectation("open", why, "", evidence)
    return Expectation("refused", why, rule, evidence, statuses, code)
