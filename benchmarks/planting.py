"""Changes planted wherever they make sense in what a gateway sends; made from the specs alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from payproof.drift.node import NUMERIC, Node
from payproof.drift.sides import OperationFacts
from payproof.drift.texts import DATES, fits, is_date, kind_of
from payproof.files.limits import escape
from payproof.model import Interaction, Message
from payproof.spec.resolve import steps

#: Honest messages of one part; planted changes are in all of them, or in half.
MESSAGES = 6
Alter = Callable[[Any], Any]


@dataclass(frozen=True)
class Plant:
    """One change at one place.

    Args:
        kind: What was changed.
        rule: The rule that has to find it.
        pointer: Where it has to be found.
        alter: Changes a value in place; gives the new body.
        some: Whether only half of the messages have it.
    """

    kind: str
    rule: str
    pointer: str
    alter: Alter
    some: bool = False


@dataclass
class Part:
    """What a gateway sends in one part of an operation."""

    operation: OperationFacts
    status: str
    media: str
    node: Node
    examples: list[Any] = field(default_factory=list)

    @property
    def hook(self) -> bool:
        """Whether it is a webhook."""
        return self.operation.kind == "webhook"

    @property
    def name(self) -> str:
        """The part as findings name it."""
        return "webhook" if self.hook else f"response {self.status}"

    def interaction(self, body: Any, *, status: str = "", media: str = "") -> Interaction:
        """Give a recorded interaction in which the gateway sent that body."""
        raw = json.dumps(body).encode()
        headers = (("Content-Type", media or self.media),)
        if self.hook:
            return Interaction(Message("POST", "/hook", headers, raw), Message(status=200), self.operation.id)
        code = (status or self.status).replace("XX", "00").replace("default", "599")
        answer = Message(headers=headers, body=raw, status=int(code))
        return Interaction(Message(self.operation.method, "/"), answer, self.operation.id)


def parts(operation: OperationFacts) -> Iterator[Part]:
    """Give the parts of an operation that are JSON."""
    bodies = {"webhook": operation.request} if operation.kind == "webhook" else operation.replies
    for status, body in bodies.items():
        for media, node in body.media.items() if body else ():
            if media.endswith("json"):
                yield Part(operation, status, media, node)


def sample(node: Node, number: int, depth: int = 0) -> Any:
    """Give a value that keeps a promise, with every field that it names."""
    if node.values:
        return json.loads(sorted(node.values)[number % len(node.values)])
    if node.known:
        return json.loads(sorted(node.known)[number % len(node.known)])
    listed = number % 2 and node.items is not None and "array" in node.types
    if "object" in node.types and not listed and (node.members or len(node.types) < 7) and depth < 12:
        return {name: sample(one.node, number, depth + 1) for name, one in node.members.items()}
    if "array" in node.types and len(node.types) < 7:
        count = max(1, int(node.limits.get("minItems", 1)))
        return [sample(node.items, number, depth + 1) if node.items else "a" for _ in range(count)]
    if "string" in node.types:
        return _text(node)
    if node.types & NUMERIC:
        low = node.limits.get("minimum", 0)
        return int(min(low + 1 + number, node.limits.get("maximum", low + 1 + number)))
    return number % 2 == 0 if "boolean" in node.types else None


def _text(node: Node) -> str:
    if node.role == "signature" and node.kinds:
        kind = next(iter(node.kinds))
        return "0a" * (int(kind.split("-")[1]) // 2) if kind.startswith("hex") else "Q1" * 22
    low, high = int(node.limits.get("minLength", 0)), int(node.limits.get("maxLength", 40))
    soft = node.soft.get("pattern")
    patterns = [*node.patterns, *([soft] if isinstance(soft, str) else [])]
    tried = [sample for _, sample in DATES.values()] if node.kinds else []
    tried += [
        "abcdefgh",
        "a",
        "Ab1",
        "12345678",
        "1",
        "12.50",
        "12345-12345-12345-12345",
        "123456789012345",
        "0a" * 64,
    ]
    tried += ["INR", "v1-240101000000-aa-Ab12Cd", "https://paykun.in/Ab", "https://shop.example/ok"]
    tried += ["0A" * 32, "a@b.example", "x" * 40, "1" * 10, "1234", "04"]
    fitting = [one for one in tried if all(fits(pattern, one) for pattern in patterns)]
    sized = [one for one in fitting if low <= len(one) <= high]
    if not patterns and not sized:
        return "x" * max(low, 1)
    return next(iter(sized or fitting), "abcdefgh")


def plants(part: Part) -> Iterator[Plant]:
    """Give every change that makes sense somewhere in a part."""
    yield from _at(part.node, "", part)


def _at(node: Node, pointer: str, part: Part) -> Iterator[Plant]:
    yield from _values(node, pointer)
    if "object" in node.types and node.members:
        if node.unlisted is None:
            fresh = f"{pointer}/x_new_field"
            yield Plant(
                "field added", "response-field-added", fresh, _inserter(pointer, "x_new_field", "news")
            )
        if node.signed and len(node.members) > 1:
            yield Plant("key order turned", "signed-key-order-changed", pointer, _changer(pointer, _turned))
        for name, one in node.members.items():
            below = f"{pointer}/{escape(name)}"
            if one.always:
                gone = _remover(below)
                yield Plant("field removed", "response-field-removed", below, gone)
                yield Plant(
                    "field missing at times", "response-field-became-optional", below, gone, some=True
                )
            yield from _at(one.node, below, part)
    if node.items is not None and "array" in node.types:
        yield from _at(node.items, f"{pointer}/*", part)


def _values(node: Node, pointer: str) -> Iterator[Plant]:
    def plant(kind: str, rule: str, value: Any) -> Plant:
        return Plant(kind, rule, pointer, _changer(pointer, lambda _old: copy.deepcopy(value)))

    types = node.types
    if not pointer or len(types) == 7:
        return
    if "null" not in types:
        yield plant("null", "response-became-nullable", None)
    if types & NUMERIC and "string" not in types:
        yield plant("amount became text", "response-number-became-text", "11.50")
        if "number" not in types:
            yield plant("fraction", "response-integer-became-fraction", 11.25)
    if "string" in types and not types & NUMERIC:
        yield plant("text became number", "response-text-became-number", 12)
    if "object" not in types:
        yield plant("object", "response-type-changed", {"a": 1})
    if "array" not in types and "object" in types:
        yield plant("list", "response-type-changed", [])
    yield from _listed(node, plant)
    yield from _limited(node, plant)
    yield from _written(node, plant)


def _listed(node: Node, plant: Any) -> Iterator[Plant]:
    if node.listed is None or "string" not in node.types:
        return
    rules = {"state": "life-cycle-state-unknown", "code": "error-code-new"}
    closed = "response-constant-changed" if len(node.values or ()) == 1 else "response-enum-value-added"
    rule = rules.get(node.role) or (closed if node.values is not None else "known-value-new")
    yield plant("value unknown", rule, "ZZ_NEW")


def _limited(node: Node, plant: Any) -> Iterator[Plant]:
    limits = node.limits
    if node.values is None and node.known is None and "string" in node.types and node.role != "signature":
        if "maxLength" in limits:
            yield plant("text too long", "response-max-length-raised", "x" * int(limits["maxLength"] + 1))
        if limits.get("minLength", 0) > 0:
            yield plant("text too short", "response-min-length-lowered", "x" * int(limits["minLength"] - 1))
    if node.types & NUMERIC and node.values is None:
        if "maximum" in limits:
            yield plant("number too large", "response-maximum-raised", int(limits["maximum"] + 1))
        if "minimum" in limits:
            yield plant("number too small", "response-minimum-lowered", int(limits["minimum"] - 1))
    if "array" in node.types and "maxItems" in limits and node.items is not None:
        many = [sample(node.items, 0)] * int(limits["maxItems"] + 1)
        yield plant("list too long", "response-max-items-raised", many)


def _written(node: Node, plant: Any) -> Iterator[Plant]:
    if "string" not in node.types or node.values is not None:
        return
    if node.role == "signature":
        yield plant("another hash", "signature-form-changed", "0a" * 20)
        return
    if node.kinds and any(map(is_date, node.kinds)):
        for name, (_, text) in DATES.items():
            if name not in node.kinds:
                yield plant(f"date as {name}", "response-date-format-changed", text)
    elif node.patterns:
        odd = next(
            (one for one in ("~ ~", "!", "\u00e9\u00e9") if not all(fits(p, one) for p in node.patterns)), ""
        )
        if odd and not is_date(kind_of(odd)):
            yield plant("another form", "response-pattern-loosened", odd)


def _turned(value: Any) -> Any:
    return dict(reversed(value.items())) if isinstance(value, dict) else value


def _holders(body: Any, path: list[str]) -> Iterator[Any]:
    found = [body]
    for step in path:
        found = [inner for one in found for inner in _inner(one, step)]
    return iter(found)


def _inner(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value) if isinstance(value, list) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


def _changer(pointer: str, change: Callable[[Any], Any]) -> Alter:
    def alter(body: Any) -> Any:
        path = steps(pointer)
        if not path:
            return change(body)
        for holder in _holders(body, path[:-1]):
            if isinstance(holder, list):
                holder[:] = [change(one) for one in holder]
            elif isinstance(holder, dict) and path[-1] in holder:
                holder[path[-1]] = change(holder[path[-1]])
        return body

    return alter


def _remover(pointer: str) -> Alter:
    def alter(body: Any) -> Any:
        *path, last = steps(pointer)
        for holder in _holders(body, path):
            if isinstance(holder, dict):
                holder.pop(last, None)
        return body

    return alter


def _inserter(pointer: str, name: str, value: Any) -> Alter:
    def alter(body: Any) -> Any:
        for holder in _holders(body, steps(pointer)):
            if isinstance(holder, dict):
                holder[name] = value
        return body

    return alter
