"""The nouns that travel between the parts: Message, Interaction, Location, Finding."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Literal

Header = tuple[str, str]
#: Names of RFC 9110 which Python's own table has since 3.13 only.
_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
Evidence = Literal["documented", "sdk", "third-party", "recorded", "inferred", "unknown"]
EVIDENCE: tuple[Evidence, ...] = ("documented", "sdk", "third-party", "recorded", "inferred", "unknown")


def reason_phrase(status: int) -> str:
    """Give the name of a status by RFC 9110, the same under every Python; empty for one that has none."""
    from http import HTTPStatus

    if status in _RENAMED:
        return _RENAMED[status]
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


@dataclass(frozen=True, slots=True)
class Message:
    """What travelled: a request or webhook (method and target), or a response (status).

    Args:
        method: Upper-case verb; empty for a response.
        target: Raw request target, path and query as sent, or an absolute URL; empty for a response.
        headers: Ordered pairs, names as sent, duplicates kept.
        body: The bytes as sent; empty when there were none.
        status: HTTP status of a response, 0 for a request.
        unread: Whether the body was streamed past whoever looked on: it is not empty but unknown.
    """

    method: str = ""
    target: str = ""
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    status: int = 0
    unread: bool = False

    def header(self, name: str) -> str | None:
        """Give the first header of that name in any case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def header_values(self, name: str) -> list[str]:
        """Give every header of that name in any case, in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def with_header(self, name: str, value: str | None) -> Message:
        """Give a copy with that header set, or left out when `value` is None."""
        wanted = name.lower()
        kept = [pair for pair in self.headers if pair[0].lower() != wanted]
        if value is not None:
            kept.append((name, value))
        return replace(self, headers=tuple(kept))

    @property
    def media_type(self) -> str:
        """The content type, lower case and without parameters; empty when absent."""
        return (self.header("content-type") or "").split(";", 1)[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a request case is expected to meet, and on what ground.

    Args:
        outcome: `accepted`: a documented success; `refused`: no success, whatever the status;
            `open`: the documents do not say, so either answer passes and the result is noted.
        why: One clause for the report: what is right or wrong with the request.
        rule: Id of the rule that an answer against the expectation breaks.
        evidence: How sure the claim is on which the expectation rests.
        statuses: The documented statuses, when the documents name them; empty otherwise.
        code: The documented error code of that cause, or None.
    """

    outcome: Literal["accepted", "refused", "open"]
    why: str = ""
    rule: str = ""
    evidence: Evidence = "documented"
    statuses: tuple[int, ...] = ()
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """A request with its response, or a webhook with the receiver's answer.

    Args:
        request: What was sent; for a webhook, the delivery.
        response: What came back, or None when nothing did (then `failure` says why).
        operation: The operationId or webhook name, when known; matched by the spec otherwise.
        started_s: Seconds since the epoch.
        elapsed_s: Seconds from sending to the last byte.
        provenance: `live`, `sandbox`, `documentation`, `generated` or `mocked`.
        source: Where it came from: a case's name, `file:entry`, a test's id.
        failure: Why there is no response: `timeout`, `reset`, `refused`, `truncated`, ...
        expect: What a request case is expected to meet; None for observed traffic.
        kind: Kind of case: `example`, `directed`, `signature`, `auth`, `generated`, `walk`; or `observed`.
        tags: Further facts for grouping and checks, such as the field that a case changed.
    """

    request: Message
    response: Message | None
    operation: str = ""
    started_s: float = 0.0
    elapsed_s: float = 0.0
    provenance: str = "live"
    source: str = ""
    failure: str = ""
    expect: Expectation | None = None
    kind: str = "observed"
    tags: Mapping[str, Any] = field(default_factory=dict)


class Severity(IntEnum):
    """How bad a finding is; a report can fail at or above each of them.

    NOTE: worth knowing, nothing is broken, or the documents leave it open. WARNING: a limit that is
    soft or inferred is broken. ERROR: a documented promise is broken.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case word for reports and options."""
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Severity:
        """Give the severity of that word; raises KeyError for another."""
        return cls[label.upper()]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding holds: which part of which operation's message, and from what source."""

    operation: str = ""
    part: str = ""
    pointer: str = ""
    source: str = ""

    def __str__(self) -> str:
        spot = " ".join(word for word in (self.operation, self.part, self.pointer) if word)
        return spot or self.source or "the run"


_INDEX = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One judged disagreement.

    Args:
        rule: Id of the registered rule it breaks.
        severity: How bad.
        location: Where.
        message: What was found, one sentence, data from outside already made printable by the report.
        hint: What to do about it.
        expected, actual: The two sides, short; empty when the message says it all.
        evidence: How sure the broken claim is; `source` says where the claim is from.
        case: The case or entry that showed it.
        reproduce: A command that shows it again; empty when there is none.
        details: Anything structured that a JSON report should carry, such as a diagnosis.
        count: How many interactions showed the same cause.
    """

    rule: str
    severity: Severity
    location: Location
    message: str
    hint: str = ""
    expected: str = ""
    actual: str = ""
    evidence: Evidence = "documented"
    claim: str = ""
    case: str = ""
    reproduce: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that stay the same when wording, values and array positions change."""
        spot = _INDEX.sub("/*", self.location.pointer)
        text = "\0".join((self.rule, self.location.operation, self.location.part, spot))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Give the highest severity among the findings, or None when there are none."""
    return max((finding.severity for finding in findings), default=None)
