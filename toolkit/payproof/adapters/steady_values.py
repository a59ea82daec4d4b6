"""Generated values that follow from the seed alone.

Hypothesis also draws the constants of the modules loaded at that moment which are not installed ones. That
helps who tests those modules; a gateway does not know them, and a finding would not come back elsewhere: in
an installed payproof, in a test session, in the second run of one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def steady() -> Iterator[None]:
    """Draw no constants of loaded modules inside the block; outside, Hypothesis is as it was.

    It has no setting for that, so this goes by a name of its inside; a version without it is left alone.
    """
    from hypothesis.internal.conjecture import providers as inside

    found: Any = getattr(inside, "_get_local_constants", None)
    if found is None:
        yield
        return
    none = vars(inside)["Constants"]()
    _exchange(inside, lambda: none)
    try:
        yield
    finally:
        _exchange(inside, found)


def _exchange(inside: Any, constants: Any) -> None:
    inside._get_local_constants = constants
    inside.CONSTANTS_CACHE.cache.clear()
