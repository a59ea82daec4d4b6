"""Records that can be shown to be clean without looking at them closely: most of an archive.

Theory of operation. A record is clean when its request fits an operation, its answer keeps every limit of
the schema, and its signature is right. All three are cheap to show and dear to refute, since a refusal needs
a wording. So each line is decoded once, its operation found by one pattern, its body judged by a compiled
validator, and its canonical string put together by a function made for its recipe, on condition that the
body, written again, is the text that was recorded: then no name stood twice in it and no number was printed
otherwise. What is not shown to be clean here is judged by `work` as if this module did not exist; a test
holds that both come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.audit.partial import Partial
from payproof.audit.plans import Plan, plan_of
from payproof.cassettes.journal_lines import HEADER
from payproof.drift.shape import INVENTED, kept_verdict
from payproof.files.quick_json import QuickJson, quick_json
from payproof.model import Message
from payproof.signing import Keys
from payproof.spec import Operation, Spec
from payproof.spec.plain_routes import plain_finder

#: Brackets of a line beyond which its nesting might trouble some reader, and the bytes that they need.
_BRACKETS, _BESIDE = 400, 1400
_KEPT = 500


class Clean:
    """Recognises clean records of one spec.

    Args:
        spec: What is promised.
        keys: The merchant's; None takes the verdicts that a recording kept.
        switches: Settings that are known.
        codec: What reads and writes JSON.
    """

    def __init__(
        self, spec: Spec, keys: Keys | None, switches: Mapping[str, str], codec: QuickJson | None = None
    ) -> None:
        self.spec, self._keys, self._switches = spec, keys, switches
        self.codec = codec or quick_json()
        self._webhooks = frozenset(spec.webhooks)
        self._find = plain_finder(spec)
        self._plans: dict[tuple[str, int, str], Plan | None] = {}
        self._roles: dict[str, bool] = {}

    def take(self, line: bytes) -> Operation | None:
        """Note a record that is shown to be clean and give its operation; None leaves all as it was."""
        try:
            return self._judged(line)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return None

    def count(self, made: Partial) -> None:
        """Add what was taken since the last time."""
        for plan in filter(None, self._plans.values()):
            for counted, number in plan.seen.items():
                if number:
                    names = ("records", "valid", counted) if counted else ("records", "valid")
                    made.counts.update(dict.fromkeys(names, number))
                    made.operations[plan.operation.id] += number
                    plan.seen[counted] = 0

    def _judged(self, line: bytes) -> Operation | None:
        loads = self.codec.loads
        data = loads(line)
        asked, answered = data["request"], data["response"]
        text = answered["body"]
        # Some readers give up on deep nesting; a body's own is bounded by writing it again.
        if len(line) - len(text) > _BESIDE and line.count(b"{") + line.count(b"[") > _BRACKETS:
            return None
        if HEADER in data or "tags" in data or data.get("operation") in self._webhooks:
            return None
        if type(asked["body"]) is not str or not _are_headers(asked["headers"]):
            return None
        operation = self._find(asked["method"], asked["uri"])
        if operation is None:
            return None
        key = (operation.id, answered["status"], self._kind(answered["headers"]))
        plan = self._plans[key] if key in self._plans else self._planned(operation, key)
        if plan is None:
            return None
        counted = plan.verdict(kept_verdict(data.get("verdicts"), "response"))
        body = text.encode()
        if counted is None or not body:
            return None
        value = loads(body)
        if not plan.is_valid(value) or not self.codec.holds_all_of(value, body):
            return None
        if plan.proof is not None and not plan.proof(value):
            return None
        plan.seen[counted] += 1
        return operation

    def _kind(self, headers: Any) -> str:
        """Give the content type of headers among which nothing else matters; raises ValueError otherwise."""
        kind: str | None = None
        roles = self._roles
        if type(headers) is not list:
            raise ValueError
        for name, value in headers:
            if type(value) is not str:
                raise ValueError
            is_kind = roles[name] if name in roles else self._role(name)
            if is_kind and kind is None:
                kind = value
        if kind is None:
            raise ValueError
        return kind

    def _role(self, name: Any) -> bool:
        if type(name) is not str:
            raise ValueError
        plain = name.lower()
        if plain in ("content-encoding", "transfer-encoding", INVENTED):
            raise ValueError
        if len(self._roles) < _KEPT:
            self._roles[name] = plain == "content-type"
        return plain == "content-type"

    def _planned(self, operation: Operation, key: tuple[str, int, str]) -> Plan | None:
        _, status, kind = key
        message = Message(headers=(("content-type", kind),), status=status)
        made = None
        if type(status) is int:
            made = plan_of(self.spec, operation, message, self._keys, self._switches, self._float_text)
        if len(self._plans) >= _KEPT:
            # Whoever wrote an archive chose its content types.
            return None
        self._plans[key] = made
        return made

    def _float_text(self, value: float) -> str:
        return self.codec.dumps(value).decode()


def _are_headers(value: Any) -> bool:
    if type(value) is not list:
        return False
    for name, text in value:  # noqa: SIM110 - `all` costs twice as much, on every record
        if type(name) is not str or type(text) is not str:
            return False
    return True
