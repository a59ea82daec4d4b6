"""Finding personal data and secrets in free text by their looks."""

from __future__ import annotations

import re
from typing import NamedTuple

from payproof.cassettes.redaction.pseudonyms import luhn


class Span(NamedTuple):
    """What was found, and where."""

    start: int
    end: int
    kind: str


#: Bounded everywhere, and no part may follow itself, so that no text takes more than linear time.
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_UPI = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.-]{1,64}@[A-Za-z][A-Za-z0-9]{1,30}(?![\w.@-])")
_CARD = re.compile(r"(?<![\w.-])(?:[2-6]|8[12])(?:[ -]?\d){11,18}(?![\w-])")
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+\d{1,3}[ -]?\d{2,5}[ -]?\d{3,5}[ -]?\d{0,5}|(?:91[ -]?)?[6-9]\d{4}[ -]?\d{5})(?![\w-])"
)
_BEARER = re.compile(r"(?i:\b(?:bearer|basic)\s+)([\w.~+/=-]{8,4096})")
_JWT = re.compile(r"\beyJ[\w-]{5,4096}\.[\w-]{5,4096}\.[\w-]{0,4096}")


def spans(text: str) -> list[Span]:
    """Give what looks like an e-mail address, UPI id, card, phone number or token; none overlaps another."""
    found: list[Span] = []
    if "@" in text:
        found += [Span(*match.span(), "email") for match in _EMAIL.finditer(text)]
        found += [Span(*match.span(), "upi") for match in _UPI.finditer(text)]
    found += [Span(*match.span(), "card") for match in _CARD.finditer(text) if _is_card(match[0])]
    found += [Span(*match.span(), "phone") for match in _PHONE.finditer(text)]
    found += [Span(*match.span(1), "secret") for match in _BEARER.finditer(text)]
    found += [Span(*match.span(), "secret") for match in _JWT.finditer(text)]
    return _apart(found)


def looks_like(text: str) -> str:
    """Give the kind of a text that is such a thing as a whole, else `shape`."""
    found = spans(text)
    return found[0].kind if found and (found[0].start, found[0].end) == (0, len(text)) else "shape"


def cards(text: str) -> list[str]:
    """Give the digits of each card number in a text."""
    return [_digits(match[0]) for match in _CARD.finditer(text) if _is_card(match[0])]


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return digits.isascii() and luhn(digits)


def _apart(found: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
