"""The operation of a request whose target is plain: one pattern for all paths of a method.

A target with escapes, a query or anything else unusual is left to `matching`, which is slower and knows
all of them; a test holds both to the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from payproof.spec.document import Spec
from payproof.spec.matching import Route, routes_of
from payproof.spec.records import Operation

_ORIGIN = r"(?:[A-Za-z][A-Za-z0-9+.-]{0,20}://[A-Za-z0-9.:-]*)?"
_SEGMENT = r"[A-Za-z0-9_.~-]+"

Finder = Callable[[str, str], Operation | None]


def plain_finder(spec: Spec) -> Finder:
    """Give what finds the operation of a method and a target; None says nothing about the request."""
    tables = {method: _table(rows) for method, rows in _by_method(spec).items()}

    def find(method: str, target: str) -> Operation | None:
        table = tables.get(method)
        if table is None:
            return None
        fits, operations = table
        found = fits(target)
        return operations[found.lastindex - 1] if found and found.lastindex else None

    return find


def _by_method(spec: Spec) -> dict[str, list[Route]]:
    made: dict[str, list[Route]] = {}
    # The routes with more segments first, as a slash at the end counts as a segment before it is ignored.
    for (method, _), rows in sorted(routes_of(spec).items(), key=lambda row: -row[0][1]):
        made.setdefault(method, []).extend(rows)
    mixed = {
        key
        for key, rows in made.items()
        if any(part and type(part) is not str for row in rows for part in row.parts)
    }
    return {method: rows for method, rows in made.items() if method not in mixed}


def _table(rows: list[Route]) -> tuple[Callable[[str], re.Match[str] | None], list[Operation]]:
    # An empty group after each way says which one it was.
    ways = "|".join(f"{_pattern(row)}()" for row in rows)
    return re.compile(f"{_ORIGIN}(?:{ways})").fullmatch, [row.operation for row in rows]


def _pattern(row: Route) -> str:
    path = "".join("/" + (_SEGMENT if part is None else re.escape(str(part))) for part in row.parts)
    return path if path.endswith("/") else f"{path}/?"
