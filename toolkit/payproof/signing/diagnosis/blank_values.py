"""Values that were still empty when they were signed, and filled in before the message went out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from payproof.signing.diagnosis.option import RARE, Option
from payproof.signing.fields import Pairs

Rows = Sequence[tuple[str, Any]]
MOST_FIELDS = 64


def blanked(rows: Rows, base: Callable[[Rows], Rows]) -> Iterator[Option]:
    """Give an option for each value, at the top or one level deeper, that may have been empty.

    Args:
        rows: The fields as taken, so that a recipe which drops empty values drops this one too.
        base: Leaves out what is not signed.
    """
    for path in islice(_filled(base(rows)), MOST_FIELDS):

        def run(rows: Rows, path: tuple[str, ...] = path) -> Rows:
            return base(_blank(rows, path))

        field = ".".join(path)
        says = f"the value of the field {field!r} empty when it was signed"
        change = f"fill {field!r} in before signing; sign the value that is sent"
        # Alone it is tried at once; beside others it is less likely than most.
        yield Option("text-edits", "value-empty", says, run, RARE, "", change)


def _filled(rows: Rows) -> Iterator[tuple[str, ...]]:
    for name, value in rows:
        if type(value) is Pairs:
            yield from ((name, inner) for inner, held in value if not _empty(held))
        elif not _empty(value):
            yield (name,)


def _empty(value: Any) -> bool:
    return value is None or value == "" or type(value) in (Pairs, list)


def _blank(rows: Rows, path: tuple[str, ...]) -> Rows:
    name, inner = path[0], path[1:]
    changed = Pairs()
    for key, value in rows:
        if key == name and (type(value) is Pairs) == bool(inner):
            value = _blank(value, inner) if inner else ""
        changed.append((key, value))
    return changed
