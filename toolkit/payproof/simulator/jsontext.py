"""JSON as a gateway writes it: keys in the order given, number lexemes frozen.

A signature covers texts, so a reply must not say 11.0 where it was signed as 11. Floats are refused;
amounts are `Decimal`, written without an exponent and without trailing zeros.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from payproof.signing.fields import Number, Pairs, UnreadableBody

_quote = json.encoder.encode_basestring
_MOST_DIGITS = 40
_DEEPEST = 64


class Lexeme(str):
    """A number that is to be written exactly so, such as `250.50`."""

    __slots__ = ()


def number_text(value: Decimal) -> str:
    """Give the shortest plain text of an amount: 11, 0.22, 1700.

    Raises:
        ValueError: when that would take more than 40 digits, which no amount does.
    """
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError("not a number that JSON could carry as plain digits")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def dumps(value: Any) -> str:
    """Give compact JSON text of dicts, lists, Pairs, str, bool, None, int, Decimal and Lexeme.

    Raises:
        TypeError: for anything else, floats in particular.
    """
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def encoded(value: Any) -> bytes:
    """Give compact JSON in UTF-8; a lone surrogate is written as its escape."""
    text = dumps(value)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return "".join(f"\\u{ord(c):04x}" if 0xD800 <= ord(c) < 0xE000 else c for c in text).encode()


def _write(value: Any, put: Any) -> None:
    kind = type(value)
    if kind is str:
        put(_quote(value))
    elif value is None:
        put("null")
    elif kind is bool:
        put("true" if value else "false")
    elif kind is int:
        put(str(value))
    elif kind is Decimal:
        put(number_text(value))
    elif kind is Lexeme or kind is Number:
        put(str.__str__(value))
    elif kind is dict or kind is Pairs:
        _write_object(value.items() if kind is dict else value, put)
    elif kind is list or kind is tuple:
        _write_list(value, put)
    else:
        raise TypeError(f"{kind.__name__} is not written as JSON here")


def _write_object(items: Any, put: Any) -> None:
    lead = "{"
    for name, item in items:
        put(lead + _quote(name) + ":")
        _write(item, put)
        lead = ","
    put("{}" if lead == "{" else "}")


def _write_list(items: Any, put: Any) -> None:
    lead = "["
    for item in items:
        put(lead)
        _write(item, put)
        lead = ","
    put("[]" if lead == "[" else "]")


def plain(value: Any, depth: int = 0) -> Any:
    """Give parsed fields as dicts and Decimals, the last of a repeated key, as PHP and JavaScript read them.

    Raises:
        UnreadableBody: when it is nested deeper than any documented body.
    """
    if depth > _DEEPEST:
        raise UnreadableBody("the body is nested too deeply to be read")
    kind = type(value)
    if kind is Pairs:
        return {name: plain(item, depth + 1) for name, item in value}
    if kind is list:
        return [plain(item, depth + 1) for item in value]
    if kind is Number:
        return _decimal(value)
    return value


def _decimal(lexeme: str) -> Decimal:
    try:
        return Decimal(lexeme)
    except InvalidOperation:
        raise UnreadableBody("a number of the body is beyond any range") from None
