"""Texts of forms, queries, headers and paths as the types which a schema asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from payproof.spec.records import Schema

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})(?:\.[0-9]{1,999})?(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_BOOLEAN = {"true": True, "false": False, "1": True, "0": False, "": False}
_COMPOSED = ("allOf", "anyOf", "oneOf")


def types_of(schema: Schema, depth: int = 8) -> set[str]:
    """Give the types that a schema names, its compositions included; empty when it names none."""
    if not isinstance(schema, Mapping) or depth == 0:
        return set()
    stated = schema.get("type")
    found = {stated} if isinstance(stated, str) else set(stated) if isinstance(stated, list) else set()
    for word in _COMPOSED:
        for part in schema.get(word) or ():
            found |= types_of(part, depth - 1)
    return found


def scalar(text: str, types: set[str]) -> Any:
    """Give a text as the first of the types that it can be; the text itself when it can be none."""
    if not types or "string" in types:
        return text
    if types & {"integer", "number"} and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in types and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in types and text in _BOOLEAN:
        return _BOOLEAN[text]
    return None if "null" in types and not text else text


def value(texts: Sequence[str], schema: Schema, *, explode: bool = True) -> Any:
    """Give one parameter's value: a list where the schema asks for one, else the last text.

    Args:
        texts: Every text sent under the name, in order; at least one.
        schema: What the value must be.
        explode: Whether a list is sent as repeated names rather than with commas.
    """
    types = types_of(schema)
    if "array" not in types:
        return scalar(texts[-1], types)
    inner = types_of(_items(schema))
    pieces: Iterable[str] = texts if explode else texts[-1].split(",")
    return [scalar(piece, inner) for piece in pieces]


def form(pairs: Iterable[tuple[str, str]], schema: Schema) -> dict[str, Any]:
    """Give a form's fields as the schema's types; `name[]` and repeated names make a list if one is due."""
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    known = dict(properties(schema))
    made: dict[str, Any] = {}
    for name, values in texts.items():
        bare = name[:-2] if name.endswith("[]") and name not in known else name
        made[bare] = value(values, known.get(bare, {}))
    return made


def properties(schema: Schema, depth: int = 8) -> Iterator[tuple[str, Schema]]:
    """Give the members that an object schema names, its compositions included."""
    if not isinstance(schema, Mapping) or depth == 0:
        return
    for word in _COMPOSED:
        for part in schema.get(word) or ():
            yield from properties(part, depth - 1)
    for word in ("then", "else"):
        yield from properties(schema.get(word, {}), depth - 1)
    yield from (schema.get("properties") or {}).items()


def _items(schema: Schema, depth: int = 8) -> Schema:
    if not isinstance(schema, Mapping) or depth == 0:
        return {}
    if isinstance(schema.get("items"), Mapping):
        return schema["items"]  # type: ignore[no-any-return]
    parts = (part for word in _COMPOSED for part in schema.get(word) or ())
    return next((found for part in parts if (found := _items(part, depth - 1))), {})
