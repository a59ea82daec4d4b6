"""Values as callers send them, read leniently: the documents leave open how a form writes a boolean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

_TRUE = {"1", "true"}
_LARGEST = Decimal(10) ** 15


def flag(value: Any) -> bool:
    """Give a boolean sent as one, as a number or as a form's text; anything else counts as false."""
    if isinstance(value, Decimal):
        return value != 0
    return value.strip().lower() in _TRUE if isinstance(value, str) else value is True


def amount(value: Any, *, places: int = 2) -> Decimal | None:
    """Give a positive or zero amount of at most that many places, None for anything else."""
    if isinstance(value, str):
        if not value.isascii() or len(value) > 40 or not value.replace(".", "", 1).isdigit():
            return None
        try:
            value = Decimal(value)
        except InvalidOperation:
            return None
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= _LARGEST:
        return None
    return value if value.is_zero() or value == value.quantize(Decimal(1).scaleb(-places)) else None


def text(value: Any) -> str:
    """Give a text, empty for anything that is none."""
    return value if isinstance(value, str) else ""


def whole(value: Any, default: int) -> int:
    """Give a whole number sent as one or as ASCII digits, the default for anything else."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < _LARGEST and value == int(value):
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return default


def last_wins(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Give parameters by name, the last of a repeated one."""
    return dict(pairs)
