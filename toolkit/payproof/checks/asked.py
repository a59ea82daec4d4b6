"""What a request asked for, and what an answer holds: values by address and by pointer.

An address names a request's value: `path/NAME`, `query/NAME`, `header/NAME` or `body/POINTER`. A pointer is
a JSON pointer into the answer, `*` standing for every item of a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, unquote

from payproof.model import Message
from payproof.spec import Operation


class Missing:
    """Stands for a value that is not there, as `None` is a value of its own."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


def data_of(message: Message | None) -> Any:
    """Give the JSON that a message holds, numbers exact; MISSING when it holds none."""
    if message is None or not message.body:
        return MISSING
    try:
        return json.loads(message.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return MISSING


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read by its operation's template whatever base path stands before it."""

    operation: Operation
    request: Message

    def get(self, address: str) -> Any:
        """Give the value at an address; MISSING when it is absent or stands there twice with two values."""
        where, _, name = address.partition("/")
        if where == "path":
            return path_values(self.operation.path, self.request.target).get(name, MISSING)
        if where == "query":
            return _only([text for key, text in query_pairs(self.request.target) if key == name])
        if where == "header":
            return _only(self.request.header_values(name))
        return self._from_body(name)

    def _from_body(self, name: str) -> Any:
        if self.request.media_type == "application/x-www-form-urlencoded":
            text = self.request.body.decode("utf-8", "replace")
            return _only([value for key, value in parse_qsl(text, keep_blank_values=True) if key == name])
        return next((value for _, value in values_at(data_of(self.request), f"/{name}")), MISSING)


def asked_values(asked: Asked, address: str) -> Iterator[Any]:
    """Give every value of the body at an address, in which `*` stands for each item of a list."""
    pointer = address.partition("/")[2]
    yield from (value for _, value in values_at(data_of(asked.request), f"/{pointer}"))


def default_of(operation: Operation, address: str) -> Any:
    """Give what a member of the body counts as when it is left out; MISSING when nobody says."""
    content = (operation.request_body or {}).get("content") or {}
    for media in content.values():
        schema: Any = media.get("schema")
        for step in address.split("/")[1:]:
            schema = _member(schema, step)
        if isinstance(schema, Mapping) and "default" in schema:
            return schema["default"]
    return MISSING


def _member(schema: Any, name: str) -> Any:
    """Give the schema of a member, those in `allOf` included; None when none is described."""
    if not isinstance(schema, Mapping):
        return None
    if name in (schema.get("properties") or {}):
        return schema["properties"][name]
    return next((one for row in schema.get("allOf") or () if (one := _member(row, name)) is not None), None)


def _only(found: list[str]) -> Any:
    return found[0] if found and len(set(found)) == 1 else MISSING


def path_values(template: str, target: str) -> dict[str, str]:
    """Give the path parameters of a target, whose end is the template filled in."""
    path = target.partition("?")[0].rstrip("/")
    wanted, have = template.strip("/").split("/"), path.strip("/").split("/")
    pairs = zip(wanted, have[-len(wanted) :], strict=False)
    return {part[1:-1]: unquote(text) for part, text in pairs if part[:1] == "{" and part[-1:] == "}"}


def query_pairs(target: str) -> list[tuple[str, str]]:
    """Give the decoded query pairs of a target, in order."""
    return parse_qsl(target.partition("?")[2], keep_blank_values=True)


def values_at(data: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Give (pointer, value) of everything that a pointer with `*` leads to."""
    yield from _values(data, pointer.split("/")[1:] if pointer else [], "")


def _values(data: Any, steps: list[str], at: str) -> Iterator[tuple[str, Any]]:
    if not steps:
        yield at, data
        return
    step, rest = steps[0].replace("~1", "/").replace("~0", "~"), steps[1:]
    if isinstance(data, list) and step == "*":
        for number, item in enumerate(data):
            yield from _values(item, rest, f"{at}/{number}")
    elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
        yield from _values(data[int(step)], rest, f"{at}/{step}")
    elif isinstance(data, Mapping) and step in data:
        yield from _values(data[step], rest, f"{at}/{steps[0]}")


def value_at(data: Any, pointer: str) -> Any:
    """Give the first value that a pointer leads to, MISSING when there is none."""
    return next((value for _, value in values_at(data, pointer)), MISSING)


def number(value: Any) -> Decimal | None:
    """Give a value as a number, texts that are written as one included; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal, float)):
        return None
    try:
        made = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return made if made.is_finite() else None


def same(one: Any, other: Any) -> bool:
    """Say whether two values are the same, numbers by value and texts but for white space around them."""
    if isinstance(one, str) and isinstance(other, str) and one.strip() == other.strip():
        return True
    if isinstance(one, str) and isinstance(other, str):
        # An id such as 0000000030 is a text: the same digits with fewer zeros are another id.
        return False
    left, right = number(one), number(other)
    return left == right if left is not None and right is not None else one == other


def like(one: Any, other: Any) -> bool:
    """Say whether two values are the same to a filter, to which letter case and white space mean nothing."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return same(one, other)
