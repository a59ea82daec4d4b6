"""What a spec promises or observations show, operation by operation: the two sides of a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from payproof.drift.node import Member, Node

#: Headers that say something about the connection, the server or the client, not about the API.
AMBIENT = frozenset(
    [
        "accept-ranges",
        "age",
        "alt-svc",
        "cache-control",
        "cf-cache-status",
        "cf-ray",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "etag",
        "expires",
        "keep-alive",
        "last-modified",
        "nel",
        "pragma",
        "proxy-connection",
        "report-to",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "upgrade",
        "vary",
        "via",
        "x-powered-by",
        "x-request-id",
    ]
)


@dataclass(frozen=True, slots=True)
class Body:
    """A request's or webhook's body, or that of a response of one status.

    Args:
        media: By media type; the Node of what is sent.
        required: Whether there must be one.
        headers: By lower-case name.
        seen: Messages observed; 0 for a promise.
        unreadable: How many of them were not what their media type says.
        verdicts: How many signatures came to which verdict.
        evidence: How sure the promise is.
    """

    media: Mapping[str, Node] = field(default_factory=dict)
    required: bool = False
    headers: Mapping[str, Member] = field(default_factory=dict)
    seen: int = 0
    unreadable: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    evidence: str = "documented"
    claim: str = ""


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """One operation or webhook.

    Args:
        kind: `operation` or `webhook`.
        parameters: By `query/NAME`, `header/NAME`, ...; `always` says that it is required.
        request: Its body; for a webhook, what the gateway sends.
        replies: By status key.
        security: Each alternative as the sorted names of its schemes.
        signing: By part (`request`, `response`, `webhook`): `scheme`, `required`, `carry` and the recipe's
            choices by dimension, each as text.
        facts: Further things that are one text each, such as how often a webhook is tried again.
    """

    id: str
    kind: str
    method: str = ""
    path: str = ""
    deprecated: bool = False
    parameters: Mapping[str, Member] = field(default_factory=dict)
    request: Body | None = None
    replies: Mapping[str, Body] = field(default_factory=dict)
    security: frozenset[tuple[str, ...]] | None = None
    signing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    evidence: str = "documented"
    claim: str = ""


@dataclass(frozen=True, slots=True)
class LifeCycleFacts:
    """A life cycle: its states, which of them are final, and its steps as `FROM -> TO by TRIGGER`."""

    states: Mapping[str, bool] = field(default_factory=dict)
    steps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Side:
    """A spec, or a fold of observations.

    Args:
        name: For messages: the file, folder or gateway.
        stated: Whether it is a spec.
        schemes: Security schemes by name, each as one text.
        unknown: Requests that fit no operation, by `METHOD /path`, when they succeeded.
        interactions: How many were folded.
    """

    name: str
    stated: bool
    operations: Mapping[str, OperationFacts] = field(default_factory=dict)
    servers: Mapping[str, str] = field(default_factory=dict)
    schemes: Mapping[str, str] = field(default_factory=dict)
    cycles: Mapping[str, LifeCycleFacts] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    interactions: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


def reply_key(replies: Mapping[str, Any], status: str) -> str | None:
    """Give the key that speaks of a status: itself, its class or `default`; None for none."""
    keys = (status, f"{status[:1]}XX", "default")
    return next((key for key in keys if key in replies), None)


def media_key(media: Mapping[str, Any], media_type: str) -> str | None:
    """Give the key that speaks of a media type, parameters and ranges considered; None for none."""
    plain = {key.partition(";")[0].strip().lower(): key for key in media}
    tried = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((plain[key] for key in tried if key in plain), None)
