"""Taking the fields: message -> rows, and what is taken by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from payproof.model import Message
from payproof.signing.bodytext import JsonStyle, write_json
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage
from payproof.signing.dimension_body import JSON_TEXTS
from payproof.signing.fields import Pairs, UnreadableBody, at_pointer, parse_form, query_of
from payproof.signing.recipe import Recipe
from payproof.signing.source import Source, take

Rows = Sequence[tuple[str, Any]]


def source_stage(recipe: Recipe, message: Message) -> Stage:
    """Give the stage that takes the signed fields off the message."""

    def rows_at(source: Source, *, flat: bool = False) -> Callable[[Any], Any]:
        def run(_: Any) -> Any:
            if source.place == "body" and not message.body:
                return Pairs()
            fields = take(source, message).fields
            if type(fields) is not Pairs:
                return None
            return Pairs(_flattened(fields)) if flat else fields

        return run

    def options(_: Any) -> Iterator[Option]:
        change = f"sign {recipe.source} instead"
        for source, choice, says, rank in _sources(recipe, message):
            yield Option("source", choice, says, rows_at(source), rank, change=change)
            if source.pointer != recipe.source.pointer:
                deep = f"{says}, opened at every level"
                yield Option("source", choice, deep, rows_at(source, flat=True), rank, change=change)
        says = "no fields at all, as when the object is looked for where it is not"
        yield Option("source", "wrong-pointer", says, lambda _: Pairs(), COMMON, change=change)
        yield from _mergers(message)
        yield from _whole_texts(recipe, message)

    return Stage("source", rows_at(recipe.source), options)


def _flattened(fields: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Open every level, so that a signer who flattens deeply is met at another object too."""
    rows = fields if type(fields) is Pairs else [(name, item) for item in fields]
    for key, value in rows:
        if type(value) in (Pairs, list):
            yield from _flattened(value, key)
        else:
            yield key, value


def _sources(recipe: Recipe, message: Message) -> Iterator[tuple[Source, str, str, int]]:
    here = recipe.source
    if here.place == "body" or (here.place == "return-url" and message.body):
        # Each object is read and signed anew, so a large message gets fewer.
        most = 64 if len(message.body) < 20_000 else 8
        for pointer in islice(_object_pointers(_document(here, message)), most):
            if pointer != here.pointer:
                choice = "wrong-pointer" if pointer else "envelope"
                there = pointer or "the top of the body"
                yield replace(here, pointer=pointer), choice, f"the object at {there}", COMMON
        yield Source("query"), "query-instead-of-body", "the query parameters in place of the body", PLAUSIBLE
    else:
        yield Source("body"), "body-instead-of-query", "the body in place of the query", PLAUSIBLE
    yield (
        replace(here, path_id="first"),
        "path-id-first",
        "the id in the path before the other values",
        COMMON,
    )
    yield replace(here, path_id="last"), "path-id-last", "the id in the path after the other values", COMMON
    yield replace(here, decoded=False), "not-decoded", "values that are still percent-encoded", COMMON


def _document(here: Source, message: Message) -> Any:
    try:
        return take(replace(here, pointer=""), message).document
    except UnreadableBody:
        return None


def _object_pointers(document: Any, prefix: str = "", depth: int = 0) -> Iterator[str]:
    if type(document) is not Pairs or depth > 4:
        return
    yield prefix
    for name, value in document[:64]:
        step = name.replace("~", "~0").replace("/", "~1")
        yield from _object_pointers(value, f"{prefix}/{step}", depth + 1)


def _mergers(message: Message) -> Iterator[Option]:
    query = parse_form(query_of(message.target))

    def merged(first: bool) -> Callable[[Any], Any]:
        def run(_: Any) -> Any:
            body = take(Source("body"), message).fields
            rows = [*query, *body] if first else [*body, *query]
            return Pairs({name: (name, value) for name, value in rows}.values())

        return run

    if query and message.body:
        says = "the query and the body's fields merged into one map"
        for first in (True, False):
            yield Option(
                "source", "query-and-body", says, merged(first), PLAUSIBLE, "$_REQUEST and getParameterMap"
            )


def _whole_texts(recipe: Recipe, message: Message) -> Iterator[Option]:
    """Sign the JSON text of the object, without its signature, in place of its values."""
    fields = at_pointer(_document(recipe.source, message), recipe.source.pointer)
    if type(fields) is not Pairs:
        return
    rows = Pairs(row for row in fields if row[0] not in recipe.excluded)
    for name, style in JSON_TEXTS.items():
        for keys in ("as-sent", "bytes"):
            shaped = replace(style, keys=keys) if keys == "bytes" else style
            sorting = ", keys sorted" if keys == "bytes" else ""

            def run(_: Any, shaped: JsonStyle = shaped) -> str:
                return write_json(rows, shaped)

            yield Option(
                "parts",
                "whole-body-text",
                f"the JSON text of the object ({name}{sorting}) in place of its values",
                run,
                PLAUSIBLE,
                change="sign the values, not the JSON",
                skip_to="text-edits",
            )
