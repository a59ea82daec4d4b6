"""One piece of an archive to a Partial: parse, match, validate, verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from payproof.audit.clean import Clean
from payproof.audit.lines import lines, packed_lines, plain_interaction
from payproof.audit.partial import Partial
from payproof.audit.plan import Piece
from payproof.audit.plans import compiled_of
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
from payproof.model import Finding, Interaction, Location, Message, Severity
from payproof.signing import Keys
from payproof.spec import Operation, Spec, match, validate
from payproof.spec.compiled import Compiled

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
        self._clean = Clean(spec, keys, switches or {})
        self._plans: dict[tuple[str, int, str | None], Compiled | None] = {}
        self._signed = {one.id: bool(one.signing.get("response")) for one in spec.operations.values()}

    def piece(self, piece: Piece) -> Partial:
        """Give what one piece comes to.

        Raises:
            UnreadableInput: A file that is no NDJSON cannot be read; single lines of NDJSON are findings.
        """
        made = Partial()
        packed = None if piece.end else packed_lines(piece)
        if packed is not None or piece.end:
            self._lines(packed if packed is not None else lines(piece), piece.path, made)
        else:
            for one in read(Path(piece.path)):
                self.interaction(one, one.source, made)
        return made

    def _lines(self, rows: Iterable[tuple[int, bytes]], path: str, made: Partial) -> None:
        take = self._clean.take
        for at, line in rows:
            operation = take(line)
            if operation is None:
                self.line(line, f"{path}:{at}", made)
            elif self.sink is not None:
                # A life cycle wants to know of clean records too.
                self._tell(line, operation, f"{path}:{at}")
        self._clean.count(made)

    def _tell(self, line: bytes, operation: Operation, where: str) -> None:
        assert self.sink is not None
        data = json.loads(line)
        one = plain_interaction(data) or read_line(data, DEFAULT)
        self.sink(replace(one, operation=operation.id, source=where))

    def line(self, line: bytes, where: str, made: Partial) -> None:
        """Judge one line of NDJSON."""
        try:
            data = json.loads(line)
            if type(data) is dict and HEADER in data:
                return
            one = plain_interaction(data) or read_line(data, DEFAULT)
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
            # Whoever wrote an archive chose its content types.
            if len(self._plans) >= 500:
                self._plans.clear()
            self._plans[key] = compiled_of(self.spec, operation, message)
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
            rule = operation.signing.get("request" if hook else "response") or {}
            evidence = str(rule.get("x-evidence", "documented"))
            return [
                row.finding(
                    Location(operation.id, part, "signature"),
                    f"the signature: {reason}",
                    actual=reason,
                    severity=severity_of(evidence),
                    evidence=evidence,
                )
            ]
        counts["verified" if reason.startswith("valid") else "unverifiable"] += 1
        return ()


class _Repeated(ValueError):
    """A name stands twice in one object."""


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Repeated
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_unrepeated)
