"""Defects made from a spec: every documented constraint times every way to break it.

What rests on less than the documents is no promise, so there is no defect in breaking it. Nor is there one
that nobody could see: a text where a URL holds nothing but text, a limit that another one implies, a member
that no documented reply of that status shows, the signature's own field (which has defects of its own).

accepts/OPERATION/PLACE/KEYWORD            a duty of requests that is not enforced
replies/OPERATION/STATUS/POINTER/HOW       a promise of replies that is broken
replies/OPERATION/STATUS/status/OTHER      another status than the documented one
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from payproof.model import Message
from payproof.signing.fields import UnreadableBody, parse_json
from payproof.simulator.breaking import (
    DOCUMENTED,
    Change,
    breaks,
    changed,
    holds,
    is_soft,
    nodes,
    steps,
    types,
)
from payproof.simulator.defects import Defect
from payproof.simulator.jsontext import encoded
from payproof.simulator.protocol import Answer, Call
from payproof.spec import Operation, Spec, validate

_KEYWORDS = (
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "multipleOf",
    "minItems",
    "maxItems",
)


def every(spec: Spec) -> Iterator[Defect]:
    """Give every defect that the spec's constraints allow, in the document's order."""
    for operation in spec.operations.values():
        if operation.raw.get("x-evidence", DOCUMENTED) != DOCUMENTED:
            continue
        yield from _accepting(spec, operation)
        for status, response in operation.responses.items():
            if status.isdigit():
                if response.get("x-evidence", DOCUMENTED) == DOCUMENTED:
                    yield _other_status(operation, int(status))
                yield from _replying(operation, int(status), response)


def find(spec: Spec, name: str) -> Defect | None:
    """Give one of them by its name, None when there is none."""
    if not name.startswith(("accepts/", "replies/")):
        return None
    return next((row for row in every(spec) if row.name == name), None)


def _accepting(spec: Spec, operation: Operation) -> Iterator[Defect]:
    carrier = _carried_name(operation, "request")
    for parameter in operation.parameters:
        spot, raw = f"{parameter.where}/{parameter.name}", parameter.raw
        if parameter.name == carrier or raw.get("x-evidence", DOCUMENTED) != DOCUMENTED:
            continue
        if parameter.required and parameter.where != "path":
            yield _unenforced(spec, operation, spot, "required")
        schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
        for keyword in _KEYWORDS if schema.get("x-evidence", DOCUMENTED) == DOCUMENTED else ():
            if (
                keyword in schema
                and not is_soft(schema, keyword)
                and not _unseen(parameter.where, schema, keyword)
                and not _shadowed(schema, keyword)
            ):
                yield _unenforced(spec, operation, spot, keyword)
    seen: set[tuple[str, str]] = set()
    for media in ((operation.request_body or {}).get("content") or {}).values():
        for pointer, schema, required in nodes(media.get("schema") or {}):
            found = [word for word in _KEYWORDS if word in schema and not is_soft(schema, word)]
            found = [word for word in found if not _shadowed(schema, word)]
            for keyword in [*(["required"] if required else []), *found]:
                if pointer.strip("/") not in ("", carrier) and (pointer, keyword) not in seen:
                    seen.add((pointer, keyword))
                    yield _unenforced(spec, operation, pointer, keyword)


def _unseen(where: str, schema: Mapping[str, Any], keyword: str) -> bool:
    """Say whether a parameter cannot break the keyword: a URL is all text, and no path segment is empty."""
    if keyword == "type":
        return "string" in types(schema)
    return where == "path" and keyword == "minLength"


def _shadowed(schema: Mapping[str, Any], keyword: str) -> bool:
    """Say whether what breaks the keyword breaks another one too, so that leaving it out changes nothing."""
    if keyword == "type":
        return any(word in schema and not is_soft(schema, word) for word in ("enum", "const"))
    if keyword == "minLength" and schema["minLength"] == 1 and not is_soft(schema, "pattern"):
        return "pattern" in schema and re.search(str(schema["pattern"]), "") is None
    return False


def _unenforced(spec: Spec, operation: Operation, spot: str, keyword: str) -> Defect:
    wanted = f"validation:{operation.id}:{spot}:{keyword}"

    def accept(call: Call, answer: Answer) -> Answer:
        # Beyond the documented duties a gateway's own code may refuse the same value; a server with this
        # defect has no such second look.
        if call.operation.id != operation.id or answer.status < 400:
            return answer
        problems = [one for one in validate.request(spec, operation, call.message) if not one.soft]
        only = {_of_any_item(f"validation:{operation.id}:{one.pointer}:{one.keyword}") for one in problems}
        return (_documented_success(operation) or answer) if only == {wanted} else answer

    return Defect(
        f"accepts/{operation.id}/{spot.strip('/')}/{keyword}",
        "validation",
        f"{operation.id} takes a request that breaks {keyword} of {spot}.",
        "",
        {"guard": lambda guard: _of_any_item(guard) == wanted, "answer": accept},
    )


def _of_any_item(guard: str) -> str:
    """Give a guard with `*` for the number of a list's item, as the names of defects have it."""
    return re.sub(r"/[0-9]+(?=[/:])", "/*", guard)


def _documented_success(operation: Operation) -> Answer | None:
    """Give the first success that the documents show; None when they show none."""
    for status, response in operation.responses.items():
        if status.startswith("2") and status.isdigit():
            for body in _examples(response):
                text = json.dumps(body)
                return Answer(int(status), json.loads(text, parse_float=Decimal), reason="planted")
    return None


def _examples(response: Mapping[str, Any]) -> Iterator[Any]:
    for media in (response.get("content") or {}).values():
        if "example" in media:
            yield media["example"]
        yield from (row["value"] for row in (media.get("examples") or {}).values() if "value" in row)


def _other_status(operation: Operation, status: int) -> Defect:
    other = 204 if status < 300 else 500
    return Defect(
        f"replies/{operation.id}/{status}/status/{other}",
        "status",
        f"{operation.id} answers {other} where {status} is documented.",
        "",
        {"answer": _when(operation, status, lambda answer: replace(answer, status=other))},
    )


def _when(
    operation: Operation, status: int, change: Callable[[Answer], Answer]
) -> Callable[[Call, Answer], Answer]:
    def hook(call: Call, answer: Answer) -> Answer:
        return change(answer) if call.operation.id == operation.id and answer.status == status else answer

    return hook


def _replying(operation: Operation, status: int, response: Mapping[str, Any]) -> Iterator[Defect]:
    seen: set[str] = set()
    shown = list(_examples(response))
    for media in (response.get("content") or {}).values():
        # How sure a body is, its media type may say: documents show bodies under numbers that they leave out.
        if media.get("x-evidence", response.get("x-evidence", DOCUMENTED)) != DOCUMENTED:
            continue
        for pointer, schema, required in nodes(media.get("schema") or {}):
            for how, change in breaks(schema, required):
                name = f"replies/{operation.id}/{status}{pointer}/{how}"
                path = steps(pointer)
                if pointer and name not in seen and (not shown or any(holds(one, path) for one in shown)):
                    seen.add(name)
                    yield _broken(operation, status, name, pointer, how, change)


def _broken(operation: Operation, status: int, name: str, pointer: str, how: str, change: Change) -> Defect:
    path = steps(pointer)
    carrier = _carried_name(operation)

    def at_answer(answer: Answer) -> Answer:
        return replace(answer, body=changed(answer.body, path, change)) if answer.raw is None else answer

    def at_reply(operation_id: str, message: Message) -> Message:
        # The signature is attached after the answer is written, so it can only be broken afterwards.
        if operation_id != operation.id or message.status != status:
            return message
        try:
            return replace(message, body=encoded(changed(parse_json(message.body), path, change)))
        except UnreadableBody:
            return message

    hooks: Mapping[str, Callable[..., Any]] = (
        {"reply": at_reply} if path[-1] == carrier else {"answer": _when(operation, status, at_answer)}
    )
    return Defect(
        name, "schema", f"{operation.id} {status}: {pointer} is {how.replace('-', ' ')}.", "", hooks
    )


def _carried_name(operation: Operation, part: str = "response") -> str:
    rule = (operation.signing or {}).get(part) or {}
    carry = rule.get("carry") or {}
    return str(next(iter(carry.values()), "signature")) if rule else ""
