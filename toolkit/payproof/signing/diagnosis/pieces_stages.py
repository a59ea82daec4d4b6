"""Putting the parts of a text together: which parts, at what time, in which order, joined how."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from payproof.model import Message
from payproof.signing.bodytext import RAW
from payproof.signing.diagnosis.join_stage import SEPARATORS
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage, ranked, same
from payproof.signing.fields import MISSING
from payproof.signing.recipe import Join, Recipe
from payproof.signing.source import PartRef, Taken, part_text
from payproof.signing.stages import join_text

Pieces = tuple[tuple[str, str], ...]
"""(name of the part, its text) in order."""

USUAL_HEADERS = frozenset(
    {"host", "content-length", "connection", "accept", "accept-encoding", "content-type", "user-agent"}
)


def choose_stage(refs: Sequence[PartRef], body: PartRef, taken: Taken) -> Stage:
    """Give the stage body text -> pieces."""

    def base(text: str) -> Any:
        rows = []
        for ref in refs:
            value = text if ref == body else part_text(ref, taken, RAW)
            if value is MISSING:
                return None
            rows.append((str(ref), value if isinstance(value, str) else json.dumps(value)))
        return tuple(rows)

    def options(text: str) -> Iterator[Option]:
        if len(refs) > 1:
            yield from _left_out(base, ", ".join(f"the {ref}" for ref in refs))
        yield from _added(taken, base)

    return Stage("pieces", base, options)


def _left_out(base: Callable[[str], Any], named: str) -> Iterator[Option]:
    def without(kept: Callable[[int, str], bool]) -> Callable[[str], Any]:
        def run(text: str) -> Any:
            return tuple(row for at, row in enumerate(base(text) or ()) if kept(at, row[0]))

        return run

    rows: tuple[tuple[str, str, Callable[[int, str], bool], int], ...] = (
        ("id-left-out", "the first part, the id, left out", lambda at, name: at != 0, COMMON),
        ("timestamp-left-out", "the second part, the time, left out", lambda at, name: at != 1, COMMON),
        ("body-only", "the body alone", lambda at, name: name == "body", COMMON),
        ("body-left-out", "the body left out", lambda at, name: name != "body", PLAUSIBLE),
    )
    for choice, says, kept, rank in rows:
        yield Option("parts", choice, says, without(kept), rank, "", f"join {named}, in this order")


def _added(taken: Taken, base: Callable[[str], Any]) -> Iterator[Option]:
    for header, value in taken.message.headers[:24]:
        if header.lower() in USUAL_HEADERS:
            continue

        def run(text: str, row: tuple[str, str] = (f"header {header}", value)) -> Any:
            return (*(base(text) or ()), row)

        says = f"the header {header} included at the end"
        yield Option("excluded", "extra-field-included", says, run, PLAUSIBLE, "", f"leave {header} out")


def time_stage(recipe: Recipe, earlier: Sequence[Message] = ()) -> Stage:
    """Give the stage at which the signing time is written.

    Args:
        earlier: Other deliveries, whose id or time the signer may have used again.
    """
    header = recipe.accept.freshness_header
    name = f"header {header}"

    def changed(change: Callable[[str], str]) -> Callable[[Pieces], Pieces]:
        return lambda rows: tuple((key, change(text) if key == name else text) for key, text in rows)

    advice = f"sign the text of {header} exactly as it is sent"
    rows: tuple[tuple[str, str, Callable[[str], str], int, str], ...] = (
        ("timestamp-in-ms", "the time in milliseconds", lambda text: text + "000", COMMON, "Date.now()"),
        (
            "timestamp-with-fraction",
            "the time with a fraction",
            lambda text: text + ".0",
            PLAUSIBLE,
            "time.time()",
        ),
        ("timestamp-in-seconds", "the milliseconds cut off the time", lambda text: text[:-3], PLAUSIBLE, ""),
    )
    table = [
        Option("timing", choice, says, changed(change), rank, habit, advice)
        for choice, says, change, rank, habit in rows
    ]
    table += [option for message in earlier for option in _from_earlier(name, message)]
    table = ranked(table) if header else []
    return Stage("time", same, lambda rows: table)


def _from_earlier(time_name: str, message: Message) -> Iterator[Option]:
    def taken(wanted: Callable[[str], bool]) -> Callable[[Pieces], Pieces]:
        def text_of(name: str, text: str) -> str:
            found = message.header(name.removeprefix("header ")) if name.startswith("header ") else None
            return found if found is not None and wanted(name) else text

        return lambda rows: tuple((name, text_of(name, text)) for name, text in rows)

    advice = "sign the id and time of this very delivery"
    rows: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
        ("timestamp-of-earlier-delivery", "the time of an earlier delivery", lambda name: name == time_name),
        ("id-of-earlier-delivery", "the id of an earlier delivery", lambda name: name != time_name),
        ("headers-of-earlier-delivery", "id and time of an earlier delivery", lambda name: True),
    )
    for choice, says, wanted in rows:
        yield Option("timing", choice, says, taken(wanted), COMMON, "", advice)


_ORDERS = {
    "parts-swapped": (1, 0, 2),
    "body-first": (2, 0, 1),
    "reversed": (2, 1, 0),
    "body-second": (0, 2, 1),
}


def order_stage() -> Stage:
    """Give the stage at which the parts are put in order."""

    def by(order: tuple[int, ...]) -> Callable[[Pieces], Any]:
        def run(rows: Pieces) -> Any:
            kept = [at for at in order if at < len(rows)]
            return tuple(rows[at] for at in kept) if len(rows) <= len(order) else None

        return run

    table = [
        Option(
            "order", choice, "the parts in another order", by(order), COMMON, "", "join the parts in order"
        )
        for choice, order in _ORDERS.items()
    ]
    return Stage("order", same, lambda rows: table if len(rows) > 1 else [])


def join_stage(recipe: Recipe) -> Stage:
    """Give the stage pieces -> text."""
    bare = recipe.with_(edits=())

    def joined(join: Join) -> Callable[[Pieces], str]:
        changed = bare.with_(join=join)
        return lambda pieces: join_text(changed, [text for _, text in pieces])

    own = recipe.join
    advice = f"put {own.between!r} between the parts" if own.between else "join the parts as they are"
    table = []
    for mark in SEPARATORS:
        if mark != own.between:
            choice = "other-separator" if mark else "none"
            rank = COMMON if mark in (":", "|", "", ",") else PLAUSIBLE
            run = joined(replace(own, between=mark))
            table.append(Option("join", choice, f"{mark!r} between the parts", run, rank, "", advice))
    if own.between:
        run = joined(replace(own, end=own.between))
        says = "a separator after the last part"
        table.append(Option("join", "trailing-separator", says, run, COMMON, "", advice))
    table = ranked(table)
    return Stage("join", joined(own), lambda pieces: table if len(pieces) > 1 else [])
