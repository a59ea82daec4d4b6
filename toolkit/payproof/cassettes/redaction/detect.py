"""Finding personal data and secrets in free text by their looks, and by the names that stand before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from payproof.cassettes.redaction.digits import cards_in, phones_in
from payproof.cassettes.redaction.marks import by_name


class Span(NamedTuple):
    """What was found, and where."""

    start: int
    end: int
    kind: str


#: Bounded everywhere, and no part may follow itself, so that no text takes more than linear time.
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_UPI = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.-]{1,64}@[A-Za-z][A-Za-z0-9]{1,30}(?![\w@-]|\.\w)")
_ABROAD = re.compile(r"(?<![\w.-])\+\d{1,3}(?:[ \u00a0().-]{0,3}\d){7,12}(?!\w)")
_BEARER = re.compile(r"(?i:\b(?:bearer|basic)\s+)([\w.~+/=-]{8,4096})")
_JWT = re.compile(r"\beyJ[\w-]{5,4096}\.[\w-]{5,4096}\.[\w-]{0,4096}")
_USER = re.compile(r"://([^\s/?#@:]{1,256}:[^\s/?#@]{1,256})@")
#: A pair as in a query, a form or a log line; what it says is told by its name.
_PAIR = re.compile(r"(?<![\w.-])([A-Za-z][\w.\[\]-]{0,63})=([^\s&#\"'<>;,]{1,4096})")
_NO_VALUES = frozenset({"true", "false", "null", "none", "yes", "no", "0", "1"})


def spans(text: str) -> list[Span]:
    """Give what looks like an e-mail address, UPI id, card, phone number or token; none overlaps another.

    What is found is blanked for the search after it: a number must not be taken for part of its neighbour.
    """
    found: list[Span] = []
    for needed, search in _SEARCHES:
        if needed in text:
            new = list(search(text))
            found += new
            text = _blanked(text, new)
    return sorted(found)


def holds_nothing(text: str) -> bool:
    """Say whether a value under the name of something secret or personal says only whether it is there."""
    return text.lower() in _NO_VALUES


def _pairs(text: str) -> Iterable[Span]:
    for match in _PAIR.finditer(text):
        kind = by_name(match[1])
        if kind and not holds_nothing(match[2]):
            yield Span(*match.span(2), kind)


def _matches(pattern: re.Pattern[str], kind: str) -> Callable[[str], Iterable[Span]]:
    return lambda text: (Span(*match.span(pattern.groups), kind) for match in pattern.finditer(text))


#: In the order in which they claim their part of a text, each with what has to stand in it.
_SEARCHES: tuple[tuple[str, Callable[[str], Iterable[Span]]], ...] = (
    ("", _matches(_BEARER, "secret")),
    ("eyJ", _matches(_JWT, "secret")),
    ("://", _matches(_USER, "secret")),
    ("=", _pairs),
    ("@", _matches(_EMAIL, "email")),
    ("@", _matches(_UPI, "upi")),
    ("", lambda text: (Span(row.start, row.end, "card") for row in cards_in(text))),
    ("+", _matches(_ABROAD, "phone")),
    ("", lambda text: (Span(row.start, row.end, "phone") for row in phones_in(text))),
)


def _blanked(text: str, found: list[Span]) -> str:
    pieces, at = [], 0
    for start, end, _ in found:
        pieces += [text[at:start], "\0" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def looks_like(text: str) -> str:
    """Give the kind of a text that is such a thing as a whole, else `shape`."""
    found = spans(text)
    return found[0].kind if found and (found[0].start, found[0].end) == (0, len(text)) else "shape"


def cards(text: str) -> list[str]:
    """Give the digits of each card number in a text."""
    return [row.digits for row in cards_in(text)]
