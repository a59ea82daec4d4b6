"""Directed cases: the edge of every constraint, just beyond it, and every duty broken alone.

Each case is signed over what it sends, so that only the one thing is wrong with it. What it deserves is
judged from the finished request (see `judge`): refused when that breaks a documented constraint, open
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.conformance.case import Case, accepted
from payproof.conformance.documented import documented, first
from payproof.conformance.draft import ABSENT, Absent, Draft
from payproof.conformance.judge import is_clean, judge_form
from payproof.conformance.schemas import (
    body_schema,
    conditions,
    evidence_at,
    members,
    properties,
    required,
    schema_at,
    schema_of,
)
from payproof.conformance.signer import Signer
from payproof.conformance.values import beyond, bounds
from payproof.errors import ToolkitError
from payproof.model import Expectation, Message
from payproof.spec import Operation


def directed(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the boundary and duty cases of one operation."""
    seen: set[str] = set()
    for draft, address, what, value in _departures(signer, operation):
        made = _case(signer, draft.put(address, value), what, address)
        if made is not None and made.name not in seen:
            seen.add(made.name)
            yield made


def _departures(signer: Signer, operation: Operation) -> Iterator[tuple[Draft, str, str, Any]]:
    """Give (draft, address, what, value): each change, on a draft of its own."""

    def fresh() -> Draft:
        return first(signer.subject, operation)

    signature = signer.signature_address(operation)
    for address, schema, must in _constrained(fresh()):
        if address == signature:
            continue
        name = address.replace("/", "-")
        if must:
            yield fresh(), address, f"{name}-missing", ABSENT
        if _usable(fresh(), address, schema):
            for bound, value in bounds(schema):
                yield fresh(), address, f"{name}-at-{bound}", _in_kind(value, schema)
            for limit, value in beyond(schema, fresh().get(address)):
                if not address.startswith(("query/", "path/")) or not limit.startswith("type-"):
                    yield fresh(), address, f"{name}-beyond-{limit}", value
                elif limit == "type-words":
                    yield fresh(), address, f"{name}-beyond-type", value
    yield from _duties(signer, operation)


def _in_kind(value: Any, schema: Mapping[str, Any]) -> Any:
    """Give a made-up text in digits where the documents show digits: a code or number is no word."""
    shown = schema.get("default", next(iter(schema.get("examples") or ()), schema.get("example")))
    digits = isinstance(shown, str) and shown.isascii() and shown.isdigit()
    return "1" * len(value) if digits and isinstance(value, str) and "enum" not in schema else value


def _constrained(draft: Draft) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Give (address, schema, required) of every parameter and property of the request."""
    for one in draft.operation.parameters:
        if one.where in ("query", "path"):
            yield f"{one.where}/{one.name}", schema_of(one), one.required and one.where == "query"
    if isinstance(draft.body, dict):
        for address, inner, must in members(body_schema(draft.operation, draft.media_type)):
            # What is no part of an object that is left out as a whole cannot be missing from it.
            if _is_shown(draft, address):
                yield address, inner, must and not isinstance(draft.get(address), Absent)


def _is_shown(draft: Draft, address: str) -> bool:
    """Say whether the documented request shows the list items on the way to an address.

    What stands in a list that no documented request shows is often known from replies alone.
    """
    steps = address.split("/")
    places = ("/".join(steps[: depth + 1]) for depth, step in enumerate(steps) if step == "0")
    return not any(isinstance(draft.get(place), Absent) for place in places)


def _usable(draft: Draft, address: str, schema: Mapping[str, Any]) -> bool:
    """Say whether a value there can be replaced; another path id of no given form only leads elsewhere."""
    return not address.startswith("path/") or "pattern" in schema or "enum" in schema


def _duties(signer: Signer, operation: Operation) -> Iterator[tuple[Draft, str, str, Any]]:
    """Give every conditional duty broken alone, on a documented request that meets its condition."""
    drafts = [draft for _, draft, _ in documented(signer.subject, operation)]
    for draft in drafts:
        if not isinstance(draft.body, dict):
            continue
        for condition, duty in conditions(body_schema(operation, draft.media_type)):
            # On a request that does not meet the condition by itself, its other duties would be broken too.
            for met in _meeting(draft, condition):
                if met == draft or not any(other in _meeting(other, condition) for other in drafts):
                    yield from _broken(met, duty, _named(condition))


def _meeting(draft: Draft, condition: Mapping[str, Any]) -> Iterator[Draft]:
    """Give the draft with the constants of a condition put in; conditions of other kinds have none to put."""
    for name, one in properties(condition).items():
        if "const" in one:
            draft = draft.put(f"body/{name}", one["const"])
        elif one.get("enum"):
            draft = draft.put(f"body/{name}", one["enum"][0])
        else:
            return
    if properties(condition):
        yield draft


def _named(condition: Mapping[str, Any]) -> str:
    return "-".join(
        f"{name}-{one.get('const', 'set')}".lower() for name, one in properties(condition).items()
    )


def _broken(draft: Draft, duty: Mapping[str, Any], when: str) -> Iterator[tuple[Draft, str, str, Any]]:
    for name in required(duty):
        yield draft, f"body/{name}", f"when-{when}-{name}-missing", ABSENT
    for name, one in properties(duty).items():
        value = draft.get(f"body/{name}")
        if "const" in one:
            wrong: Any = (not one["const"]) if isinstance(one["const"], bool) else "payproof"
            yield draft, f"body/{name}", f"when-{when}-{name}-other", wrong
        if one.get("minLength", 0) > 0:
            yield draft, f"body/{name}", f"when-{when}-{name}-empty", ""
        for limit, broken in beyond(one, "" if isinstance(value, Absent) else value):
            if not limit.startswith("type-"):
                yield draft, f"body/{name}", f"when-{when}-{name}-beyond-{limit}", broken


def _case(signer: Signer, draft: Draft, what: str, address: str) -> Case | None:
    operation = draft.operation
    try:
        message = signer.sign(signer.unsigned(draft))
    except ToolkitError:
        # What was left out is needed for signing, so there is no correctly signed request without it.
        return None
    expect = judge_form(signer, operation, message) or _at_the_edge(signer, draft, message, what, address)
    return Case(
        name=f"{operation.id}/directed/{what}",
        operation=operation.id,
        kind="directed",
        message=message,
        expect=expect,
        write=operation.is_write,
        tags={"address": address},
    )


def _at_the_edge(signer: Signer, draft: Draft, message: Message, what: str, address: str) -> Expectation:
    """Expect success at the edge of a documented limit; leave open what no documented limit is about.

    What an object at the gateway must have money or room for is no matter of the limit alone, and neither is
    a member whose neighbours are missing.
    """
    if "0" in address.split("/"):
        # An item stands for a thing of its own, a card or a product, that a gateway knows or does not.
        return Expectation("open", "no documented constraint is broken", evidence="unknown")
    limited = any(word in what for word in ("-at-minimum", "-at-maximum", "-at-maxLength", "-at-minLength"))
    bound = "needs" in draft.operation.testbed and what.endswith(("-at-minimum", "-at-maximum"))
    evidence = evidence_at(draft, address)
    # A value out of the test bed is the one that works; another of the right length is another's.
    form = (draft.operation.testbed.get("accepted") or {}).get(address)
    bound = bound or isinstance(form, str) or (isinstance(form, Mapping) and "key" in form)
    whole = limited and not bound and is_clean(signer, draft.operation, message, address)
    if whole and "enum" not in schema_at(draft, address):
        return accepted(f"{address} is at the edge of its limit", evidence=evidence)
    return Expectation("open", "no documented constraint is broken", evidence="unknown")
