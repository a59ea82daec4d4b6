"""Every defect that a gateway's sandbox can have, by name: hand-written, general, and made from the spec."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from payproof.errors import UsageError
from payproof.simulator import common_defects, planted
from payproof.simulator.defects import Defect, registered
from payproof.spec import Spec

__all__ = ["chosen", "generated", "rows"]
# Importing it is what registers the general ones.
GENERAL = common_defects.__name__


def rows(gateway: str) -> list[Defect]:
    """Give the hand-written defects of a gateway, its own first."""
    return registered(gateway)


def generated(spec: Spec) -> list[Defect]:
    """Give a defect for every documented constraint and every way to break it."""
    return list(planted.every(spec))


def chosen(names: Iterable[str | Defect], spec: Spec) -> tuple[Defect, ...]:
    """Give the defects of those names for a spec's gateway; rows pass as they are.

    Raises:
        UsageError: for an unknown name, with the nearest ones.
    """
    known = {row.name: row for row in reversed(rows(spec.name))}
    picked = []
    for name in names:
        row = name if isinstance(name, Defect) else known.get(name) or planted.find(spec, name)
        if row is None:
            raise _unknown(str(name), [*known, *(one.name for one in planted.every(spec))])
        picked.append(row)
    return tuple(picked)


def _unknown(name: str, known: list[str]) -> UsageError:
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "`payproof defects GATEWAY` lists them"
    return UsageError(f"there is no defect {name!r}", where="--defect", hint=hint)
