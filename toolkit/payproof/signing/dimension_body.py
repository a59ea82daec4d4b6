"""The reader of the dimension `body-text`: how the body is written anew before it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from payproof.signing.bodytext import EMPTIES, SEPARATORS, Base64Form, BodyText, JsonStyle
from payproof.signing.dimension_values import not_understood, plain_choice
from payproof.signing.orders import ORDERS
from payproof.signing.scalars import SCALARS

JSON_TEXTS = {
    "compact": JsonStyle(),
    "spaced": JsonStyle(separators="spaced"),
    "node": JsonStyle(numbers="javascript", keys="js-integer-first"),
    "php": JsonStyle(slashes="escaped", unicode="escaped"),
    "python": JsonStyle(separators="spaced", unicode="escaped"),
    "go": JsonStyle(keys="go-sorted", html=True),
}


def read_body_text(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if value in ("raw", None):
        return {"body_text": BodyText()}
    if not isinstance(value, Mapping):
        raise not_understood(value, where, "write raw, or {json: {...}, base64: plain}")
    base64 = value.get("base64", "none")
    if base64 not in get_args(Base64Form):
        raise not_understood(base64, where, "base64 is one of " + ", ".join(get_args(Base64Form)))
    style = value.get("json")
    return {"body_text": BodyText(_json_style(style, where) if style is not None else None, base64)}


def _json_style(value: Any, where: str) -> JsonStyle:
    if isinstance(value, str) and value in JSON_TEXTS:
        return JSON_TEXTS[value]
    try:
        given: dict[str, Any] = {str(key): item for key, item in (value or {}).items()}
        ready: dict[str, Any] = {key: "bytes" if item == "sorted" else item for key, item in given.items()}
        made = JsonStyle(**ready)
    except (TypeError, AttributeError):
        raise not_understood(
            value, where, "known: separators, keys, slashes, unicode, empty, numbers, html"
        ) from None
    known = {
        "separators": SEPARATORS,
        "keys": ORDERS,
        "slashes": ("plain", "escaped"),
        "unicode": ("plain", "escaped", "escaped-upper"),
        "empty": EMPTIES,
        "numbers": SCALARS,
    }
    for name, choices in known.items():
        if getattr(made, name) not in choices:
            raise not_understood(getattr(made, name), where, f"{name} is one of {', '.join(choices)}")
    return made
