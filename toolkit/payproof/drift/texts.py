"""Kinds of text: what a value looks like, without the value.

A shape must not keep what people wrote, and cannot keep every text. So each text is filed under a kind: a
known layout (a date, a hash, an address), else a mask in which letters and digits are replaced.
"""

from __future__ import annotations

import re

_TIME = r"[0-2]\d:[0-5]\d:[0-5]\d"
#: Layouts of moments with a text of each, in the order in which they are tried.
DATES: dict[str, tuple[re.Pattern[str], str]] = {
    name: (re.compile(pattern, re.ASCII), sample)
    for name, pattern, sample in (
        ("iso-utc", rf"\d{{4}}-[01]\d-[0-3]\dT{_TIME}(?:\.\d{{1,9}})?Z", "2031-10-27T18:30:05Z"),
        (
            "iso-offset",
            rf"\d{{4}}-[01]\d-[0-3]\dT{_TIME}(?:\.\d{{1,9}})?[+-]\d\d:?\d\d",
            "2031-10-27T18:30:05+05:30",
        ),
        ("iso-local", rf"\d{{4}}-[01]\d-[0-3]\dT{_TIME}(?:\.\d{{1,9}})?", "2031-10-27T18:30:05"),
        ("year-first-time", rf"\d{{4}}-[01]\d-[0-3]\d {_TIME}", "2031-10-27 18:30:05"),
        ("year-first", r"\d{4}-[01]\d-[0-3]\d", "2031-10-27"),
        ("day-first-time", rf"[0-3]\d-[01]\d-\d{{4}} {_TIME}", "27-10-2031 18:30:05"),
        ("day-first", r"[0-3]\d-[01]\d-\d{4}", "27-10-2031"),
        ("slashed-time-12h", rf"[0-3]\d/[01]\d/\d{{4}} {_TIME} [AP]M", "10/11/2031 10:30:05 AM"),
        ("slashed-time", rf"[0-3]\d/[01]\d/\d{{4}} {_TIME}", "10/11/2031 18:30:05"),
        ("slashed", r"[0-3]\d/[01]\d/\d{4}", "10/11/2031"),
        (
            "http-date",
            rf"[A-Z][a-z]{{2}}, \d\d [A-Z][a-z]{{2}} \d{{4}} {_TIME} GMT",
            "Mon, 27 Oct 2031 18:30:05 GMT",
        ),
    )
}
#: Digits may be a moment, a telephone number or an id, so they say so only beside a promise of a date.
EPOCHS = {"digits-10": "1950899405", "digits-13": "1950899405000"}
_OTHERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("url", re.compile(r"https?://\S+")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("number", re.compile(r"-?\d+\.\d+", re.ASCII)),
)
_HEX = re.compile(r"(?:[0-9a-f]+|[0-9A-F]+)")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_RUNS = re.compile(r"[^\W\d_]+")
_LONGEST = 4096


def kind_of(text: str) -> str:
    """Give the kind of a text; never part of the text itself beyond its punctuation."""
    if not text:
        return "empty"
    if text.isascii() and text.isdigit():
        return f"digits-{len(text)}" if len(text) < 32 else _hex(text)
    short = text[:_LONGEST]
    for name, (pattern, _) in DATES.items():
        if pattern.fullmatch(short):
            return name
    for name, other in _OTHERS:
        if other.fullmatch(short):
            return name
    if len(text) >= 16 and _HEX.fullmatch(short):
        return _hex(text)
    if _BASE64.fullmatch(short) and any(one.isdigit() for one in short):
        return "base64-like"
    return _mask(short)


def _hex(text: str) -> str:
    return f"hex-{len(text)}{'-upper' if text.upper() == text and not text.isdigit() else ''}"


def _mask(text: str) -> str:
    masked = _RUNS.sub("a", re.sub(r"\d", "9", text[:200]))
    return f"like {re.sub('9{6,}', '9+', masked)[:40]}"


def is_date(kind: str) -> bool:
    """Say whether a kind is a layout of moments beyond doubt."""
    return kind in DATES


def dates_fitting(patterns: list[str]) -> frozenset[str]:
    """Give the layouts of moments whose sample keeps every pattern; epochs in digits included."""
    samples = {**{name: sample for name, (_, sample) in DATES.items()}, **EPOCHS}
    return frozenset(name for name, text in samples.items() if all(fits(one, text) for one in patterns))


def fits(pattern: str, text: str) -> bool:
    """Say whether a text keeps a JSON Schema pattern; a pattern that cannot be read forbids nothing."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True
