"""Joining the pieces: names and texts -> pieces -> text, and how they are joined by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, RARE, Option, Stage, ranked
from payproof.signing.recipe import Join, Recipe
from payproof.signing.stages import pieces_of

SEPARATORS = (
    "|",
    "",
    ",",
    "&",
    ";",
    ":",
    " ",
    "\n",
    "-",
    ".",
    "~",
    "||",
    "::",
    "#",
    "^",
    "+",
    "_",
    "/",
    "\t",
    ", ",
)


def advice(recipe: Recipe) -> str:
    """Say how the pieces are joined by right."""
    what = {"values": "the values alone", "pairs": f"name{recipe.pair}value"}.get(
        str(recipe.parts), "the pieces"
    )
    join = recipe.join
    if join.after:
        end = f" and {join.end!r} at the end" if join.end else ""
        return f"sign {what}, with {join.after!r} after each{end}"
    return f"sign {what}, " + (
        f"with {join.between!r} between them" if join.between else "with nothing between them"
    )


def parts_stage(recipe: Recipe) -> Stage:
    """Give the stage that makes one piece of each name and text."""

    def pieces(changed: Recipe) -> Callable[[Any], Any]:
        return lambda value: list(pieces_of(changed, *value))

    def as_query(value: Any) -> str:
        return "&".join(pieces_of(recipe.with_(parts="pairs", pair="="), *value))

    table = [
        Option("parts", name, says, pieces(recipe.with_(**changes)), rank, "", advice(recipe))
        for name, says, changes, rank in _parts(recipe)
    ]
    if recipe.parts == "values":
        says = "name=value joined by & as in a query"
        table.append(
            Option(
                "parts",
                "pairs-as-query",
                says,
                as_query,
                COMMON,
                "http_build_query",
                advice(recipe),
                "text-edits",
            )
        )
    table = ranked(table)
    return Stage("parts", pieces(recipe), lambda value: table)


def _parts(recipe: Recipe) -> Iterator[tuple[str, str, dict[str, Any], int]]:
    yield "names-and-values", "each name before its value", {"parts": "names-and-values"}, COMMON
    if recipe.parts != "values":
        yield "values", "the values alone in place of name=value", {"parts": "values"}, COMMON
    for pair in ("=", ":", "", "=>", " = ", ": ", "|", "~", "-"):
        if recipe.parts == "values":
            rank = COMMON if pair == "=" else PLAUSIBLE
            yield (
                "pairs",
                f"name{pair}value in place of the values alone",
                {"parts": "pairs", "pair": pair},
                rank,
            )
        elif pair != recipe.pair:
            rank = COMMON if pair in (":", "") else PLAUSIBLE
            yield "other-pair-separator", f"{pair!r} between name and value", {"pair": pair}, rank


def join_stage(recipe: Recipe) -> Stage:
    """Give the stage that joins the pieces into one text."""
    rows = _after(recipe.join) if recipe.join.after else _between(recipe.join)
    table = [
        Option("join", name, says, _joined(join), rank, "", advice(recipe)) for name, says, join, rank in rows
    ]
    table = ranked(table)
    return Stage("join", _joined(recipe.join), lambda pieces: table)


def _joined(join: Join) -> Callable[[Any], Any]:
    """Do what `stages.join_text` does without edits; the search does it more often than anything else."""
    after, between, end = join.after, join.between, join.end
    if after:
        last = after + end
        return lambda pieces: after.join(pieces) + last if pieces else end
    return lambda pieces: between.join(pieces) + end


Row = tuple[str, str, Join, int]


def _after(join: Join) -> Iterator[Row]:
    mark, end = join.after, join.end
    yield "no-end", f"no {end!r} at the end", replace(join, end=""), COMMON
    yield "no-trailing-separator", "no separator after the last value", Join(between=mark, end=end), COMMON
    yield "between-only", "the separator only between the values, and no end", Join(between=mark), COMMON
    yield "end-twice", "the end twice", replace(join, end=end * 2), RARE
    yield "none", "no separator", Join(end=end), COMMON
    yield "none", "no separator and no end", Join(), COMMON
    for other in _others(mark):
        rank = COMMON if other in ",&;:" else PLAUSIBLE
        yield "other-separator", f"{other!r} as the separator", Join(after=other, end=end), rank
        yield "other-separator", f"{other!r} between the values, and no end", Join(between=other), PLAUSIBLE


def _between(join: Join) -> Iterator[Row]:
    mark = join.between
    for other in _others(mark):
        rank = COMMON if other in "|,;:&" else PLAUSIBLE
        yield "other-separator", f"{other!r} as the separator", replace(join, between=other), rank
    if mark:
        yield "none", "no separator", replace(join, between=""), COMMON
        yield (
            "trailing-separator",
            "a separator after the last piece",
            replace(join, end=mark + join.end),
            COMMON,
        )


def _others(mark: str) -> Sequence[str]:
    return [other for other in SEPARATORS if other and other != mark]
