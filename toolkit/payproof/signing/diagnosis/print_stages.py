"""Printing the values: rows -> texts, and how other languages print, nest, edit and escape them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from payproof.signing.diagnosis.early_escapes import USUAL
from payproof.signing.diagnosis.number_texts import grouped, number_text_options, whole
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage, kept, latest, ranked, same
from payproof.signing.dimensions import ALL_LEVELS
from payproof.signing.edits import EDITS
from payproof.signing.escapes import ESCAPES
from payproof.signing.fields import Pairs
from payproof.signing.nesting import BEYOND, Beyond, scalar_text
from payproof.signing.recipe import Recipe
from payproof.signing.scalars import SCALARS, ScalarStyle
from payproof.signing.stages import print_values

Rows = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Styled:
    """Rows and how their scalars are printed; two styles that print these rows alike are equal.

    Args:
        rows, style: What is printed, and how.
        printed: The texts of what is not text already.
    """

    rows: Rows
    style: ScalarStyle = field(compare=False)
    printed: tuple[str, ...] = ()


_BOOLEANS = {"true": "true", "false": "false"}


_SPECIAL = re.compile(r"[^A-Za-z0-9_.-]").search
"""What no escape leaves alone; a text without any needs none tried."""


def scalars_stage(recipe: Recipe) -> Stage:
    """Give the stage rows -> rows and the texts of what is no text in them."""
    right = recipe.style

    scalars = latest(_scalars)

    def with_style(style: ScalarStyle) -> Callable[[Rows], Styled]:
        return lambda rows: Styled(rows, style, tuple(scalar_text(one, style) for one in scalars(rows)))

    change = "print values as the gateway does; safest is to send every signed value as a string"
    table = [
        Option(
            "scalars", name, row.says, with_style(row.run), COMMON if at < 6 else PLAUSIBLE, row.habit, change
        )
        for at, (name, row) in enumerate(SCALARS.items())
        if row.run is not right
    ]
    mixed: dict[str, tuple[str, dict[str, Any]]] = {
        "null-as-text-null": ("null printed as the word null", {"null": "null"}),
        "null-as-text-none": ("null printed as the word None", {"null": "None"}),
        "null-as-text-NULL": ("null printed as the word NULL", {"null": "NULL"}),
        "bool-as-text": ("booleans printed as true and false", _BOOLEANS),
        "bool-as-text-capital": ("booleans printed as True and False", {"true": "True", "false": "False"}),
        "bool-as-digits": ("booleans printed as 1 and 0", {"true": "1", "false": "0"}),
        "whole-as-float": ("whole numbers printed with .0", {"number": _whole_as_float}),
        "two-decimals": ("numbers printed with two decimals", {"number": SCALARS["two-decimals"].run.number}),
        "two-decimals-grouped": (
            "numbers printed with two decimals and thousands separators",
            {"number": grouped},
        ),
        "java-numbers": (
            "numbers printed as Java prints doubles",
            {"number": SCALARS["java-double"].run.number},
        ),
        "whole-numbers": ("numbers cut to whole ones", {"number": whole}),
    }
    for name, (says, texts) in mixed.items():
        table.append(Option("scalars", name, says, with_style(replace(right, **texts)), COMMON, "", change))
    table = ranked(table)
    printed = with_style(right)
    listed = number_text_options(lambda change: lambda rows: printed(change(rows)), table)
    return Stage("scalars", printed, lambda rows: listed(rows, bool(scalars(rows))))


def _scalars(rows: Any) -> list[Any]:
    """Give each value at any depth that is not a text, once."""
    found: dict[tuple[type, Any], Any] = {}
    stack = [rows]
    while stack:
        for item in stack.pop():
            value = item[1] if type(item) is tuple else item
            if type(value) in (Pairs, list):
                stack.append(value)
            elif type(value) is not str:
                found[type(value), value] = value
    return list(found.values())


def _whole_as_float(lexeme: str) -> str:
    return f"{lexeme}.0" if lexeme.lstrip("-").isdigit() else str(lexeme)


# -- nesting: (rows, style) -> (names, texts)


def nesting_stage(recipe: Recipe) -> Stage:
    laid = latest(_laid)

    def print_with(changed: Recipe) -> Callable[[Any], Any]:
        def inside(name: str, item: Any, style: ScalarStyle) -> tuple[list[str], list[str]]:
            names: list[str] = []
            return names, print_values(changed, ((name, item),), names, style=style)

        again = kept(inside)

        def run(value: Any) -> Any:
            names: list[str] = []
            texts: list[str] = []
            for name, item, text in zip(*laid(value)[:3], strict=True):
                if text is None:
                    inner = again(name, item, value.style)
                    names += inner[0]
                    texts += inner[1]
                else:
                    names.append(name)
                    texts.append(text)
            return names, texts

        return run

    def one_text(beyond: Beyond) -> Callable[[Any], Any]:
        again = kept(beyond)

        def run(value: Styled) -> Any:
            names, items, texts, boxes = laid(value)
            texts = texts.copy()
            for at in boxes:
                texts[at] = again(items[at], value.style)
            return names, texts

        return run

    bare = recipe.with_(edits=(), escaping="none")
    change = "take the inner values of a nested field one by one" if recipe.depth else ""
    table = [
        Option(
            "nesting",
            name,
            row.says,
            print_with(bare.with_(depth=0, beyond=name)) if name == "left-out" else one_text(row.run),
            COMMON,
            row.habit,
            change,
        )
        for name, row in BEYOND.items()
        if name != "inner-values"
    ]
    if recipe.depth < ALL_LEVELS:
        table.append(
            Option(
                "nesting",
                "recursive",
                "nested fields opened at every level",
                print_with(bare.with_(depth=ALL_LEVELS)),
                PLAUSIBLE,
                "",
                change,
            )
        )
    if recipe.depth != 1:
        table.append(
            Option(
                "nesting",
                "one-level",
                "nested fields opened one level only",
                print_with(bare.with_(depth=1, beyond="php-array")),
                PLAUSIBLE,
            )
        )
    table = ranked(table)
    # Without containers there is nothing that nests.
    return Stage("nesting", print_with(bare), lambda value: table if laid(value)[3] else [])


_Laid = tuple[list[str], list[Any], list[str | None], list[int]]


def _laid(value: Styled) -> _Laid:
    """Give names, values and texts of the rows, and where containers stand: their texts are still to come."""
    style = value.style
    items = [item for _, item in value.rows]
    texts = [None if type(item) in (Pairs, list) else scalar_text(item, style) for item in items]
    boxes = [at for at, text in enumerate(texts) if text is None]
    return [name for name, _ in value.rows], items, texts, boxes


# -- value edits and escaping: (names, texts) -> (names, texts)


def edit_stage(recipe: Recipe) -> Stage:
    own = [EDITS[name].run.change for name in recipe.edits if EDITS[name].run.level == "value"]

    def base(value: Any) -> Any:
        names, texts = value
        for change in own:
            texts = [change(text) for text in texts]
        return names, texts

    def edit(change: Callable[[str], str]) -> Callable[[Any], Any]:
        return lambda value: (value[0], [change(text) for text in base(value)[1]])

    table = [
        Option(
            "text-edits",
            name,
            row.says,
            edit(row.run.change),
            COMMON if name == "trim-values" else PLAUSIBLE,
            row.habit,
            "sign each value exactly as it is sent",
        )
        for name, row in EDITS.items()
        if row.run.level == "value"
    ]
    table = ranked(table)
    return Stage("text-edits-of-values", base if own else same, lambda value: table)


def escape_stage(recipe: Recipe) -> Stage:
    own = ESCAPES[recipe.escaping].run
    special = latest(_special)

    def escape(change: Callable[[str], str]) -> Callable[[Any], Any]:
        # The same few values come by again and again.
        again = lru_cache(1024)(change)

        def run(value: Any) -> Any:
            names, texts = value
            texts = texts.copy()
            for at in special(value):
                texts[at] = again(texts[at])
            return names, texts

        return run

    table = [
        Option(
            "escaping",
            name,
            row.says,
            escape(row.run),
            COMMON if name in USUAL else PLAUSIBLE,
            row.habit,
            "sign each value without escaping it",
        )
        for name, row in ESCAPES.items()
        if name != recipe.escaping
    ]
    table = ranked(table)
    base: Callable[[Any], Any] = same if recipe.escaping == "none" else escape(own)

    def options(value: Any) -> list[Option]:
        return table if recipe.escaping != "none" or special(value) else []

    return Stage("escaping", base, options)


def _special(value: Any) -> list[int]:
    return [at for at, text in enumerate(value[1]) if _SPECIAL(text)]
