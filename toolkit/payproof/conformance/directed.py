"""Directed cases: the edge of every constraint, just beyond it, and every duty broken alone.

Each case is signed over what it sends, so that only the one thing is wrong with it. What it deserves is
judged from the finished request (see `judge`): refused when that breaks a documented constraint, open
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.conformance.case import Case, accepted
from payproof.conformance.documented import documented, example_of, first
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
    credentials = {address.lower() for address, _, _ in signer.subject.credentials(operation)}
    for address, schema, must in _constrained(fresh()):
        if address == signature or address.lower() in credentials:
            continue
        name = address.replace("/", "-")
        # What is required within an object that the documented request lacks is taken out of one made up.
        if must and not isinstance(_furnished(fresh(), address).get(address), Absent):
            yield _furnished(fresh(), address), address, f"{name}-missing", ABSENT
        if _usable(fresh(), address, schema):
            for bound, value in bounds(schema):
                yield fresh(), address, f"{name}-at-{bound}", _in_kind(value, schema)
            for limit, value in beyond(schema, fresh().get(address)):
                if address.startswith("body/") or not limit.startswith("type-"):
                    yield _furnished(fresh(), address), address, f"{name}-beyond-{limit}", value
                elif limit == "type-words":
                    yield fresh(), address, f"{name}-beyond-type", value
    yield from _duties(signer, operation)


def _furnished(draft: Draft, address: str) -> Draft:
    """Give the draft with what is required beside a member, where the documented request lacks them all.

    Else their absence would be what is wrong with the request.
    """
    around = address.rpartition("/")[0]
    if "/" not in around or not isinstance(draft.get(around), Absent):
        return draft
    schema = schema_at(draft, around)
    known = properties(schema)
    made = {name: example_of(known.get(name, {})) for name in required(schema)}
    return _furnished(draft, around).put(around, made)


def _in_kind(value: Any, schema: Mapping[str, Any]) -> Any:
    """Give a made-up text in digits where the documents show digits: a code or number is no word."""
    shown = schema.get("default", next(iter(schema.get("examples") or ()), schema.get("example")))
    digits = isinstance(shown, str) and shown.isascii() and shown.isdigit()
    return "1" * len(value) if digits and isinstance(value, str) and "enum" not in schema else value


def _constrained(draft: Draft) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Give (address, schema, required) of every parameter and property of the request."""
    for one in draft.operation.parameters:
        if one.where in ("query", "path", "header"):
            yield f"{one.where}/{one.name}", schema_of(one), one.required and one.where != "path"
    if isinstance(draft.body, dict):
        for address, inner, must in members(body_schema(draft.operation, draft.media_type)):
            # A gateway that takes what no document speaks of may give it back as it came.
            if "0" in address.split("/") and evidence_at(draft, address) != "documented":
                continue
            yield address, inner, must


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
    if schema_at(draft, address).get("x-unique"):
        return Expectation("open", "an earlier run may have used the same value", evidence="unknown")
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
