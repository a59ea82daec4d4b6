"""What came over the wire, as fields: key order, number lexemes and duplicate keys kept.

A signature covers texts, so a parser that turns `10.50` into a float or drops a repeated key has
already lost what was signed. Objects are `Pairs`, numbers are `Number` (the text as sent). A reader that
refuses repeated names gets objects as plain dicts: nothing can be lost in them, and they are quicker made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from payproof.model import Message


class Pairs(list[tuple[str, Any]]):
    """A JSON object or a form: name-value pairs in the order sent, duplicates kept."""

    __slots__ = ()


class Number(str):
    """A JSON number as its text was sent."""

    __slots__ = ()


class Missing:
    """The value of a part that the message lacks, where a recipe names it and goes on without."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class UnreadableBody(ValueError):
    """The bytes are not what the recipe reads; the text says why and shows none of them."""


class DuplicateKeys(UnreadableBody):
    """An object or form repeats a name, and the reader asked for none to."""


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise DuplicateKeys(f"the key {duplicate_names(Pairs(pairs))[0][:40]!r} stands twice in one object")
    return names


def as_pairs(value: Any) -> Any:
    """Give a value read without repeated names with its objects as Pairs, at every depth."""
    if type(value) is dict:
        return Pairs([(name, as_pairs(item)) for name, item in value.items()])
    return [as_pairs(item) for item in value] if type(value) is list else value


def _scanner(hook: Callable[[list[tuple[str, Any]]], Any]) -> Callable[[str, int], tuple[Any, int]]:
    decoder: Any = json.JSONDecoder(
        object_pairs_hook=hook, parse_float=Number, parse_int=Number, parse_constant=_no_constant
    )
    scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once
    return scan


scan_once = _scanner(Pairs)
_scan_unrepeated = _scanner(_unrepeated)
_SPACE = re.compile(r"[ \t\n\r]*")


def skip_space(text: str, at: int = 0) -> int:
    """Give the place of the first character that is not JSON white space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def parse_json(body: bytes | str, *, unrepeated: bool = False) -> Any:
    """Read JSON into Pairs (dict when `unrepeated`), list, str, Number, True, False and None.

    Raises:
        UnreadableBody: for anything that is not one JSON value in UTF-8.
        DuplicateKeys: when `unrepeated` is asked for and an object at any depth repeats a key.
    """
    scan = _scan_unrepeated if unrepeated else scan_once
    try:
        text = body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError as error:
        raise UnreadableBody(f"the body is not UTF-8 (byte {error.start})") from None
    try:
        start = 0 if text[:1] in "{[" else skip_space(text)
        value, end = scan(text, start)
        if end != len(text) and skip_space(text, end) != len(text):
            raise UnreadableBody(f"the body goes on after its JSON value (character {end})")
    except StopIteration as stop:
        raise UnreadableBody(f"the body is not JSON (character {stop.value})") from None
    except RecursionError:
        raise UnreadableBody("the body is nested too deeply to be read") from None
    except UnreadableBody:
        raise
    except ValueError as error:
        raise UnreadableBody(f"the body is not JSON ({_what_and_where(error)})") from None
    return value


def _what_and_where(error: ValueError) -> str:
    """Give a decoder's complaint without the document it quotes."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno} column {error.colno}"
    return str(error).split(":", 1)[0]


def duplicate_names(pairs: Pairs) -> tuple[str, ...]:
    """Name the keys that stand more than once in one object."""
    seen: set[str] = set()
    twice: list[str] = []
    for name, _ in pairs:
        if name in seen and name not in twice:
            twice.append(name)
        seen.add(name)
    return tuple(twice)


def text_of_bytes(raw: bytes) -> str:
    """Decode UTF-8, keeping bytes that are not UTF-8 so that `bytes_of_text` gives them back."""
    return raw.decode("utf-8", "surrogateescape")


def bytes_of_text(text: str) -> bytes:
    """Encode as UTF-8; kept raw bytes come back as they were, lone surrogates as their three bytes."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = b""
    # JSON's \udcc3\udca9 are no kept bytes: taken for some, they would sign like the letter \u00e9.
    return raw if raw and text_of_bytes(raw) == text else text.encode("utf-8", "surrogatepass")


def percent_decoded(text: str) -> str:
    """Decode percent escapes once; bytes that are not UTF-8 are kept, escaped or not."""
    return text_of_bytes(unquote_to_bytes(bytes_of_text(text)))


def decode_component(text: str) -> str:
    """Percent-decode one form component, `+` as a space; a broken escape stays as it is."""
    return percent_decoded(text.replace("+", " "))


def parse_form(text: str | bytes, *, decode: bool = True, unrepeated: bool = False) -> Any:
    """Read `a=1&b=2` into Pairs in order (dict when `unrepeated`); names without `=` get an empty value.

    Raises:
        DuplicateKeys: when `unrepeated` is asked for and a name stands twice.
    """
    plain = text_of_bytes(text) if isinstance(text, bytes) else text
    pairs = Pairs()
    for piece in plain.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((decode_component(name), decode_component(value)) if decode else (name, value))
    return _unrepeated(pairs) if unrepeated else pairs


def query_of(target: str) -> str:
    """Give the query of a raw target or absolute URL, without `?` and fragment."""
    return target.partition("#")[0].partition("?")[2]


def find(pairs: Any, name: str) -> Any:
    """Give the last value of that name in an object, as PHP and JavaScript parsers do, or MISSING."""
    if type(pairs) is dict:
        return pairs.get(name, MISSING)
    if type(pairs) is Pairs:
        for key, value in reversed(pairs):
            if key == name:
                return value
    return MISSING


@lru_cache(256)
def pointer_names(pointer: str) -> tuple[str, ...]:
    """Give the names along a JSON pointer."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def at_pointer(value: Any, pointer: str) -> Any:
    """Follow a JSON pointer through Pairs and lists; MISSING where it leads nowhere."""
    for name in pointer_names(pointer):
        if type(value) is dict or type(value) is Pairs:
            value = find(value, name)
        elif type(value) is list and name.isdigit() and len(name) < 9 and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def carries_form(message: Message) -> bool:
    """Say whether the body is a form: its type says so, and it does not start as JSON does."""
    return message.body[:1] not in (b"{", b"[") and message.media_type == "application/x-www-form-urlencoded"


def body_fields(message: Message, *, decode: bool = True, unrepeated: bool = False) -> Any:
    """Read the body by its content type: a form when it says so, JSON otherwise.

    Raises:
        UnreadableBody: when it is neither.
        DuplicateKeys: as `parse_json` does.
    """
    if carries_form(message):
        return parse_form(message.body, decode=decode, unrepeated=unrepeated)
    return parse_json(message.body, unrepeated=unrepeated)
