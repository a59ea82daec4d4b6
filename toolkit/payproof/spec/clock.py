"""Moments as the texts that APIs want: PHP's date letters, or ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from payproof.errors import SpecError

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ZONE = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
#: PHP's date letters; English names, whatever the machine's language.
_LETTERS: dict[str, Callable[[datetime], str]] = {
    "d": lambda at: f"{at.day:02d}",
    "j": lambda at: str(at.day),
    "D": lambda at: _DAYS[at.weekday()][:3],
    "l": lambda at: _DAYS[at.weekday()],
    "N": lambda at: str(at.isoweekday()),
    "m": lambda at: f"{at.month:02d}",
    "n": lambda at: str(at.month),
    "M": lambda at: _MONTHS[at.month - 1][:3],
    "F": lambda at: _MONTHS[at.month - 1],
    "Y": lambda at: f"{at.year:04d}",
    "y": lambda at: f"{at.year % 100:02d}",
    "H": lambda at: f"{at.hour:02d}",
    "G": lambda at: str(at.hour),
    "h": lambda at: f"{at.hour % 12 or 12:02d}",
    "g": lambda at: str(at.hour % 12 or 12),
    "A": lambda at: "AM" if at.hour < 12 else "PM",
    "a": lambda at: "am" if at.hour < 12 else "pm",
    "i": lambda at: f"{at.minute:02d}",
    "s": lambda at: f"{at.second:02d}",
    "v": lambda at: f"{at.microsecond // 1000:03d}",
    "u": lambda at: f"{at.microsecond:06d}",
    "U": lambda at: str(int(at.timestamp() // 1)),
    "P": lambda at: at.isoformat()[-6:],
    "O": lambda at: at.isoformat()[-6:].replace(":", ""),
    "c": lambda at: at.isoformat(timespec="seconds"),
}


def php_date(pattern: str, at_s: float, *, zone: str = "Z") -> str:
    """Give a moment in PHP's date letters, such as `d-m-Y H:i:s`; a backslash keeps the next character.

    Args:
        pattern: The letters.
        at_s: Seconds since the epoch.
        zone: `Z`, or an offset such as `+05:30`.

    Raises:
        SpecError: The zone, a letter or the moment is none.
    """
    at = _moment(at_s, zone)
    made, letters = [], iter(pattern)
    for letter in letters:
        if letter == "\\":
            made.append(next(letters, ""))
        elif letter.isascii() and letter.isalpha():
            made.append(_letter(letter)(at))
        else:
            made.append(letter)
    return "".join(made)


def iso_8601(at_s: float, *, zone: str = "Z") -> str:
    """Give a moment as ISO 8601 in whole seconds, with `Z` or the zone's offset.

    Args:
        at_s: Seconds since the epoch.
        zone: `Z`, or an offset such as `+05:30`.

    Raises:
        SpecError: The zone or the moment is none.
    """
    text = _moment(at_s, zone).isoformat(timespec="seconds")
    return f"{text[:-6]}Z" if zone == "Z" else text


def clock_value(rule: Mapping[str, Any], now_s: float) -> str:
    """Give the text that an `x-clock` asks for.

    Args:
        rule: `offset_s` from now, `format` in PHP's letters (ISO 8601 without it) and `zone`.
        now_s: Seconds since the epoch.

    Raises:
        SpecError: The rule cannot be followed.
    """
    offset, pattern, zone = rule.get("offset_s", 0), rule.get("format"), str(rule.get("zone", "Z"))
    if not isinstance(offset, int | float) or isinstance(offset, bool):
        raise SpecError("offset_s is no number", where="x-clock", hint="write seconds from now")
    if pattern is None:
        return iso_8601(now_s + offset, zone=zone)
    return php_date(str(pattern), now_s + offset, zone=zone)


def _letter(letter: str) -> Callable[[datetime], str]:
    if letter not in _LETTERS:
        known = " ".join(_LETTERS)
        raise SpecError(
            f"{letter!r} is no date letter here", where="x-clock", hint=f"use {known}, or \\{letter}"
        )
    return _LETTERS[letter]


def _moment(at_s: float, zone: str) -> datetime:
    try:
        return datetime.fromtimestamp(at_s, _zone(zone))
    except (OverflowError, ValueError, OSError):
        raise SpecError("this moment is out of range", where="x-clock", hint="use a smaller offset") from None


def _zone(zone: str) -> tzinfo:
    if zone in ("Z", "UTC"):
        return UTC
    found = _ZONE.fullmatch(zone)
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        raise SpecError(
            f"{zone[:20]!r} is no zone", where="x-clock", hint="write Z or an offset such as +05:30"
        )
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset)
