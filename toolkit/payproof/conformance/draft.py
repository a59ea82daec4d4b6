"""A request under construction: addressed values, turned into the exact message at the end.

An address names one value: `path/NAME`, `query/NAME`, `header/NAME`, or `body/POINTER`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from payproof.model import Header, Message
from payproof.spec import Operation

FORM = "application/x-www-form-urlencoded"


class Absent:
    """Stands for a value that is not there, as `None` is a value of its own."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Draft:
    """One request of an operation, not yet signed.

    Args:
        operation: Whose request it is.
        path: Decoded path parameters by name.
        query: Decoded query pairs in the order sent.
        headers: Headers in the order sent, credentials included.
        body: The body as data, or ABSENT.
        media_type: How the body is written; empty without a body.
    """

    operation: Operation
    path: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[Header, ...] = ()
    body: Any = ABSENT
    media_type: str = ""

    def get(self, address: str) -> Any:
        """Give the value at an address, or ABSENT."""
        where, _, name = address.partition("/")
        if where == "body":
            return _at(self.body, _steps(name))
        if where == "header":
            return next((text for key, text in self.headers if key.lower() == name.lower()), ABSENT)
        pairs = self.path if where == "path" else self.query
        return next((text for key, text in pairs if key == name), ABSENT)

    def put(self, address: str, value: Any) -> Draft:
        """Give the draft with the value at an address replaced where it stands, added, or (ABSENT) left out.

        Headers keep their text; query and path values become text as forms write them.
        """
        where, _, name = address.partition("/")
        if where == "body":
            return replace(self, body=_put(self.body, _steps(name), value))
        if where == "header":
            same = [key for key, _ in self.headers if key.lower() == name.lower()]
            return replace(self, headers=_put_pair(self.headers, same[0] if same else name, value))
        if where == "path":
            return replace(self, path=_put_pair(self.path, name, value))
        return replace(self, query=_put_pair(self.query, name, value))

    def message(self) -> Message:
        """Give the request as it travels, unsigned; its target begins after the server's base path."""
        target = self.operation.path
        for name, text in self.path:
            target = target.replace("{" + name + "}", quote(text, safe="", errors="surrogatepass"))
        if self.query:
            target += "?" + urlencode(self.query, quote_via=quote, safe="", errors="surrogatepass")
        if isinstance(self.body, Absent):
            return Message(self.operation.method, target, self.headers)
        headers = (*self.headers, ("Content-Type", self.media_type)) if self.media_type else self.headers
        return Message(self.operation.method, target, headers, self._written())

    def _written(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if self.media_type == FORM and isinstance(self.body, Mapping):
            return urlencode([(name, form_text(value)) for name, value in self.body.items()]).encode()
        return json_bytes(self.body)

    def addresses(self) -> Iterator[str]:
        """Give the address of every query parameter and of every leaf of the body, in the order sent."""
        yield from (f"query/{name}" for name, _ in self.query)
        if not isinstance(self.body, (Absent, bytes)):
            yield from (f"body{pointer}" for pointer in _leaves(self.body, ""))


def json_bytes(value: Any) -> bytes:
    """Write compact JSON in UTF-8; what UTF-8 cannot hold stays an escape."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def form_text(value: Any) -> str:
    """Give a value as query strings and forms write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _steps(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")] if pointer else []


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def _put(value: Any, steps: list[str], new: Any) -> Any:
    if not steps:
        return new
    if steps[0] == "0" and value in ({}, []):
        # The first item of a list that is not there, or has none.
        return [_put({}, steps[1:], new)]
    if isinstance(value, list):
        at = int(steps[0])
        return [_put(item, steps[1:], new) if n == at else item for n, item in enumerate(value)]
    copy = dict(value) if isinstance(value, Mapping) else {}
    if len(steps) == 1 and isinstance(new, Absent):
        copy.pop(steps[0], None)
    else:
        copy[steps[0]] = _put(copy.get(steps[0], {}), steps[1:], new)
    return copy


def _put_pair(pairs: tuple[tuple[str, str], ...], name: str, value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Absent):
        return tuple(pair for pair in pairs if pair[0] != name)
    new = (name, form_text(value))
    if any(pair[0] == name for pair in pairs):
        return tuple(new if pair[0] == name else pair for pair in pairs)
    return (*pairs, new)


def _leaves(value: Any, pointer: str) -> Iterator[str]:
    inner: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        inner = [(str(name).replace("~", "~0").replace("/", "~1"), item) for name, item in value.items()]
    elif isinstance(value, list):
        inner = [(str(at), item) for at, item in enumerate(value)]
    if not inner:
        yield pointer
    for name, item in inner:
        yield from _leaves(item, f"{pointer}/{name}")
