"""Scenarios: named sequences of requests, each step chosen by the answers before it.

Some promises show only between operations: pages that add up, filters that drop nothing, a read that agrees
with the list, money that stays the same. A scenario is a generator of cases that is handed each answer; it
judges nothing. What its answers show is held by `checks.sequences`, under the scenario's kind. The steps
follow from spec, test bed and answers alone, so a run repeats.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from payproof.conformance.case import Case
from payproof.conformance.documented import first
from payproof.conformance.draft import Draft
from payproof.conformance.schemas import schema_at
from payproof.conformance.signer import Signer
from payproof.model import Expectation, Interaction, Message
from payproof.spec import Operation

Steps = Generator[Case, Interaction | None, None]
PAGE_LIMIT, MOST_PAGES, MOST_VALUES, MOST_READS = 5, 12, 2, 3
#: The usual ways to write a day, for filters whose format no document names.
DATE_FORMATS = (
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%Y-%m-%d %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
)
#: No payment of a test bed is as late or as early as these.
FAR = {"from": datetime(2099, 1, 1, tzinfo=UTC), "to": datetime(2001, 1, 1, tzinfo=UTC)}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One sequence.

    Args:
        name: `operation/scenario/what`; its cases are named below it.
        kind: What its answers are held against: `pages`, `filters`, `dates`, `same` or `conserved`.
        operation: The operationId it is about.
        steps: Gives cases, and is sent the interaction of each.
    """

    name: str
    kind: str
    operation: str
    steps: Steps


def scenarios(signer: Signer, operation: Operation) -> Iterator[Scenario]:
    """Give the scenarios of one operation, none for what the documents annotate nothing."""
    for pointer, note in list_notes(operation):
        rows: list[tuple[str, Steps]] = [("pages", _pages(signer, operation, pointer, note))]
        if note.get("filters"):
            rows.append(("filters", _filters(signer, operation, pointer, note)))
        if note.get("dates"):
            rows.append(("dates", _dates(signer, operation, pointer, note)))
        if note.get("same"):
            rows.append(("same", _same(signer, operation, pointer, note)))
        yield from (
            Scenario(f"{operation.id}/scenario/{kind}", kind, operation.id, made) for kind, made in rows
        )
    reading = _reading(signer, operation)
    if reading is not None:
        made = _conserved(signer, operation, reading)
        yield Scenario(f"{operation.id}/scenario/conserved", "conserved", operation.id, made)


def list_notes(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give (pointer, annotation) of each `x-list` in the operation's successes."""
    for status, response in operation.responses.items():
        for media in (response.get("content") or {}).values() if status.startswith("2") else ():
            yield from _noted(media.get("schema"), "")


def _noted(schema: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(schema, Mapping):
        return
    if "x-list" in schema:
        yield pointer, schema["x-list"]
    for name, inner in (schema.get("properties") or {}).items():
        yield from _noted(inner, f"{pointer}/{name}")
    for branch in schema.get("allOf") or ():
        yield from _noted(branch, pointer)


def _case(signer: Signer, draft: Draft, name: str, **tags: Any) -> Case:
    operation = draft.operation
    why = Expectation("open", "what it shows is judged with the steps beside it", "", "unknown")
    message = signer.sign(signer.unsigned(draft))
    return Case(name, operation.id, "scenario", message, why, operation.is_write, tags)


def _whole(signer: Signer, operation: Operation, note: Mapping[str, Any]) -> Draft:
    """Give a request for the first page, as long as it may be."""
    draft = first(signer.subject, operation)
    if "limit-by" in note:
        draft = draft.put(note["limit-by"], schema_at(draft, note["limit-by"]).get("maximum", 100))
    return draft.put(note["page-by"], 1) if "page-by" in note else draft


def _pages(signer: Signer, operation: Operation, pointer: str, note: Mapping[str, Any]) -> Steps:
    name = f"{operation.id}/scenario/pages"
    yield _case(signer, _whole(signer, operation, note), f"{name}/whole", whole=True)
    if "page-by" not in note or "limit-by" not in note:
        return
    for page in range(1, MOST_PAGES + 1):
        draft = first(signer.subject, operation).put(note["page-by"], page).put(note["limit-by"], PAGE_LIMIT)
        answer = yield _case(signer, draft, f"{name}/{page}", page=page)
        rows = _rows(answer, pointer, note)
        if rows is None or len(rows) < PAGE_LIMIT:
            return


def _filters(signer: Signer, operation: Operation, pointer: str, note: Mapping[str, Any]) -> Steps:
    name = f"{operation.id}/scenario/filters"
    answer = yield _case(signer, _whole(signer, operation, note), f"{name}/whole", whole=True)
    rows = _rows(answer, pointer, note) or []
    for address, place in note["filters"].items():
        slug = address.partition("/")[2]
        values = list(dict.fromkeys(str(value) for row in rows if (value := at(row, place)) is not None))
        for number, value in enumerate(values[:MOST_VALUES], 1):
            draft = _whole(signer, operation, note).put(address, value)
            yield _case(signer, draft, f"{name}/{slug}-{number}", address=address, value=value)


def _dates(signer: Signer, operation: Operation, pointer: str, note: Mapping[str, Any]) -> Steps:
    name = f"{operation.id}/scenario/dates"
    yield _case(signer, _whole(signer, operation, note), f"{name}/whole", whole=True)
    for side, address in note["dates"].items():
        for number, form in enumerate(DATE_FORMATS, 1):
            draft = _whole(signer, operation, note).put(address, FAR[side].strftime(form))
            yield _case(signer, draft, f"{name}/{side}-{number}", address=address)


def _same(signer: Signer, operation: Operation, pointer: str, note: Mapping[str, Any]) -> Steps:
    name = f"{operation.id}/scenario/same"
    reader = signer.subject.spec.operations[note["same"]["operation"]]
    answer = yield _case(signer, _whole(signer, operation, note), f"{name}/list", whole=True)
    for number, row in enumerate((_rows(answer, pointer, note) or [])[:MOST_READS], 1):
        draft = first(signer.subject, reader)
        for address, place in note["same"]["by"].items():
            draft = draft.put(address, str(at(row, place)))
        yield _case(signer, draft, f"{name}/read-{number}", row=number - 1)


def _reading(signer: Signer, operation: Operation) -> Operation | None:
    """Give the operation that reads what a write changes: a GET with the same single path parameter."""
    accepted = operation.testbed.get("accepted") or {}
    names = [one.name for one in operation.parameters if one.where == "path"]
    if not operation.is_write or len(names) != 1 or f"path/{names[0]}" not in accepted:
        return None
    for other in signer.subject.spec.operations.values():
        theirs = [one.name for one in other.parameters if one.where == "path"]
        if other.method == "GET" and theirs == names and operation.path.startswith(other.path):
            return other
    return None


def _conserved(signer: Signer, operation: Operation, reading: Operation) -> Steps:
    """Read, write, read again: what was paid stays what was paid."""
    name = f"{operation.id}/scenario/conserved"
    write = first(signer.subject, operation)
    (address,) = [f"path/{one.name}" for one in reading.parameters if one.where == "path"]
    read = first(signer.subject, reading).put(address, write.get(address))
    yield _case(signer, read, f"{name}/before", step="before")
    yield _case(signer, write, f"{name}/write", step="write")
    yield _case(signer, read, f"{name}/after", step="after")


def _rows(answer: Interaction | None, pointer: str, note: Mapping[str, Any]) -> list[Any] | None:
    """Give the records of a successful answer, None when there are none to see."""
    response = answer.response if answer is not None else None
    if response is None or not 200 <= response.status < 300:
        return None
    found = at(_data(response), pointer + note["items"])
    return found if isinstance(found, list) else None


def _data(message: Message) -> Any:
    try:
        return json.loads(message.body)
    except (ValueError, RecursionError):
        return None


def at(data: Any, pointer: str) -> Any:
    """Give the value at a pointer, None when there is none."""
    for step in pointer.split("/")[1:]:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data
