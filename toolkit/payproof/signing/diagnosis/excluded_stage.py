"""Leaving fields out: rows -> rows, and what is left out or let in by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from payproof.model import Message
from payproof.signing.diagnosis.blank_values import blanked
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage
from payproof.signing.fields import Pairs
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.signing.stages import dropped, select

Rows = Sequence[tuple[str, Any]]


def excluded_stage(recipe: Recipe, message: Message, keys: Keys) -> Stage:
    """Give the stage that leaves out what is not signed."""
    plain = recipe.with_(order="as-sent", order_table=())

    def base(rows: Rows) -> Rows:
        return list(select(plain, rows))

    def options(rows: Rows) -> Iterator[Option]:
        yield from _inclusions(recipe, rows, base)
        yield from _drops(recipe, base)
        names = dict.fromkeys(name for name, _ in base(rows))
        rank = COMMON if len(names) <= 24 else PLAUSIBLE
        for name in list(names)[:256]:
            yield Option(
                "excluded",
                "field-left-out",
                f"the field {name!r} left out",
                _without(base, name),
                rank,
                change=f"sign {name!r} too; every field that is sent is covered",
            )
        yield from _groups(names, base)
        yield from blanked(rows, base)
        for where, value in _extras(message, keys):
            yield _extra(where, value, base, last=True)
            yield _extra(where, value, base, last=False)

    return Stage("excluded", base, options)


def _without(base: Callable[[Rows], Rows], name: str) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in base(rows) if row[0] != name]


def _groups(names: Iterable[str], base: Callable[[Rows], Rows]) -> Iterator[Option]:
    """Leave out fields that belong together by their names, such as error_code and error_message."""
    grouped: dict[str, set[str]] = {}
    for name in islice(names, 256):
        head, separator, _ = name.partition("_")
        if separator:
            grouped.setdefault(head + separator, set()).add(name)
    for head, group in islice(grouped.items(), 16):
        if len(group) > 1:

            def run(rows: Rows, group: set[str] = group) -> Rows:
                return [row for row in base(rows) if row[0] not in group]

            says = f"the fields whose names begin with {head!r} left out"
            change = f"sign the fields {head}... too; every field that is sent is covered"
            yield Option("excluded", "fields-left-out", says, run, PLAUSIBLE, change=change)


def _with(base: Callable[[Rows], Rows], row: tuple[str, Any], *, last: bool) -> Callable[[Rows], Rows]:
    return lambda rows: [*base(rows), row] if last else [row, *base(rows)]


def _inclusions(recipe: Recipe, rows: Rows, base: Callable[[Rows], Rows]) -> Iterator[Option]:
    for name in recipe.excluded:
        fewer = tuple(other for other in recipe.excluded if other != name)
        kept = recipe.with_(excluded=fewer, order="as-sent", order_table=())
        carried = name == recipe.carry.name
        word = "signature-included" if carried else "unsigned-field-included"
        for empty in (True, False) if carried else (False,):
            says = f"the field {name!r} itself included" + (", still empty" if empty else "")

            def run(rows: Rows, kept: Recipe = kept, name: str = name, empty: bool = empty) -> Rows:
                return [(key, "" if empty and key == name else value) for key, value in select(kept, rows)]

            yield Option("excluded", word, says, run, COMMON, change=f"leave {name!r} out of what is signed")
        if carried and all(key != name for key, _ in rows):
            says = f"an empty field {name!r} included"
            for last in (True, False):
                yield Option("excluded", word, says, _with(base, (name, ""), last=last), PLAUSIBLE)


_DROPS = (
    ("empty", "empty-dropped", "empty values left out"),
    ("php-empty", "php-empty-dropped", "what PHP calls empty left out, '0' and false too"),
    ("blank", "empty-dropped", "null and empty text left out"),
    ("null", "null-dropped", "null values left out"),
)


def _drops(recipe: Recipe, base: Callable[[Rows], Rows]) -> Iterator[Option]:
    for rule, choice, says in _DROPS:
        habit = "array_filter" if rule == "php-empty" else ""

        def run(rows: Rows, rule: str = rule, deep: bool = False) -> Rows:
            kept = [row for row in base(rows) if not dropped(row[1], rule)]
            return [(name, _pruned(value, rule)) for name, value in kept] if deep else kept

        def deeply(rows: Rows, run: Callable[..., Rows] = run) -> Rows:
            return run(rows, deep=True)

        change = "sign empty values too; each is an empty text between two separators"
        yield Option("excluded", choice, says, run, COMMON, habit, change)
        yield Option("excluded", choice, says + " at every level", deeply, COMMON, habit, change)


def _pruned(value: Any, rule: str) -> Any:
    if type(value) is Pairs:
        return Pairs((name, _pruned(item, rule)) for name, item in value if not dropped(item, rule))
    if type(value) is list:
        return [_pruned(item, rule) for item in value if not dropped(item, rule)]
    return value


def _extras(message: Message, keys: Keys) -> Iterator[tuple[str, str]]:
    for word in ("undefined", "null", "None", ""):
        yield f"the value {word!r} of a variable that was not set", word
    usual = {
        "host",
        "content-length",
        "connection",
        "accept",
        "accept-encoding",
        "content-type",
        "user-agent",
    }
    for name, value in message.headers[:24]:
        if name.lower() not in usual:
            yield f"the header {name}", value
    for role, row in keys.items():
        yield f"the {role}", row[0].text


def _extra(where: str, value: str, base: Callable[[Rows], Rows], *, last: bool) -> Option:
    run = _with(base, (where.rpartition(" ")[2], str.__str__(value)), last=last)
    place = "after" if last else "before"
    return Option(
        "excluded",
        "extra-field-included",
        f"{where} included {place} the fields",
        run,
        PLAUSIBLE,
        change=f"leave {where} out",
    )
