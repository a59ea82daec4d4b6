"""Ordering the fields: rows -> rows, and the orders of mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage, ranked, same
from payproof.signing.orders import ORDERS, hashmap_order, table_order
from payproof.signing.recipe import Recipe
from payproof.signing.stages import ordered

Rows = Sequence[tuple[str, Any]]


def order_stage(recipe: Recipe, tables: list[Sequence[str]]) -> Stage:
    def by(name: str, *, deep: bool = False) -> Callable[[Rows], Rows]:
        changed = recipe.with_(order=name, order_table=())

        def run(rows: Rows) -> Rows:
            if deep:
                return _sorted_deep(rows)
            return list(rows) if name == "as-sent" else ordered(changed, rows)

        return run

    def base(rows: Rows) -> Rows:
        return ordered(recipe, rows)

    ranks = {
        "as-sent": COMMON,
        "bytes": COMMON,
        "java-hashmap": COMMON,
        "js-integer-first": COMMON,
        "reversed": PLAUSIBLE,
    }
    change = "sign the fields " + (
        "in the order they are sent" if recipe.order == "as-sent" else f"in {recipe.order} order"
    )
    rows_of = [
        Option("order", name, row.says, by(name), ranks.get(name, PLAUSIBLE), row.habit, change)
        for name, row in ORDERS.items()
        if name != recipe.order and name != "go-sorted"
    ]
    for buckets, which in ((0, "that is a copy"), (32, "of 32 buckets"), (64, "of 64 buckets")):
        says = f"the fields in the iteration order of a Java HashMap {which}"
        run = _in_hashmap(buckets)
        rows_of.append(Option("order", "java-hashmap", says, run, COMMON, "Java HashMap", change))
    rows_of.append(
        Option(
            "order",
            "sorted-deep",
            "the fields sorted by name at every level",
            by("bytes", deep=True),
            COMMON,
            "sort_keys and Go maps",
            change,
        )
    )
    rows_of.append(
        Option(
            "order",
            "natural",
            "the fields in a language's own collation",
            _collated,
            PLAUSIBLE,
            "JavaScript's localeCompare",
            change,
        )
    )
    rows_of.append(
        Option(
            "order",
            "sorted-by-value",
            "the fields sorted by value",
            _by_value,
            PLAUSIBLE,
            "PHP's asort",
            change,
        )
    )
    for names in tables:
        rows_of.append(
            Option(
                "order",
                "documented-table",
                "the fields in the order of the documented table",
                _by_table(names),
                COMMON,
                "",
                change,
            )
        )
    table = ranked(rows_of)
    as_sent = recipe.order == "as-sent" and not recipe.order_table
    return Stage("order", same if as_sent else base, lambda rows: table)


def _by_table(table: Sequence[str]) -> Callable[[Rows], Rows]:
    order = table_order(table)
    return lambda rows: [rows[at] for at in order([name for name, _ in rows])]


def _in_hashmap(buckets: int) -> Callable[[Rows], Rows]:
    """Order as a map does that once held more, or (0) that was copied, so that its table fits."""

    def run(rows: Rows) -> Rows:
        names = [name for name, _ in rows]
        # HashMap(Map) makes room for n / 0.75 + 1 entries, rounded up to a power of two.
        size = buckets or 1 << (len(names) * 4 // 3).bit_length()
        return [rows[at] for at in hashmap_order(names, size)]

    return run


def _sorted_deep(rows: Rows) -> Rows:
    return ordered(Recipe("", order="go-sorted"), rows)


def _collated(rows: Rows) -> Rows:
    """Approximate Unicode collation for names of letters, digits and punctuation."""

    def key(row: tuple[str, Any]) -> tuple[Any, ...]:
        name = row[0]
        primary = [(0, letter) if not letter.isalnum() else (1, letter.lower()) for letter in name]
        return primary, [letter.isupper() for letter in name]

    return sorted(rows, key=key)


def _by_value(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: row[1] if isinstance(row[1], str) else "")
