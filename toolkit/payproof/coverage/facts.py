"""What of a contract can be exercised: operations, statuses, codes, schemes, webhooks, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from payproof.lifecycle import BEFORE, read_all
from payproof.spec import Operation, Spec

KINDS = ("operation", "status", "error code", "signing scheme", "webhook", "transition", "conditional duty")


class Fact(NamedTuple):
    """One thing to exercise: its kind (one of `KINDS`) and its name."""

    kind: str
    name: str


def facts(spec: Spec) -> list[Fact]:
    """Give every fact of a contract, in the order of the documents and each once."""
    found = [*_operations(spec), *_schemes(spec), *_webhooks(spec), *_steps(spec), *_duties(spec)]
    return sorted(dict.fromkeys(found), key=lambda fact: KINDS.index(fact.kind))


def served(spec: Spec) -> list[Operation]:
    """Give the operations that a merchant's server calls and the documents describe in full."""
    return [one for one in spec.operations.values() if not one.raw.get("x-target")]


def sent(spec: Spec) -> list[Operation]:
    """Give the webhooks that a server sends."""
    return [
        one for one in spec.webhooks.values() if not one.raw.get("x-target") and not one.raw.get("x-kind")
    ]


def _operations(spec: Spec) -> Iterator[Fact]:
    for one in served(spec):
        yield Fact("operation", one.id)
        for status, response in one.responses.items():
            if status != "default":
                yield Fact("status", f"{one.id} {status}")
            if not status.startswith("2"):
                yield from (Fact("error code", f"{one.id} {code}") for code in _documented_codes(response))
        for row in one.testbed.get("refused") or ():
            if row.get("code"):
                yield Fact("error code", f"{one.id} {row['code']}")


def _documented_codes(response: Mapping[str, Any]) -> Iterator[str]:
    for media in (response.get("content") or {}).values():
        for row in (media.get("examples") or {}).values():
            yield from codes(row.get("value"))


def codes(data: Any) -> Iterator[str]:
    """Give the error codes in an answer: texts of members whose name is or ends in `code`."""
    waiting = [data]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, dict):
            yield from (
                one
                for name, one in value.items()
                if str(name).lower().endswith("code") and isinstance(one, str)
            )
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def scheme_of(operation: Operation, part: str) -> str:
    """Give the name of the scheme that covers a part of an operation, empty when it is unsigned."""
    rule = (operation.signing or {}).get(part)
    return str(rule.get("scheme", "")) if isinstance(rule, Mapping) else ""


def _schemes(spec: Spec) -> Iterator[Fact]:
    for one in served(spec):
        for part in ("request", "response"):
            if name := scheme_of(one, part):
                yield Fact("signing scheme", name)
    for one in sent(spec):
        if name := scheme_of(one, "request"):
            yield Fact("signing scheme", name)


def _webhooks(spec: Spec) -> Iterator[Fact]:
    yield from (Fact("webhook", one.id) for one in sent(spec))


def step_name(cycle: str, source: str, target: str, trigger: str) -> str:
    """Give the name of a transition."""
    return f"{cycle} {source if source != BEFORE else 'nothing'} -> {target} ({trigger})"


def _steps(spec: Spec) -> Iterator[Fact]:
    elsewhere = {one.id for one in spec.operations.values() if one.raw.get("x-target")}
    for cycle in read_all(spec.life_cycles).values():
        for row in cycle.transitions:
            if row.availability == "current" and row.trigger not in elsewhere:
                yield Fact("transition", step_name(cycle.name, row.source, row.target, row.trigger))


def duties(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the conditions of an operation's conditional duties, each with a name."""
    for media in ((operation.request_body or {}).get("content") or {}).values():
        for schema in _parts(media.get("schema") or {}):
            if isinstance(schema.get("if"), Mapping):
                yield f"{operation.id}: {words(schema['if'])}", schema["if"]
            for name in schema.get("dependentRequired") or {}:
                yield f"{operation.id}: {name} is given", {"required": [name]}


def _parts(schema: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    yield schema
    if depth < 8:
        for part in schema.get("allOf") or ():
            if isinstance(part, Mapping):
                yield from _parts(part, depth + 1)


def words(condition: Mapping[str, Any]) -> str:
    """Give a condition in words, such as `can_expire is true`."""
    rows = []
    for name, one in (condition.get("properties") or {}).items():
        inner = one if isinstance(one, Mapping) else {}
        if "const" in inner:
            value = inner["const"]
            rows.append(f"{name} is {str(value).lower() if isinstance(value, bool) else value}")
        elif inner.get("enum"):
            rows.append(f"{name} is one of {', '.join(map(str, inner['enum']))}")
        else:
            rows.append(f"{name} is given")
    return " and ".join(rows or [f"{name} is given" for name in condition.get("required") or ["something"]])


def _duties(spec: Spec) -> Iterator[Fact]:
    for one in served(spec):
        yield from (Fact("conditional duty", name) for name, _ in duties(one))
