"""One piece of an archive to a Partial: parse, match, validate, verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from payproof.audit.partial import Partial
from payproof.audit.plan import Piece
from payproof.audit.rows import (
    RESPONSE_FORM,
    RESPONSE_SIGNATURE,
    UNMATCHED,
    UNREADABLE,
    WEBHOOK_FORM,
    WEBHOOK_SIGNATURE,
)
from payproof.cassettes.entries import BadEntry
from payproof.cassettes.journal_lines import HEADER, read_line
from payproof.cassettes.limits import DEFAULT
from payproof.cassettes.read import read
from payproof.checks.context import severity_of
from payproof.drift.shape import INVENTED, UNVERIFIABLE, recorded_verdict
from payproof.drift.verifying import verifier_of
from payproof.files.limits import escape
from payproof.model import Finding, Interaction, Location, Message, Severity
from payproof.signing import Keys
from payproof.spec import Operation, Spec, match, validate
from payproof.spec.bodies import media_key
from payproof.spec.compiled import Compiled
from payproof.spec.scope import Scope

_WRONG = frozenset(
    {"mismatch", "malformed-signature", "missing-signature", "empty-signature", "duplicate-keys"}
)
Sink = Callable[[Interaction], None]


class Auditor:
    """Judges records against one spec.

    Args:
        spec: What is promised.
        keys: The merchant's; None uses the verdicts that a recording kept.
        switches: Settings that are known.
        sink: Takes every matched interaction, for the life cycles; None where nobody asks.
    """

    def __init__(
        self,
        spec: Spec,
        keys: Keys | None = None,
        switches: Mapping[str, str] | None = None,
        sink: Sink | None = None,
    ) -> None:
        self.spec, self.sink = spec, sink
        self._verify = verifier_of(spec, keys, switches) if keys is not None else None
        self._plans: dict[tuple[str, int, str | None], Compiled | None] = {}
        self._signed = {one.id: bool(one.signing.get("response")) for one in spec.operations.values()}

    def piece(self, piece: Piece) -> Partial:
        """Give what one piece comes to.

        Raises:
            UnreadableInput: A file that is no NDJSON cannot be read; single lines of NDJSON are findings.
        """
        made = Partial()
        if piece.end:
            for where, line in _lines(piece):
                self.line(line, where, made)
        else:
            for one in read(Path(piece.path)):
                self.interaction(one, one.source, made)
        return made

    def line(self, line: bytes, where: str, made: Partial) -> None:
        """Judge one line of NDJSON."""
        try:
            data = json.loads(line)
            if type(data) is dict and HEADER in data:
                return
            one = _quick(data) or read_line(data, DEFAULT)
        except (ValueError, RecursionError, BadEntry):
            made.counts["unreadable"] += 1
            made.add([UNREADABLE.finding(Location(), "the line cannot be read as an interaction")], where)
            return
        self.interaction(one, where, made)

    def interaction(self, one: Interaction, where: str, made: Partial) -> None:
        """Judge one interaction."""
        counts = made.counts
        counts["records"] += 1
        hook = self.spec.webhooks.get(one.operation) if one.operation else None
        if hook is None:
            found = match(self.spec, one.request)
            operation = found.operation if found is not None else self.spec.operations.get(one.operation)
        else:
            operation = hook
        if operation is None:
            counts["unmatched"] += 1
            made.add([UNMATCHED.finding(Location(), "a request fits no documented operation")], where)
            return
        made.operations[operation.id] += 1
        message = one.request if hook is not None else one.response
        if message is None:
            counts["unanswered"] += 1
            return
        if self.sink is not None:
            self.sink(replace(one, operation=operation.id, source=where))
        if message.header(INVENTED) is not None:
            counts["invented"] += 1
            return
        findings = [*self._form(operation, message, hook is not None, counts)]
        findings += self._signature(operation, message, one, hook is not None, counts)
        if findings:
            made.add(findings, where)

    def _form(self, operation: Operation, message: Message, hook: bool, counts: Any) -> Iterable[Finding]:
        if not hook and self._is_plainly_valid(operation, message):
            counts["valid"] += 1
            return ()
        if hook:
            problems, part, row = validate.webhook(self.spec, operation, message), "webhook", WEBHOOK_FORM
        else:
            problems, part, row = validate.response(self.spec, operation, message), "response", RESPONSE_FORM
        if not problems:
            counts["valid"] += 1
            return ()
        # Documents seldom list every refusal, so an unlisted one accuses nobody.
        told = [one for one in problems if one.keyword != "undocumented-status" or message.status < 400]
        counts["invalid" if any(not one.soft for one in told) else "noted"] += 1
        return [
            row.finding(
                Location(operation.id, part, one.pointer),
                one.message,
                severity=Severity.NOTE if one.soft else severity_of(one.evidence or "documented"),
                expected=one.expected,
                actual=one.actual,
                evidence=one.evidence or "documented",
                claim=one.claim,
            )
            for one in told
        ]

    def _is_plainly_valid(self, operation: Operation, message: Message) -> bool:
        """Say whether the compiled schema takes a JSON body; whatever is unusual is for the slow way."""
        kind = message.header("content-type")
        key = (operation.id, message.status, kind)
        if key not in self._plans:
            self._plans[key] = _plan(self.spec, operation, message)
        plan = self._plans[key]
        if plan is None or not message.body:
            return False
        try:
            # Verifying sees repeated names by itself; a body that nobody signs is looked through here.
            read = json.loads if self._signed.get(operation.id) and self._verify else _DECODER.decode
            # The stricter schema has every limit of the other one.
            return bool((plan.soft or plan.hard).is_valid(read(message.body.decode())))
        except (ValueError, RecursionError):
            return False

    def _signature(
        self, operation: Operation, message: Message, one: Interaction, hook: bool, counts: Any
    ) -> Iterable[Finding]:
        if not hook and not self._signed.get(operation.id):
            return ()
        part = "webhook" if hook else "response"
        reason = recorded_verdict(one, part)
        # What a recording marks as unverifiable was signed with a key that nobody here has.
        if self._verify is not None and reason not in UNVERIFIABLE:
            reason = self._verify(operation, part, message)
        if reason is None:
            return ()
        if reason in _WRONG:
            counts["signature-wrong"] += 1
            row = WEBHOOK_SIGNATURE if hook else RESPONSE_SIGNATURE
            return [
                row.finding(
                    Location(operation.id, part, "signature"), f"the signature: {reason}", actual=reason
                )
            ]
        counts["verified" if reason.startswith("valid") else "unverifiable"] += 1
        return ()


def _plan(spec: Spec, operation: Operation, message: Message) -> Compiled | None:
    """Give the compiled schema of a JSON response, None where more than its body has to be looked at."""
    status = validate.status_key(operation, message.status)
    stated = operation.responses.get(status or "") or {}
    key = media_key(stated.get("content") or {}, message.media_type)
    if (
        status is None
        or key is None
        or "headers" in stated
        or not message.media_type.endswith(("/json", "+json"))
    ):
        return None
    media = stated["content"][key]
    pointer = f"{operation.pointer}/responses/{status}/content/{escape(key)}/schema"
    return Scope(spec, pointer, ()).compiled(media.get("schema", {})) if isinstance(media, Mapping) else None


class _Repeated(ValueError):
    """A name stands twice in one object."""


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Repeated
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_unrepeated)


#: Names of headers that do not say how a body is packed; a few hundred at most are kept.
_PLAIN: set[str] = set()


def _is_plain(name: str) -> bool:
    plain = name.lower() not in ("content-encoding", "transfer-encoding")
    if plain and len(_PLAIN) < 500:
        _PLAIN.add(name)
    return plain


def _quick(data: Any) -> Interaction | None:
    """Give the interaction of a line in the form that the journal writes; None for anything unusual."""
    try:
        asked, answered = data["request"], data["response"]
        if "tags" in data or type(asked["body"]) is not str or type(answered["body"]) is not str:
            return None
        headers = tuple(map(tuple, asked["headers"]))
        request = Message(asked["method"], asked["uri"], headers, asked["body"].encode())
        headers = tuple(map(tuple, answered["headers"]))
        for name, _ in headers:
            if name not in _PLAIN and not _is_plain(name):
                return None
        response = Message("", "", headers, answered["body"].encode(), answered["status"])
        tags = {"verdicts": data["verdicts"]} if "verdicts" in data else {}
        return Interaction(request, response, data.get("operation", ""), data.get("at", 0.0), tags=tags)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _lines(piece: Piece) -> Iterator[tuple[str, bytes]]:
    """Give the lines that begin within a piece, each with `file:byte`, the last one only if it is whole."""
    with open(piece.path, "rb") as file:
        at = piece.start
        if at:
            file.seek(at - 1)
            at += len(file.readline()) - 1
        while at < piece.end:
            line = file.readline(DEFAULT.item)
            if not line:
                return
            where, at = f"{piece.path}:{at}", at + len(line)
            # An entry counts from its newline on; what stands behind the last one was being written.
            if line.endswith(b"\n") and not line.isspace():
                yield where, line
