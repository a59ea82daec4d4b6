"""Questions to a request's schemas: what stands at an address, and which constraints hold there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.conformance.draft import Draft
from payproof.model import Evidence
from payproof.spec import Operation, Parameter


def body_schema(operation: Operation, media_type: str) -> Mapping[str, Any]:
    """Give the schema of the body of that media type, empty when there is none."""
    content = (operation.request_body or {}).get("content", {})
    found = content.get(media_type, {}).get("schema", {})
    return found if isinstance(found, Mapping) else {}


def schema_at(draft: Draft, address: str) -> Mapping[str, Any]:
    """Give the schema of one addressed value, empty when the documents say nothing of it."""
    where, _, name = address.partition("/")
    if where != "body":
        rows = draft.operation.parameters
        return next((schema_of(one) for one in rows if (one.where, one.name) == (where, name)), {})
    schema: Mapping[str, Any] = body_schema(draft.operation, draft.media_type)
    for step in name.split("/") if name else ():
        schema = _inner(schema, step.replace("~1", "/").replace("~0", "~"))
    return schema


def schema_of(parameter: Parameter) -> Mapping[str, Any]:
    """Give a parameter's schema, empty where it allows anything."""
    return parameter.schema if isinstance(parameter.schema, Mapping) else {}


def properties(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give an object schema's properties, those of its `allOf` included, in the order written."""
    found: dict[str, Mapping[str, Any]] = {}
    for part in schema.get("allOf", ()):
        found.update(properties(part))
    found.update(
        {name: one for name, one in schema.get("properties", {}).items() if isinstance(one, Mapping)}
    )
    return found


def required(schema: Mapping[str, Any]) -> list[str]:
    """Give the names an object schema always requires."""
    found = [name for part in schema.get("allOf", ()) for name in required(part)]
    return list(dict.fromkeys([*found, *schema.get("required", ())]))


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the JSON types a schema allows; empty when it does not say."""
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


def conditions(schema: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Give every `if` and `then` of an object schema, those in its `allOf` included."""
    if isinstance(schema.get("if"), Mapping):
        for branch in ("then", "else"):
            if isinstance(schema.get(branch), Mapping):
                yield (schema["if"] if branch == "then" else {"not": schema["if"]}), schema[branch]
    for part in schema.get("allOf", ()):
        yield from conditions(part)


def walk(schema: Mapping[str, Any], prefix: str = "body") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give (address, schema) of every property, nested objects included, lists left out."""
    for name, one in properties(schema).items():
        address = f"{prefix}/{name.replace('~', '~0').replace('/', '~1')}"
        yield address, one
        yield from walk(one, address)


def members(schema: Mapping[str, Any], prefix: str = "body") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Give (address, schema, required) of every property, those of a list's first item included."""
    must = required(schema)
    for name, one in properties(schema).items():
        address = f"{prefix}/{name.replace('~', '~0').replace('/', '~1')}"
        yield address, one, name in must
        yield from members(one, address)
        item = one.get("items")
        if isinstance(item, Mapping):
            yield f"{address}/0", item, False
            yield from members(item, f"{address}/0")


def evidence_at(draft: Draft, address: str) -> Evidence:
    """Give the evidence of the deepest schema on the way to an address that states one."""
    where, _, name = address.partition("/")
    found: Evidence = "documented"
    steps = name.split("/") if where == "body" else [name]
    for depth in range(1, len(steps) + 1):
        found = schema_at(draft, f"{where}/{'/'.join(steps[:depth])}").get("x-evidence", found)
    return found


def _inner(schema: Mapping[str, Any], step: str) -> Mapping[str, Any]:
    found = properties(schema).get(step)
    if found is not None:
        return found
    items = schema.get("items")
    return items if step.isdigit() and isinstance(items, Mapping) else {}
