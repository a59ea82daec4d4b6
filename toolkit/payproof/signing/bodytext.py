"""The body as one text: raw, or parsed and written again as some JSON library writes it, or in Base64."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, Literal

from payproof.signing.fields import MISSING, Number, Pairs, bytes_of_text, parse_json
from payproof.signing.orders import ORDERS
from payproof.signing.scalars import SCALARS

Base64Form = Literal["none", "plain", "lines", "lines-stripped", "crlf-lines", "mime", "url", "url-unpadded"]


@dataclass(frozen=True, slots=True)
class JsonStyle:
    """How a JSON text is written.

    Args:
        separators: `compact`, `spaced` (Python's default) or `indent-2`, `indent-4`.
        keys: A row of the `order` dimension, applied at every level.
        slashes: `plain`, or `escaped` as PHP's json_encode does.
        unicode: `plain`, or `escaped` to ASCII (`escaped-upper` with upper-case digits).
        empty: `kept`, `dropped` (null, "" and empty containers left out), `blank-dropped` (null and ""),
            `null-dropped`, or `php` (what empty() says, thus "0" too).
        numbers: A row of the `scalars` dimension, for the number texts.
        html: Whether <, > and & are escaped as Go's encoder does; `gson` escapes = and ' too.
        empty_object: What stands for an object without members.
    """

    separators: str = "compact"
    keys: str = "as-sent"
    slashes: str = "plain"
    unicode: str = "plain"
    empty: str = "kept"
    numbers: str = "as-sent"
    html: bool | str = False
    empty_object: str = "{}"


@dataclass(frozen=True, slots=True)
class BodyText:
    """Which text of the body is signed: `style` None is the raw bytes."""

    style: JsonStyle | None = None
    base64: Base64Form = "none"


RAW = BodyText()


def body_bytes(body: bytes, form: BodyText) -> bytes:
    """Give the body's text in that form.

    Raises:
        UnreadableBody: when it must be parsed and is not JSON.
    """
    text = body if form.style is None else bytes_of_text(write_json(parse_json(body), form.style))
    if form.base64 == "none":
        return text
    return _ENCODERS[form.base64](text)


def _lines(data: bytes, end: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", end)


_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": base64.b64encode,
    "lines": base64.encodebytes,
    "lines-stripped": lambda data: base64.encodebytes(data).rstrip(b"\n"),
    "crlf-lines": lambda data: _lines(data, b"\r\n"),
    "mime": lambda data: _lines(data, b"\r\n").rstrip(b"\r\n"),
    "url": base64.urlsafe_b64encode,
    "url-unpadded": lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
}

_SEPARATORS = {
    "compact": (",", ":"),
    "spaced": (", ", ": "),
    "comma-spaced": (", ", ":"),
    "colon-spaced": (",", ": "),
}
SEPARATORS = (*_SEPARATORS, "indent-2", "indent-4")
EMPTIES = ("kept", "dropped", "blank-dropped", "null-dropped", "php")


def write_json(value: Any, style: JsonStyle) -> str:
    """Write a parsed value as JSON text; number texts are kept unless the style prints them anew."""
    return "".join(_pieces(value, style, 0))


def _pieces(value: Any, style: JsonStyle, depth: int) -> Sequence[str]:
    kind = type(value)
    if kind is Pairs:
        rows = _rows(value, style)
        colon = ": " if style.separators.startswith("indent") else _SEPARATORS[style.separators][1]
        items = [[_string(name, style), colon, *_pieces(item, style, depth + 1)] for name, item in rows]
        return _wrapped("{", items, "}", style, depth) if items else [style.empty_object]
    if kind is list:
        return _wrapped("[", [list(_pieces(item, style, depth + 1)) for item in value], "]", style, depth)
    return [_scalar(value, style)]


def _rows(pairs: Pairs, style: JsonStyle) -> list[tuple[str, Any]]:
    rows = [row for row in pairs if not _dropped(row[1], style.empty)]
    order = ORDERS[style.keys].run([name for name, _ in rows])
    return [rows[at] for at in order]


def _dropped(value: Any, rule: str) -> bool:
    if rule == "kept":
        return False
    if rule == "null-dropped":
        return value is None
    if rule == "blank-dropped":
        return value is None or value == ""
    empty = value is None or value == "" or value == []
    return empty or (rule == "php" and (value is False or value == "0"))


def _wrapped(opening: str, items: list[list[str]], closing: str, style: JsonStyle, depth: int) -> list[str]:
    if not items:
        return [opening, closing]
    if style.separators.startswith("indent"):
        step = " " * int(style.separators.rpartition("-")[2])
        between, first, last = ",\n" + step * (depth + 1), "\n" + step * (depth + 1), "\n" + step * depth
    else:
        between, first, last = _SEPARATORS[style.separators][0], "", ""
    out = [opening, first]
    for at, item in enumerate(items):
        if at:
            out.append(between)
        out.extend(item)
    return [*out, last, closing]


def _scalar(value: Any, style: JsonStyle) -> str:
    if type(value) is str:
        return _string(value, style)
    if type(value) is Number:
        return SCALARS[style.numbers].run.number(value)
    if value is MISSING:
        return "null"
    return {None: "null", True: "true", False: "false"}[value]


_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_GSON = {**_HTML, "=": "\\u003d", "'": "\\u0027"}
_DELETE = re.compile(r"(?<!\\)((?:\\\\)*)\\u007f")
_LONG_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})")


def _string(text: str, style: JsonStyle) -> str:
    done = encode_basestring(text) if style.unicode == "plain" else encode_basestring_ascii(text)
    if style.unicode == "escaped-upper":
        done = _LONG_ESCAPE.sub(lambda found: f"{found[1]}\\u{found[2].upper()}", done)
    if style.slashes == "escaped":
        # PHP, whose habit this is, leaves DEL as it is; json.dumps escapes it.
        done = _DELETE.sub(r"\1" + "\x7f", done).replace("/", "\\/")
    if style.html:
        for letter, escape in (_GSON if style.html == "gson" else _HTML).items():
            done = done.replace(letter, escape)
    return done
