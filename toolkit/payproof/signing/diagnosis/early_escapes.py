"""Escapes that are made before values are printed: rows -> rows, so that containers stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage, ranked, same
from payproof.signing.escapes import ESCAPES
from payproof.signing.fields import Pairs
from payproof.signing.recipe import Recipe

Rows = Sequence[tuple[str, Any]]

USUAL = {
    "percent",
    "percent-slash",
    "percent-plus",
    "percent-component",
    "percent-php",
    "html",
    "json",
    "json-slashes",
}
"""What people do; `percent-slash` is what Python's quote does when nothing is said."""

QUOTING: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    (
        "json-string",
        "each text value as a quoted JSON string",
        lambda text: json.dumps(text, ensure_ascii=False),
    ),
    ("json-string-ascii", "each text value as a quoted JSON string with \\u escapes", json.dumps),
    (
        "json-string-php",
        "each text value as json_encode writes it",
        lambda text: json.dumps(text).replace("/", "\\/"),
    ),
)


def early_escape_stage(recipe: Recipe) -> Stage:
    """Give the stage at which text values may be quoted or escaped while other values are yet unprinted."""
    change = "sign each value without escaping it"
    quotes = [
        Option("escaping", choice, says, _quoted(write), COMMON, "JSON.stringify and json_encode", change)
        for choice, says, write in QUOTING
    ]
    escapes = [
        Option(
            "escaping",
            name,
            row.says,
            _escaped(row.run),
            COMMON if name in USUAL else PLAUSIBLE,
            row.habit,
            change,
        )
        for name, row in ESCAPES.items()
        if name != recipe.escaping
    ]
    table, whole = ranked(quotes), ranked([*quotes, *escapes])

    def options(rows: Rows) -> list[Option]:
        # Where containers are printed as one text, an escape may reach the values beside them only.
        return whole if any(type(value) in (Pairs, list) for _, value in rows) else table

    return Stage("early-escapes", same, options)


def _quoted(write: Callable[[str], str]) -> Callable[[Rows], Rows]:
    """Write text values as JSON strings, quotes included, other values as they are printed anyway."""
    # The same few values come by again and again.
    kept = lru_cache(1024)(write)

    def quote(value: Any) -> Any:
        if type(value) is str:
            return kept(value)
        if type(value) is Pairs:
            return Pairs((name, quote(item)) for name, item in value)
        return [quote(item) for item in value] if type(value) is list else value

    return lambda rows: [(name, quote(value)) for name, value in rows]


def _escaped(escape: Callable[[str], str]) -> Callable[[Rows], Rows]:
    """Escape the text values that stand at the top level."""
    kept = lru_cache(1024)(escape)
    return lambda rows: [(name, kept(value) if type(value) is str else value) for name, value in rows]
