"""Where a life cycle finds its values in a body: JSON pointers with a few additions.

    /data/status                                 from the object that is being read
    ^/data/pre_auth                              from the root of the body, inside an `each`
    /data/refunds/*/order_amount/value           every item of an array
    /data/payments/*[status=PROCESSED]/amount    the items whose field has that text
    header:webhook-id                            a header of the message

Several pointers stand in a list; the first that finds anything counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_FILTER = re.compile(r"\*\[([^=\]]+)=([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Body:
    """What pointers are read from: one object, the body that holds it, and the headers beside it."""

    item: Any
    root: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def find(pointers: Iterable[str], body: Body) -> list[Any]:
    """Give what the first pointer that finds anything finds; nulls are not found."""
    for pointer in pointers:
        if pointer.startswith("header:"):
            value = body.headers.get(pointer[len("header:") :].lower())
            values = [] if value is None else [value]
        elif pointer.startswith("^"):
            values = list(_walk(_steps(pointer[1:]), body.root))
        else:
            values = list(_walk(_steps(pointer), body.item))
        if values := [value for value in values if value is not None]:
            return values
    return []


def first(pointers: Iterable[str], body: Body) -> Any:
    """Give the first value found, or None."""
    return next(iter(find(pointers, body)), None)


@lru_cache(maxsize=1024)
def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _walk(steps: tuple[str, ...], value: Any) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(value, Mapping):
        if step in value:
            yield from _walk(rest, value[step])
    elif isinstance(value, list):
        for item in _items(step, value):
            yield from _walk(rest, item)


def _items(step: str, items: list[Any]) -> Iterator[Any]:
    if step == "*":
        yield from items
    elif match := _FILTER.fullmatch(step):
        name, wanted = match.groups()
        yield from (item for item in items if isinstance(item, Mapping) and str(item.get(name)) == wanted)
    elif step.isascii() and step.isdigit() and len(step) < 10 and int(step) < len(items):
        yield items[int(step)]
