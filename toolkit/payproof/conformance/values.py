"""Other values for a field: as good as the one that stands there, or just beyond what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from payproof.conformance.schemas import types


def others(value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    """Give different values of the same kind, those likely to be valid first."""
    yield from (one for one in schema.get("enum", ()) if one != value)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield value + 1
        yield value - 1
    elif isinstance(value, str):
        yield from _other_texts(value)
    elif value is None:
        yield "x"


def _other_texts(text: str) -> Iterator[str]:
    # Digits first: amounts, dates and ids keep their form when one digit moves.
    for at in reversed(range(len(text))):
        if text[at].isdigit():
            yield text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
            break
    for at in range(len(text)):
        if text[at].isascii() and text[at].isalpha():
            swapped = "b" if text[at] in "aA" else "a"
            yield text[:at] + (swapped.upper() if text[at].isupper() else swapped) + text[at + 1 :]
            break
    yield text + "1"
    yield text + "x"


def bounds(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give (name, value) at the edge of each constraint, still allowed by it."""
    for keyword in ("minimum", "maximum"):
        if keyword in schema:
            yield keyword, schema[keyword]
    for keyword in ("minLength", "maxLength"):
        if 0 < schema.get(keyword, 0) <= 10_000 and "pattern" not in schema and "format" not in schema:
            yield keyword, "x" * schema[keyword]
    for at, one in enumerate(schema.get("enum", ())):
        yield f"enum-{at + 1}", one


def beyond(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    """Give (constraint, value) just beyond each constraint; `value` is a valid one to depart from."""
    step = 1 if "integer" in types(schema) else 0.01
    if "minimum" in schema:
        yield "minimum", schema["minimum"] - step
    if "maximum" in schema:
        yield "maximum", schema["maximum"] + step
    if "exclusiveMinimum" in schema:
        yield "exclusiveMinimum", schema["exclusiveMinimum"]
        yield "exclusiveMinimum-negative", schema["exclusiveMinimum"] - 1
    if "exclusiveMaximum" in schema:
        yield "exclusiveMaximum", schema["exclusiveMaximum"]
    yield from _beyond_text(schema, value)
    yield from _beyond_list(schema, value)
    yield from _beyond_map(schema, value)
    if "multipleOf" in schema:
        yield "multipleOf", (value if isinstance(value, (int, float)) else 1) + schema["multipleOf"] / 2
    if isinstance(value, int) and not isinstance(value, bool) and _is_whole(schema):
        yield "type-fraction", value + 0.5
    yield from _beyond_type(schema)


def _is_whole(schema: Mapping[str, Any]) -> bool:
    return "integer" in types(schema) and "number" not in types(schema)


def _beyond_text(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    text = value if isinstance(value, str) else ""
    if schema.get("minLength", 0) > 0:
        yield "minLength", (text or "x" * schema["minLength"])[: schema["minLength"] - 1]
    if "maxLength" in schema:
        # Digits stay digits: a letter among them may be refused for being one.
        whole = text or str(next(iter(schema.get("examples", ())), "x")) or "x"
        fill = whole[-1] if whole.isdigit() else "x"
        yield "maxLength", whole.ljust(schema["maxLength"] + 1, fill)
    if "pattern" in schema or "format" in schema:
        name = "pattern" if "pattern" in schema else "format"
        yield name, "?" + text
        yield f"{name}-words", "not like this"
        yield from _other_layouts(name, text)
    if "enum" in schema and all(isinstance(one, str) for one in schema["enum"]):
        yield "enum", "NOT-" + str(schema["enum"][0])


def _other_layouts(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """Give a date that begins with its day in layouts that lenient readers of dates take as well."""
    found = _DAY_FIRST.fullmatch(text)
    if found:
        day, month, year, rest = found.groups()
        yield f"{name}-year-first", f"{year}-{month}-{day}{rest}"
        if rest:
            yield f"{name}-day-alone", f"{day}-{month}-{year}"


_DAY_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4})(.*)")


def _beyond_map(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    most = schema.get("maxProperties", _MANY)
    if "object" in types(schema) and most < _MANY:
        there = value if isinstance(value, Mapping) else {}
        one = next(iter(there.values()), "x")
        yield "maxProperties", {**there, **{f"member{n}": one for n in range(most + 1 - len(there))}}


def _beyond_list(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    items = value if isinstance(value, list) else []
    if schema.get("minItems", 0) > 0:
        yield "minItems", items[: schema["minItems"] - 1]
    if items and schema.get("maxItems", _MANY) < _MANY:
        yield "maxItems", [items[0]] * (schema["maxItems"] + 1)


_MANY = 1000
"""A list is not made longer than that."""


def _beyond_type(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give values of another type; text for a number is among them, though lenient readers take that."""
    allowed = set(types(schema))
    if not allowed:
        return
    yield from (
        (f"type-{kind}", wrong)
        for kind, wrong in (("object", {"a": 1}), ("array", [1]), ("boolean", True), ("words", "eleven"))
        if kind not in allowed and not (kind == "words" and "string" in allowed)
    )
    if "null" not in allowed:
        yield "type-null", None
    if "string" in allowed and not allowed & {"number", "integer"}:
        yield "type-number", 11
