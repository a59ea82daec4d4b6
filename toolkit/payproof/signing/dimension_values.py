"""What every reader of a dimension begins with: the value without its notes, and a refusal in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from payproof.errors import SpecError

T = TypeVar("T")


def understood(reader: Callable[[Any, str], T], value: Any, where: str) -> T:
    """Read one value; one of a type that its reader never meant is refused in words, too."""
    try:
        return reader(value, where)
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise not_understood(value, where, "write it as the vocabulary's schema says") from None


def plain_choice(value: Any) -> Any:
    """Drop the `x-` notes of a mapping, and unwrap one that only holds a single choice."""
    if not isinstance(value, Mapping):
        return value
    kept = {key: item for key, item in value.items() if not str(key).startswith("x-")}
    if len(kept) == 1 and (alone := next(iter(kept))) in ("choice", "preset", "by", "is", "value"):
        return kept[alone]
    return kept


def not_understood(value: Any, where: str, hint: str) -> SpecError:
    return SpecError(f"{value!r} is not understood", where=where, hint=hint)
