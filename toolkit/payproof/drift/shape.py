"""Observations of a whole gateway, folded: mergeable, and the same in any order and any split."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from payproof.drift.node import Member
from payproof.drift.seen import Seen
from payproof.drift.sides import AMBIENT, Body, OperationFacts, Side, media_key, reply_key
from payproof.model import Interaction, Message
from payproof.spec import Operation, Spec, match
from payproof.spec.coerce import form

#: What judges a signature: the operation, `response` or `webhook`, the message; None when nothing is signed.
Verifier = Callable[[Operation, str, Message], str | None]
#: The sandbox marks replies that no document describes with this; they say nothing about a gateway.
INVENTED = "x-payproof-invented"
FORM = "application/x-www-form-urlencoded"
#: Recorded verdicts that no key of ours can better.
UNVERIFIABLE = frozenset({"no-key", "unverifiable"})
_MAX_UNKNOWN = 200
_ID = re.compile(r"(?<=/)(?=[^/]*\d)[^/]+")


@dataclass(slots=True)
class SeenBody:
    """Messages of one operation, part and status."""

    n: int = 0
    unreadable: int = 0
    media: dict[str, Seen] = field(default_factory=dict)
    headers: Seen = field(default_factory=Seen)
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(
        self, message: Message, schemas: Mapping[str, Any], verdict: str | None, *, bodied: bool = False
    ) -> None:
        """Take in one message; `schemas` by media type say of which types a form's texts are.

        `bodied` says that a JSON body is promised, so that none at all is one that cannot be read.
        """
        self.n += 1
        self.headers.add(dict(_headers(message)))
        if verdict:
            self.verdicts[verdict] += 1
        if not message.body:
            self.unreadable += bodied
            return
        seen = self.media.setdefault(message.media_type, Seen())
        try:
            value = _value(message, schemas)
        except (ValueError, RecursionError):
            self.unreadable += 1
            return
        if value is not _NOTHING:
            seen.add(value)

    def merge(self, other: SeenBody) -> None:
        """Take in what another fold saw."""
        self.n += other.n
        self.unreadable += other.unreadable
        for key, seen in other.media.items():
            self.media.setdefault(key, Seen()).merge(seen)
        self.headers.merge(other.headers)
        self.verdicts.update(other.verdicts)

    def body(self) -> Body:
        """Give it in the words of a promise."""
        media = {key: seen.node() for key, seen in sorted(self.media.items())}
        headers: Mapping[str, Member] = self.headers.node().members
        return Body(media, False, headers, self.n, self.unreadable, dict(self.verdicts))

    def as_data(self) -> dict[str, Any]:
        """Give everything as plain JSON data."""
        return {
            "n": self.n,
            "unreadable": self.unreadable,
            "media": {key: seen.as_data() for key, seen in sorted(self.media.items())},
            "headers": self.headers.as_data(),
            "verdicts": dict(sorted(self.verdicts.items())),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> SeenBody:
        """Give what `as_data` gave."""
        media = {key: Seen.from_data(one) for key, one in data["media"].items()}
        headers = Seen.from_data(data["headers"])
        return cls(data["n"], data["unreadable"], media, headers, Counter(data["verdicts"]))


class Shape:
    """A fold of interactions.

    Args:
        bodies: By operation and status; a webhook's deliveries stand under the status `webhook`.
        unknown: Successful requests that fit no operation.
        n: Interactions taken in.
    """

    def __init__(self) -> None:
        self.bodies: dict[tuple[str, str], SeenBody] = {}
        self.unknown: Counter[str] = Counter()
        self.n = 0

    def add(self, spec: Spec, interaction: Interaction, verifier: Verifier | None = None) -> None:
        """Take in one interaction: what the gateway sent in it, be it a response or a webhook."""
        self.n += 1
        hook = spec.webhooks.get(interaction.operation)
        if hook is not None:
            self._take(hook, "webhook", interaction.request, interaction, verifier)
            return
        response = interaction.response
        if response is None or response.header(INVENTED) is not None:
            return
        operation = spec.operations.get(interaction.operation) or _asked(spec, interaction.request)
        if operation is not None:
            self._take(operation, str(response.status), response, interaction, verifier)
        elif 200 <= response.status < 300 and not interaction.operation:
            self._note_unknown(interaction.request)

    def _take(
        self,
        operation: Operation,
        key: str,
        message: Message,
        interaction: Interaction,
        verifier: Verifier | None,
    ) -> None:
        part = "webhook" if key == "webhook" else "response"
        verdict = recorded_verdict(interaction, part)
        if verifier is not None and verdict not in UNVERIFIABLE:
            verdict = verifier(operation, part, message)
        body = self.bodies.setdefault((operation.id, key), SeenBody())
        content = _content(operation, key)
        body.add(message, _schemas(content), verdict, bodied="application/json" in content)

    def _note_unknown(self, request: Message) -> None:
        path = re.sub(r"^[a-z]+://[^/]*", "", request.target).partition("?")[0]
        self.unknown[f"{request.method} {_ID.sub('{id}', path)[:200]}"] += 1
        self._bound()

    def _bound(self) -> None:
        while len(self.unknown) > _MAX_UNKNOWN:
            del self.unknown[max(self.unknown)]

    def merge(self, other: Shape) -> None:
        """Take in all that another fold saw."""
        self.n += other.n
        for key, body in other.bodies.items():
            self.bodies.setdefault(key, SeenBody()).merge(body)
        self.unknown.update(other.unknown)
        self._bound()

    def side(self, name: str) -> Side:
        """Give the fold as one side of a comparison."""
        operations: dict[str, OperationFacts] = {}
        for id in sorted({id for id, _ in self.bodies}):
            mine = {key: body.body() for (one, key), body in sorted(self.bodies.items()) if one == id}
            hook = mine.pop("webhook", None)
            kind = "webhook" if hook is not None else "operation"
            operations[id] = OperationFacts(id, kind, request=hook, replies=mine)
        return Side(name, False, operations, unknown=dict(self.unknown), interactions=self.n)

    def as_data(self) -> dict[str, Any]:
        """Give everything as plain JSON data, equal for equal observations."""
        bodies = [[id, key, body.as_data()] for (id, key), body in sorted(self.bodies.items())]
        return {"n": self.n, "unknown": dict(sorted(self.unknown.items())), "bodies": bodies}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Shape:
        """Give what `as_data` gave."""
        made = cls()
        made.n, made.unknown = data["n"], Counter(data["unknown"])
        made.bodies = {(id, key): SeenBody.from_data(one) for id, key, one in data["bodies"]}
        return made


def fold(spec: Spec, interactions: Iterable[Interaction], verifier: Verifier | None = None) -> Shape:
    """Give the shape of interactions.

    Args:
        spec: Says which operation each one is.
        interactions: From any source.
        verifier: Judges signatures; without it, verdicts that a recording kept are used.
    """
    shape = Shape()
    for one in interactions:
        shape.add(spec, one, verifier)
    return shape


def recorded_verdict(interaction: Interaction, part: str) -> str | None:
    """Give the verdict which a recording took under the real key, None when it has none."""
    return kept_verdict(interaction.tags.get("verdicts"), part)


def kept_verdict(kept: Any, part: str) -> str | None:
    """Give the verdict on one part among those that an entry keeps; likewise."""
    row = kept.get("request" if part == "webhook" else part) if isinstance(kept, dict) else None
    reason = row.get("reason", row.get("verdict")) if isinstance(row, dict) else row
    return reason if isinstance(reason, str) else None


_NOTHING = object()


def _value(message: Message, schemas: Mapping[str, Any]) -> Any:
    kind = message.media_type
    if kind == FORM:
        from urllib.parse import parse_qsl

        pairs = parse_qsl(message.body.decode("utf-8", "replace"), keep_blank_values=True)
        return form(pairs, schemas.get(kind, {}))
    if kind.endswith(("/json", "+json")):
        return json.loads(message.body)
    if kind in ("", "text/plain"):
        # Senders forget the content type; that alone does not make a body unreadable.
        try:
            return json.loads(message.body)
        except (ValueError, RecursionError):
            return _NOTHING
    return _NOTHING


def _headers(message: Message) -> Iterable[tuple[str, str]]:
    for name, value in message.headers:
        if name.lower() not in AMBIENT:
            yield name.lower(), value


def _content(operation: Operation, key: str) -> Mapping[str, Any]:
    if key == "webhook":
        return (operation.request_body or {}).get("content") or {}
    status = reply_key(operation.responses, key)
    return (operation.responses.get(status or "") or {}).get("content") or {}


def _schemas(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = media_key(content, FORM)
    return {FORM: content[found].get("schema", {})} if found else {}


def _asked(spec: Spec, request: Message) -> Operation | None:
    found = match(spec, request)
    return found.operation if found else None
