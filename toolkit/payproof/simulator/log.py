"""What happened, for the control API: bounded, and without secrets."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.signing import explain
from payproof.signing.fields import text_of_bytes
from payproof.signing.recipe import Recipe
from payproof.simulator.protocol import Merchant, Outcome

MOST_ENTRIES = 1000
_MOST_BODY = 8192
_MOST_DIAGNOSED = 5
_WORK = 200_000
"""Of a diagnosis, where `payproof diagnose` spends eight times as much: the log must answer in seconds."""


class Entry(NamedTuple):
    """One handled request, or one event.

    Args:
        number: Counts up through the simulator's life.
        at_s: The gateway's clock.
        outcome: What went out; None for an event.
        operation: The operationId, empty when none matched.
        reason: Kebab-case id of what was decided.
        message: One sentence.
        merchant: Who asked, when known.
        recipe: What a refused signature was judged by.
        trace: Traceback of a bug of the simulator.
    """

    number: int
    at_s: float
    request: Message | None
    outcome: Outcome | None
    operation: str = ""
    reason: str = ""
    message: str = ""
    merchant: Merchant | None = None
    recipe: Recipe | None = None
    invented: str = ""
    trace: str = ""


class Log:
    """The last thousand entries.

    Args:
        merchants: Whose keys never show.
        secret_headers: Lower-case names of headers whose values never show.
    """

    def __init__(self, merchants: Iterable[Merchant], secret_headers: Iterable[str]) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self._count = itertools.count(1)
        self._secret = frozenset(secret_headers)
        open_texts = {text for merchant in merchants for text in merchant.ids.values()}
        self._masks = [
            (str.__str__(key.text), f"<{merchant.name} {role}>")
            for merchant in merchants
            for role, row in merchant.keys.items()
            for key in row
            if key.text not in open_texts and len(key.text) >= 4
        ]

    def add(self, at_s: float, request: Message | None, outcome: Outcome | None, **more: Any) -> None:
        """Append an entry; the oldest one makes room."""
        if request is not None and len(request.body) > _MOST_BODY:
            request = replace(request, body=request.body[:_MOST_BODY])
        self.entries.append(Entry(next(self._count), at_s, request, outcome, **more))

    def served(
        self, at_s: float, request: Message, reply: Message, operation: str, merchant: Merchant | None
    ) -> None:
        """Append a request that was answered as before; this stands on the hottest path."""
        self.entries.append(Entry(next(self._count), at_s, request, reply, operation, "", "", merchant))

    def event(self, at_s: float, reason: str, message: str, trace: str = "") -> None:
        """Append something that happened by itself."""
        self.add(at_s, None, None, reason=reason, message=message, trace=trace)

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()

    def shown(self, *, last: int = 100, diagnosed: bool = False) -> list[dict[str, Any]]:
        """Give the newest entries as JSON data, oldest first, secrets masked.

        Args:
            last: How many.
            diagnosed: Whether the newest refused signatures come with why they are wrong; that takes a while.
        """
        newest = list(self.entries)[-last:] if last > 0 else []
        rows = [self._shown(entry) for entry in newest]
        refused = [at for at, entry in enumerate(newest) if entry.recipe is not None] if diagnosed else []
        for at in refused[-_MOST_DIAGNOSED:]:
            rows[at]["diagnosis"] = self._diagnosed(newest[at])
        return rows

    def _diagnosed(self, entry: Entry) -> str:
        from payproof.signing import diagnose
        from payproof.signing.diagnosis.answer import summary

        if entry.recipe is None or entry.request is None or entry.merchant is None:
            return "not known: nobody's keys belong to this request"
        if len(entry.request.body) >= _MOST_BODY:
            return "not known: the body is kept only in part; give the whole request to payproof diagnose"
        found = diagnose(entry.recipe, entry.request, entry.merchant.keys, work=_WORK)
        return self.mask(summary(found))

    def _shown(self, entry: Entry) -> dict[str, Any]:
        data: dict[str, Any] = {
            "number": entry.number,
            "at_s": entry.at_s,
            "operation": entry.operation,
            "reason": entry.reason,
            "message": self.mask(entry.message),
            "merchant": entry.merchant.name if entry.merchant else None,
        }
        if entry.request is not None:
            data["request"] = self._message(entry.request)
        if entry.outcome is not None:
            data["outcome"] = self._outcome(entry.outcome)
        data.update({name: value for name, value in self._extras(entry).items() if value})
        return data

    def _extras(self, entry: Entry) -> Mapping[str, Any]:
        canonical = None
        if entry.recipe is not None and entry.request is not None and entry.merchant is not None:
            try:
                canonical = explain(entry.recipe, entry.request, entry.merchant.keys).canonical
            except ToolkitError as error:
                return {"canonical_unavailable": self.mask(error.what)}
        return {
            "canonical": self.mask(text_of_bytes(canonical)) if canonical is not None else None,
            "invented": entry.invented,
            "trace": self.mask(entry.trace),
        }

    def _message(self, message: Message) -> dict[str, Any]:
        headers = [
            [name, "<hidden>" if name.lower() in self._secret else self.mask(value)]
            for name, value in message.headers
        ]
        shown = {"headers": headers, "body": self.mask(message.body.decode("utf-8", "replace"))[:_MOST_BODY]}
        if message.status:
            return {"status": message.status, **shown}
        return {"method": message.method, "target": self.mask(message.target), **shown}

    def _outcome(self, outcome: Outcome) -> dict[str, Any]:
        if isinstance(outcome, Message):
            return self._message(outcome)
        reply = getattr(outcome, "reply", None)
        named: dict[str, Any] = {"fault": type(outcome).__name__.lower()}
        return {**named, "reply": self._message(reply)} if reply is not None else named

    def mask(self, text: str) -> str:
        """Replace every key of the testbed by its role."""
        for secret, name in self._masks:
            text = text.replace(secret, name)
        return text
