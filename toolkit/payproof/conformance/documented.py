"""The requests that the documents show, with the test bed's ids in place: what an honest gateway accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from payproof.conformance.draft import ABSENT, Absent, Draft, form_text
from payproof.conformance.schemas import body_schema, schema_at, schema_of, walk
from payproof.conformance.subject import MAIN, Subject
from payproof.model import Evidence
from payproof.spec import Operation

#: Letters of PHP's `date()`, as the documents write formats.
_DATE_LETTERS = {"d": "%d", "m": "%m", "Y": "%Y", "H": "%H", "i": "%M", "s": "%S", "y": "%y", "A": "%p"}


def documented(
    subject: Subject, operation: Operation, *, fresh: bool = True
) -> Iterator[tuple[str, Draft, Evidence]]:
    """Give (name, draft, evidence) of each documented request, unsigned, the most basic one first.

    Args:
        subject: Where ids, credentials and the clock come from.
        operation: Whose requests.
        fresh: Take an unused id where the test bed has a supply, since accepted requests use ids up.

    Raises:
        UnknownRole: The test bed lacks an id that the operation needs.
    """
    for name, body, media_type, evidence in _bodies(operation):
        yield name, _draft(subject, operation, body, media_type, fresh=fresh), evidence


def _draft(
    subject: Subject,
    operation: Operation,
    body: Any,
    media_type: str,
    *,
    fresh: bool,
    values: Mapping[str, Any] | None = None,
    merchant: str = MAIN,
) -> Draft:
    draft = Draft(
        operation,
        path=tuple(_parameters(subject, operation, "path")),
        query=tuple(_parameters(subject, operation, "query")),
        headers=tuple(_headers(subject, operation)),
        body=body,
        media_type=media_type,
    )
    for address, form in (operation.testbed.get("accepted") or {}).items():
        draft = draft.put(address, subject.value(form, fresh=fresh, merchant=merchant))
    if values is None and subject.workbench is not None:
        values = subject.workbench.needs(operation)
    for address, value in (values or {}).items():
        draft = draft.put(address, value)
    return _unique(_dated(draft, subject.now_s), subject)


def first(
    subject: Subject,
    operation: Operation,
    *,
    fresh: bool = True,
    values: Mapping[str, Any] | None = None,
    merchant: str = MAIN,
) -> Draft:
    """Give the most basic documented request, of the content type that works; raises as `documented` does.

    Args:
        values: By address, what an object at the gateway puts into it; None has one made where it is needed.
        merchant: Whose keys stand in it.
    """
    wanted = subject.media.get(operation.id)
    for _, body, media_type, _ in _bodies(operation):
        if wanted in (None, media_type):
            return _draft(subject, operation, body, media_type, fresh=fresh, values=values, merchant=merchant)
    raise AssertionError(f"{operation.id} has no request of the type {wanted}")


def _unique(draft: Draft, subject: Subject) -> Draft:
    """Put new values where the documents want each to be new, references say; others stay."""
    if subject.workbench is None:
        return draft
    headers = [f"header/{name}" for name, _ in draft.headers]
    for address in [*headers, *draft.addresses()]:
        shown = draft.get(address)
        if isinstance(shown, str) and schema_at(draft, address).get("x-unique"):
            draft = draft.put(address, subject.workbench.unique.like(shown))
    return draft


def _bodies(operation: Operation) -> Iterator[tuple[str, Any, str, Evidence]]:
    content = (operation.request_body or {}).get("content", {})
    if not content:
        yield "documented", ABSENT, "", "documented"
    for media_type, media in content.items():
        evidence = media.get("x-evidence", "documented")
        suffix = "" if len(content) == 1 else f" as {media_type.rpartition('/')[2]}"
        for name, value in _examples(media):
            yield f"{name}{suffix}", value, media_type, evidence


def _examples(media: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give a media type's examples, those left out which break their own documents."""
    if "example" in media:
        yield "documented", media["example"]
    for name, example in (media.get("examples") or {}).items():
        if "value" in example and not {"x-violates", "x-illustrates"} & set(example):
            yield str(name), example["value"]
    if "example" not in media and not media.get("examples"):
        yield "documented", example_of(media.get("schema", {}))


def _parameters(subject: Subject, operation: Operation, where: str) -> Iterator[tuple[str, str]]:
    given = operation.testbed.get("accepted") or {}
    carried = _carried_names(operation)
    for one in operation.parameters:
        if one.where != where or one.name in carried:
            continue
        if one.required or f"{where}/{one.name}" in given:
            yield one.name, form_text(_parameter_example(one.raw, schema_of(one)))


def _carried_names(operation: Operation) -> set[str]:
    """Give the names of parameters that carry the signature: they are never made up."""
    rule = (operation.signing or {}).get("request") or {}
    return {str(name) for name in (rule.get("carry") or {"field": "signature"}).values()} if rule else set()


def _headers(subject: Subject, operation: Operation) -> Iterator[tuple[str, str]]:
    seen = set()
    for address, _, value in subject.credentials(operation):
        where, _, name = address.partition("/")
        if where == "header":
            seen.add(name.lower())
            yield name, value
    for name, text in _parameters(subject, operation, "header"):
        if name.lower() not in seen and name.lower() != "content-type":
            yield name, text


def _parameter_example(raw: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    if "example" in raw:
        return raw["example"]
    for example in (raw.get("examples") or {}).values():
        if "value" in example and "x-violates" not in example:
            return example["value"]
    return example_of(schema)


def example_of(schema: Mapping[str, Any]) -> Any:
    """Give a value that a schema shows or plainly allows."""
    for keyword in ("const", "example", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return {name: example_of(one) for name, one in schema.get("properties", {}).items()}
    plain = {
        "integer": schema.get("minimum", 1),
        "number": schema.get("minimum", 1),
        "boolean": True,
        "array": [],
    }
    return plain.get(str(kind), "x" * max(1, schema.get("minLength", 1)))


def _dated(draft: Draft, now_s: float) -> Draft:
    """Put dates that must lie ahead where the schema says so and the example gives one."""
    clocked = [
        (f"{one.where}/{one.name}", schema_of(one)["x-clock"])
        for one in draft.operation.parameters
        if "x-clock" in schema_of(one)
    ]
    schema = body_schema(draft.operation, draft.media_type)
    clocked += [(address, one["x-clock"]) for address, one in walk(schema) if "x-clock" in one]
    for address, clock in clocked:
        shown = draft.get(address)
        if not isinstance(shown, Absent) and shown not in ("", None):
            draft = draft.put(address, clock_text(clock, now_s))
    return draft


def clock_text(clock: Mapping[str, Any], now_s: float, *, shift_s: float | None = None) -> str:
    """Write the date that an `x-clock` stands for.

    Args:
        clock: `offset_s` seconds from now, in `format` (letters as PHP's), in `zone` such as `+05:30`.
        now_s: Seconds since the epoch.
        shift_s: Another distance from now in place of `offset_s`, in seconds.
    """
    sign = -1 if str(clock.get("zone", "+00:00")).startswith("-") else 1
    hours, minutes = (int(part) for part in str(clock.get("zone", "+00:00")).lstrip("+-").split(":"))
    zone = timezone(sign * timedelta(hours=hours, minutes=minutes)) if hours or minutes else UTC
    moment = datetime.fromtimestamp(now_s + (clock.get("offset_s", 0) if shift_s is None else shift_s), zone)
    form = "".join(_DATE_LETTERS.get(letter, letter) for letter in clock.get("format", "Y-m-d"))
    return moment.strftime(form)
