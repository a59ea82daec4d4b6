"""Where the values of a JSON text stand, so that some can be changed and every other byte stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

scanstring: Callable[[str, int, bool], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DEPTH = 200
Path = tuple[str | int, ...]


class Leaf(NamedTuple):
    """A text, number or key of a JSON text."""

    path: Path
    start: int
    end: int
    kind: str
    value: str


class NotJson(ValueError):
    """The text is no single JSON value."""


def leaves(text: str) -> list[Leaf]:
    """Give every key, text and number in order; `kind` is `key`, `text` or `number`, repeated keys are kept.

    Raises:
        NotJson: for any text that is not one JSON value.
    """
    found: list[Leaf] = []
    try:
        end = _value(text, _skip(text, 0), (), found)
    except (ValueError, IndexError, StopIteration, RecursionError):
        raise NotJson("the text is not JSON") from None
    if _skip(text, end) != len(text):
        raise NotJson("the text goes on after its JSON value")
    return found


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, path: Path, found: list[Leaf]) -> int:
    if len(path) > _DEPTH:
        raise ValueError("too deep")
    letter = text[at]
    if letter == '"':
        value, end = scanstring(text, at + 1, True)
        found.append(Leaf(path, at, end, "text", value))
        return end
    if letter in "{[":
        return (_object if letter == "{" else _list)(text, at + 1, path, found)
    for word in ("true", "false", "null"):
        if text.startswith(word, at):
            return at + len(word)
    match = _NUMBER.match(text, at)
    if not match:
        raise ValueError("no value")
    found.append(Leaf(path, at, match.end(), "number", match[0]))
    return match.end()


def _object(text: str, at: int, path: Path, found: list[Leaf]) -> int:
    at = _skip(text, at)
    if text[at] == "}":
        return at + 1
    while True:
        if text[at] != '"':
            raise ValueError("no key")
        key, end = scanstring(text, at + 1, True)
        found.append(Leaf((*path, key), at, end, "key", key))
        at = _skip(text, end)
        if text[at] != ":":
            raise ValueError("no colon")
        at = _skip(text, _value(text, _skip(text, at + 1), (*path, key), found))
        if text[at] == "}":
            return at + 1
        if text[at] != ",":
            raise ValueError("no comma")
        at = _skip(text, at + 1)


def _list(text: str, at: int, path: Path, found: list[Leaf]) -> int:
    at = _skip(text, at)
    if text[at] == "]":
        return at + 1
    number = 0
    while True:
        at = _skip(text, _value(text, at, (*path, number), found))
        number += 1
        if text[at] == "]":
            return at + 1
        if text[at] != ",":
            raise ValueError("no comma")
        at = _skip(text, at + 1)


def rewritten(text: str, found: list[Leaf], change: Callable[[Leaf], str]) -> str:
    """Give the text with each leaf's value replaced by what `change` gives for it, written as it was."""
    pieces, at = [], 0
    for leaf in found:
        new = change(leaf)
        if new == leaf.value:
            continue
        pieces += [text[at : leaf.start], _written(new, leaf, text[leaf.start : leaf.end])]
        at = leaf.end
    return "".join([*pieces, text[at:]])


def _written(new: str, leaf: Leaf, old: str) -> str:
    if leaf.kind == "number":
        return new if _NUMBER.fullmatch(new) else json.dumps(new)
    made = json.dumps(new, ensure_ascii=old.isascii())
    return made.replace("/", "\\/") if "\\/" in old else made


def pointer(path: Path) -> str:
    """Give a path as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def as_any(text: str) -> Any:
    """Give the plain value of a JSON text."""
    return json.loads(text)
