"""Values as records carry them: times, amounts, facts and JSON text; nothing here raises on foreign data."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from payproof.errors import UnreadableInput

_MAX_LINE = 8_000_000


def seconds(value: Any) -> float | None:
    """Give a time as seconds since the epoch: from ISO 8601 text, seconds or milliseconds; or None."""
    if isinstance(value, str) and (number := _number(value)) is not None:
        value = number
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _epoch(value)
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


def _epoch(value: int | float | Decimal) -> float | None:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    if not math.isfinite(number) or not 0 < number < 1e14:
        return None
    # Seconds reach this size in the year 5138; such a number is in milliseconds.
    return number / 1000 if number > 1e11 else number


def amount(value: Any, unit: str) -> Decimal | None:
    """Give an amount as a number; None when it is none of that unit (`minor`: integers, or `decimal`)."""
    if isinstance(value, bool):
        return None
    if unit == "minor":
        return Decimal(value) if isinstance(value, int) else None
    return _number(str(value)) if isinstance(value, int | float | Decimal | str) else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip()) if len(text) <= 40 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) <= 20 else None


def fact(value: Any) -> Any:
    """Give a fact, the texts `true` and `false` read as booleans: documented samples send them so."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def parse(line: str | bytes, where: str) -> Any:
    """Give one line of JSON, numbers exact; raises UnreadableInput naming `where`."""
    try:
        if len(line) > _MAX_LINE:
            raise ValueError("the line is longer than 8 MB")
        return json.loads(line, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as broken:
        raise UnreadableInput(
            f"this line is not JSON: {str(broken)[:120]}", where=where, hint="write one JSON object per line"
        ) from None


def parse_quietly(body: str | bytes) -> Any:
    """Give a body that is JSON, or None."""
    try:
        return parse(body, "")
    except UnreadableInput:
        return None


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")
