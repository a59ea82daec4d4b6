"""What becomes of arrays and objects among the signed values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payproof.signing.bodytext import JsonStyle, write_json
from payproof.signing.choices import Choice, Table
from payproof.signing.fields import MISSING, Number, Pairs
from payproof.signing.scalars import SCALARS, ScalarStyle

Beyond = Callable[[Any, ScalarStyle], str | None]
"""Gives the one text of a container, or None: its inner values are taken instead."""


def scalar_text(value: Any, style: ScalarStyle) -> str:
    """Print one value that is not a container."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is Number:
        return style.number(value)
    if value is None:
        return style.null
    if value is MISSING:
        return style.missing
    return style.true if value else style.false


# A language prints what is inside a container in its own way, whatever it does with values outside.


def _object_object(value: Any, style: ScalarStyle) -> str:
    if type(value) is Pairs:
        return "[object Object]"
    if type(value) is list:
        return ",".join("" if item is None else _object_object(item, style) for item in value)
    return scalar_text(value, SCALARS["javascript"].run)


def _comma_joined(value: Any, style: ScalarStyle) -> str:
    items = [item for _, item in value] if type(value) is Pairs else value
    return ",".join(
        _comma_joined(item, style) if type(item) in (Pairs, list) else scalar_text(item, style)
        for item in items
    )


def _python(value: Any, style: ScalarStyle) -> str:
    if type(value) is Pairs:
        return (
            "{" + ", ".join(f"{name!r}: {_python(item, style)}" for name, item in dict(value).items()) + "}"
        )
    if type(value) is list:
        return "[" + ", ".join(_python(item, style) for item in value) + "]"
    return repr(str(value)) if type(value) is str else scalar_text(value, SCALARS["python"].run)


def _java(value: Any, style: ScalarStyle) -> str:
    if type(value) is Pairs:
        return "{" + ", ".join(f"{name}={_java(item, style)}" for name, item in value) + "}"
    if type(value) is list:
        return "[" + ", ".join(_java(item, style) for item in value) + "]"
    return scalar_text(value, SCALARS["java"].run)


def _go(value: Any, style: ScalarStyle) -> str:
    if type(value) is Pairs:
        return (
            "map["
            + " ".join(f"{name}:{_go(item, style)}" for name, item in sorted(value, key=lambda row: row[0]))
            + "]"
        )
    if type(value) is list:
        return "[" + " ".join(_go(item, style) for item in value) + "]"
    return scalar_text(value, SCALARS["go"].run)


def _json(style: JsonStyle) -> Beyond:
    return lambda value, scalars: write_json(value, style)


BEYOND: Table[Beyond] = Table(
    "nesting",
    Choice("inner-values", lambda value, style: None, "the inner values of nested fields taken one by one"),
    Choice(
        "php-array",
        lambda value, style: "Array",
        "the word Array in place of a nested field",
        "PHP's string conversion",
    ),
    Choice(
        "object-object", _object_object, "[object Object] in place of a nested field", "JavaScript's String()"
    ),
    Choice("json-text", _json(JsonStyle()), "nested fields written as compact JSON", "JSON.stringify"),
    Choice(
        "json-spaced",
        _json(JsonStyle(separators="spaced", unicode="escaped")),
        "nested fields written as JSON with spaces",
        "json.dumps",
    ),
    Choice(
        "json-php",
        _json(JsonStyle(slashes="escaped", unicode="escaped")),
        "nested fields written as PHP's json_encode does",
        "json_encode",
    ),
    Choice(
        "comma-joined",
        _comma_joined,
        "the inner values of nested fields joined by commas",
        "implode and join",
    ),
    Choice("python-repr", _python, "nested fields printed as Python prints them", "Python's str()"),
    Choice("java-string", _java, "nested fields printed as Java's maps print themselves", "Java's toString"),
    Choice("go-print", _go, "nested fields printed as Go prints maps", "Go's fmt"),
    Choice("skipped", lambda value, style: "", "nothing in place of a nested field"),
    Choice("left-out", lambda value, style: None, "nested fields left out"),
)
