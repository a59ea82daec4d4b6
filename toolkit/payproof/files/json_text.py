"""JSON to data; repeated keys, NaN, wrong UTF-8 and deep nesting are refused by one exception."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from payproof.errors import UnreadableInput
from payproof.files.limits import DEFAULT, Limits, Parsed, decode, escape, read_bytes

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|\n|[^\s\[\]{},:"]+', re.DOTALL)
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class JsonProblem(ValueError):
    """Why a text is not the JSON that is accepted; shows no value of it.

    Args:
        why: One clause.
        line: Where, from 1; 0 when unknown.
        key: The repeated key, when that is the reason.
    """

    def __init__(self, why: str, line: int = 0, key: str | None = None) -> None:
        super().__init__(why)
        self.why, self.line, self.key = why, line, key


def _no_constant(text: str) -> Any:
    raise JsonProblem(f"{text} is not JSON")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        key = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise JsonProblem(f"the key {key[:40]!r} stands twice in one object", key=key)
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_unrepeated, parse_constant=_no_constant)


def parse_json(body: bytes, *, depth: int = DEFAULT.depth, size: int = DEFAULT.size) -> Any:
    """Give the value of a JSON text.

    Args:
        body: UTF-8 without a byte order mark.
        depth: Deepest nesting.
        size: Most bytes.

    Raises:
        JsonProblem: for everything else; no other exception, whatever the bytes.
    """
    if len(body) > size:
        raise JsonProblem(f"it is larger than {size} bytes")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonProblem(f"byte {error.start} is not UTF-8", body.count(b"\n", 0, error.start) + 1) from None
    if _too_deep(text, depth):
        raise JsonProblem(f"it is nested deeper than {depth} levels")
    try:
        return _DECODER.decode(text)
    except JsonProblem:
        raise
    except json.JSONDecodeError as error:
        why = f"it is not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        raise JsonProblem(why, error.lineno) from None
    except (ValueError, RecursionError):
        # What is left is an integer with more digits than Python converts.
        raise JsonProblem("a number has too many digits") from None


def _too_deep(text: str, depth: int) -> bool:
    # Most texts have fewer brackets than the limit has levels, and counting those costs next to nothing.
    if text.count("[") + text.count("{") <= depth:
        return False
    level = 0
    for match in _BRACKETS.finditer(text):
        first = text[match.start()]
        if first in "[{":
            level += 1
            if level > depth:
                return True
        elif first in "]}":
            level -= 1
    return False


def read_json(source: Path | bytes, limits: Limits = DEFAULT, name: str = "") -> Parsed:
    """Give what a JSON file holds.

    Args:
        source: A file, or bytes that came from elsewhere.
        limits: How much it may ask for.
        name: What messages call the source.

    Raises:
        UnreadableInput: with file, line and remedy, when `parse_json` refuses it.
    """
    data, name = read_bytes(source, limits, name)
    text = decode(data, name)
    try:
        value = parse_json(text.encode(), depth=limits.depth, size=limits.size)
    except JsonProblem as problem:
        line = problem.line or _line_of_repeat(text, problem.key)
        raise UnreadableInput(
            f"this JSON is refused: {problem.why}",
            where=f"{name}:{line}" if line else name,
            hint="mend the text at this place" if line else "mend the file",
        ) from None
    return Parsed(value, name, lambda: {pointer: line for pointer, line, _ in reversed(list(_walk(text)))})


def _line_of_repeat(text: str, key: str | None) -> int:
    if key is None:
        return 0
    seen: set[str] = set()
    for pointer, line, name in _walk(text):
        if name == key and pointer in seen:
            return line
        seen.add(pointer)
    return 0


def _walk(text: str) -> Iterator[tuple[str, int, str | None]]:
    """Give (pointer, line, key or None) of every value of a JSON text, in order."""
    line = 1
    pointers: list[str] = []
    counts: list[int] = []  # -1 in an object, else how many items came before
    pending: str | None = None
    name: str | None = None
    yield "", 1, None
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece == "\n":
            line += 1
        elif piece in "{[":
            pointers.append(_inner(pointers, counts, name))
            counts.append(-1 if piece == "{" else 0)
            name = pending = None
            if piece == "[":
                yield f"{pointers[-1]}/0", line, None
        elif piece in "]}":
            if not pointers:
                return
            pointers.pop()
            counts.pop()
            name = pending = None
        elif piece == ":":
            name = pending
            if pointers and name is not None:
                yield f"{pointers[-1]}/{escape(name)}", line, name
        elif piece == ",":
            name = pending = None
            if counts and counts[-1] >= 0:
                counts[-1] += 1
                yield f"{pointers[-1]}/{counts[-1]}", line, None
        elif piece[0] == '"':
            pending = _unquoted(piece)


def _inner(pointers: list[str], counts: list[int], name: str | None) -> str:
    if not pointers:
        return ""
    step: str | int = counts[-1] if counts[-1] >= 0 else (name or "")
    return f"{pointers[-1]}/{escape(step)}"


def _unquoted(piece: str) -> str:
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece
