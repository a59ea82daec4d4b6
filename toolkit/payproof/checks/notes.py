"""Where the documents annotate a response's schema: the pointers at which `x-agrees` and `x-list` stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.spec import Operation

_DEEPEST = 12


def notes(operation: Operation, status: int, keyword: str) -> list[tuple[str, Any, Mapping[str, Any]]]:
    """Give (pointer, annotation, schema) of each annotation in the schemas of that status."""
    response = operation.responses.get(str(status)) or {}
    found: dict[str, tuple[str, Any, Mapping[str, Any]]] = {}
    for media in (response.get("content") or {}).values():
        for pointer, schema in nodes(media.get("schema") or {}):
            if keyword in schema:
                found.setdefault(pointer, (pointer, schema[keyword], schema))
    return list(found.values())


def nodes(schema: Any, pointer: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give (pointer, schema) of a schema and of everything below it."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    yield pointer, schema
    for name, inner in (schema.get("properties") or {}).items():
        step = str(name).replace("~", "~0").replace("/", "~1")
        yield from nodes(inner, f"{pointer}/{step}", depth + 1)
    if isinstance(schema.get("items"), Mapping):
        yield from nodes(schema["items"], f"{pointer}/*", depth + 1)
    for word in ("allOf", "oneOf", "anyOf"):
        for branch in schema.get(word) or ():
            yield from nodes(branch, pointer, depth + 1)
