"""Defects made from a spec: every documented constraint times every way to break it.

What rests on less than the documents is no promise, so there is no defect in breaking it. Nor is there one
that nobody could see: a text where a URL holds nothing but text, a member that no documented reply of that
status shows, the signature's own field (signatures have defects of their own).

accepts/OPERATION/PLACE/KEYWORD            a duty of requests that is not enforced
replies/OPERATION/STATUS/POINTER/HOW       a promise of replies that is broken
replies/OPERATION/STATUS/status/OTHER      another status than the documented one
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from payproof.model import Message
from payproof.signing.fields import Pairs, UnreadableBody, parse_json
from payproof.simulator.defects import Defect
from payproof.simulator.jsontext import encoded
from payproof.simulator.protocol import Answer, Call
from payproof.spec import Operation, Spec, validate

Change = Callable[[Any], Any]
DROP = object()
DOCUMENTED = "documented"
_DEEPEST = 12

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
                and not _soft(schema, keyword)
                and not _unseen(parameter.where, schema, keyword)
            ):
                yield _unenforced(spec, operation, spot, keyword)
    seen: set[tuple[str, str]] = set()
    for media in ((operation.request_body or {}).get("content") or {}).values():
        for pointer, schema, required in _nodes(media.get("schema") or {}):
            found = [word for word in _KEYWORDS if word in schema and not _soft(schema, word)]
            for keyword in [*(["required"] if required else []), *found]:
                if pointer.strip("/") not in ("", carrier) and (pointer, keyword) not in seen:
                    seen.add((pointer, keyword))
                    yield _unenforced(spec, operation, pointer, keyword)


def _unseen(where: str, schema: Mapping[str, Any], keyword: str) -> bool:
    """Say whether a parameter cannot break the keyword: a URL is all text, and no path segment is empty."""
    if keyword == "type":
        return "string" in _types(schema)
    return where == "path" and keyword == "minLength"


def _unenforced(spec: Spec, operation: Operation, spot: str, keyword: str) -> Defect:
    wanted = f"validation:{operation.id}:{spot}:{keyword}"

    def accept(call: Call, answer: Answer) -> Answer:
        # Beyond the documented duties a gateway's own code may refuse the same value; a server with this
        # defect has no such second look.
        if call.operation.id != operation.id or answer.status < 400:
            return answer
        problems = [one for one in validate.request(spec, operation, call.message) if not one.soft]
        only = {f"validation:{operation.id}:{one.pointer}:{one.keyword}" for one in problems}
        return (_documented_success(operation) or answer) if only == {wanted} else answer

    return Defect(
        f"accepts/{operation.id}/{spot.strip('/')}/{keyword}",
        "validation",
        f"{operation.id} takes a request that breaks {keyword} of {spot}.",
        "",
        {"guard": lambda guard: guard == wanted, "answer": accept},
    )


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
    if response.get("x-evidence", DOCUMENTED) != DOCUMENTED:
        return
    shown = list(_examples(response))
    for media in (response.get("content") or {}).values():
        for pointer, schema, required in _nodes(media.get("schema") or {}):
            for how, change in _breaks(schema, required):
                name = f"replies/{operation.id}/{status}{pointer}/{how}"
                path = _steps(pointer)
                if pointer and name not in seen and (not shown or any(_holds(one, path) for one in shown)):
                    seen.add(name)
                    yield _broken(operation, status, name, pointer, how, change)


def _broken(operation: Operation, status: int, name: str, pointer: str, how: str, change: Change) -> Defect:
    path = _steps(pointer)
    carrier = _carried_name(operation)

    def at_answer(answer: Answer) -> Answer:
        return replace(answer, body=_changed(answer.body, path, change)) if answer.raw is None else answer

    def at_reply(operation_id: str, message: Message) -> Message:
        # The signature is attached after the answer is written, so it can only be broken afterwards.
        if operation_id != operation.id or message.status != status:
            return message
        try:
            return replace(message, body=encoded(_changed(parse_json(message.body), path, change)))
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


def _steps(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _holds(tree: Any, path: list[str]) -> bool:
    """Say whether a documented reply has a value at the path."""
    if not path:
        return True
    if isinstance(tree, list) and path[0] == "*":
        return any(_holds(item, path[1:]) for item in tree)
    return isinstance(tree, Mapping) and path[0] in tree and _holds(tree[path[0]], path[1:])


def _soft(schema: Mapping[str, Any], keyword: str) -> bool:
    return keyword in (schema.get("x-soft") or {})


def _nodes(
    schema: Any,
    pointer: str = "",
    required: bool = False,
    wanted: frozenset[str] = frozenset(),
    depth: int = 0,
    evidence: str = DOCUMENTED,
) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Give each schema below, with the pointer to its value (`*` for any item) and whether it is required.

    Args:
        wanted: Names that a schema around this one, of the same value, requires.
    """
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    evidence = str(schema.get("x-evidence", evidence))
    if evidence == DOCUMENTED:
        yield pointer, schema, required
    # What one branch of an allOf requires may be described in another.
    wanted = wanted | _required(schema, evidence)
    for name, inner in (schema.get("properties") or {}).items():
        spot = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
        yield from _nodes(inner, spot, name in wanted, depth=depth + 1, evidence=evidence)
    if isinstance(schema.get("items"), Mapping):
        yield from _nodes(schema["items"], f"{pointer}/*", depth=depth + 1, evidence=evidence)
    for word in ("allOf", "oneOf", "anyOf"):
        for branch in schema.get(word) or ():
            yield from _nodes(branch, pointer, required, wanted, depth + 1, evidence)


def _required(schema: Any, evidence: str) -> frozenset[str]:
    """Give the names whose presence is documented."""
    if not isinstance(schema, Mapping):
        return frozenset()
    evidence = str(schema.get("x-evidence", evidence))
    branches = (_required(branch, evidence) for branch in schema.get("allOf") or ())
    own = schema.get("required") or () if evidence == DOCUMENTED else ()
    return frozenset(own).union(*branches)


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


_OTHER_TYPE: Mapping[str, tuple[str, Change]] = {
    "string": ("a-number", lambda value: Decimal(7)),
    "number": ("a-text", lambda value: str(value)),
    "integer": ("a-text", lambda value: str(value)),
    "boolean": ("a-text", lambda value: "true" if value else "false"),
    "object": ("a-list", lambda value: []),
    "array": ("an-object", lambda value: {}),
}


def _breaks(schema: Mapping[str, Any], required: bool) -> Iterator[tuple[str, Change]]:
    """Give each way in which a value can break the schema: what it becomes, and the change."""
    types = _types(schema)
    if required:
        yield "missing", lambda value: DROP
    if types and "null" not in types:
        yield "null", lambda value: None
    if len(set(types) - {"null"}) == 1:
        (only,) = set(types) - {"null"}
        if only in _OTHER_TYPE:
            yield _OTHER_TYPE[only]
    if "enum" in schema or "const" in schema:
        yield (
            "outside-the-enum",
            lambda value: "PAYPROOF_PLANTED" if isinstance(value, str) else Decimal(424242),
        )
    if "pattern" in schema or "format" in schema:
        yield "off-pattern", lambda value: "\u00a7 planted \u00a7" if isinstance(value, str) else value
    if isinstance(schema.get("minimum"), int | float):
        low = Decimal(str(schema["minimum"])) - 1
        yield "below-the-minimum", lambda value: low
    if isinstance(schema.get("maximum"), int | float):
        high = Decimal(str(schema["maximum"])) + 1
        yield "above-the-maximum", lambda value: high
    if schema.get("minLength"):
        yield "empty", lambda value: "" if isinstance(value, str) else value
    if isinstance(schema.get("maxLength"), int) and schema["maxLength"] < 10_000:
        longer = "x" * (schema["maxLength"] + 1)
        yield "too-long", lambda value: longer if isinstance(value, str) else value


def _changed(tree: Any, path: list[str], change: Change) -> Any:
    """Give a copy with the value at the path changed, in every item where the path says `*`."""
    if not path:
        return change(tree)
    head, rest = path[0], path[1:]
    if isinstance(tree, dict):
        items = (
            (name, _changed(item, rest, change) if name == head else item) for name, item in tree.items()
        )
        return {name: item for name, item in items if item is not DROP}
    if type(tree) is Pairs:
        pairs = ((name, _changed(item, rest, change) if name == head else item) for name, item in tree)
        return Pairs((name, item) for name, item in pairs if item is not DROP)
    if isinstance(tree, list) and head == "*":
        return [item for item in (_changed(item, rest, change) for item in tree) if item is not DROP]
    return tree
