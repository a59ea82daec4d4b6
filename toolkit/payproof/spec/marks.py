"""What the spec says about a place in a value: secret or not, how sure, where from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from payproof.spec.document import Spec
from payproof.spec.records import Schema
from payproof.spec.resolve import steps

#: Names that hold secrets whether or not a schema says so.
SECRET_NAME = re.compile(
    r"secret|token|passw|cvv|cvc|card_?number|account_?number|authorization|encryption_?key|api_?key|(?:^|_)pin(?:$|_)",
    re.IGNORECASE,
)
_BRANCHES = ("allOf", "anyOf", "oneOf")
_MOST = 20_000
Path = tuple[str | int, ...]


def is_secret_name(path: Iterable[str | int]) -> bool:
    """Say whether any step of a path has a name that secrets have."""
    return any(isinstance(step, str) and SECRET_NAME.search(step) for step in path)


def secrets(spec: Spec, schema: Schema, value: Any) -> dict[Path, Any]:
    """Give a value's secrets by their path: what is marked `x-secret`, and what is named like one."""
    found: dict[Path, Any] = {}
    waiting: list[tuple[Path, Any, list[Schema]]] = [((), value, [schema])]
    seen = 0
    while waiting and seen < _MOST:
        path, inner, schemas = waiting.pop()
        seen += 1
        parts = [part for one in schemas for part in alternatives(spec, one)]
        if any(part.get("x-secret") for part in parts) or is_secret_name(path[-1:]):
            found[path] = inner
        elif isinstance(inner, dict):
            waiting += [((*path, key), item, [*_member(parts, key)]) for key, item in inner.items()]
        elif isinstance(inner, list):
            items = [part["items"] for part in parts if isinstance(part.get("items"), dict)]
            waiting += [((*path, index), item, items) for index, item in enumerate(inner)]
    return found


def alternatives(spec: Spec, schema: Schema, depth: int = 12) -> Iterator[Mapping[str, Any]]:
    """Give a schema and all that it is composed of."""
    if not isinstance(schema, Mapping) or depth == 0:
        return
    yield schema
    if isinstance(schema.get("$ref"), str):
        yield from alternatives(spec, behind(spec, schema["$ref"]), depth - 1)
    for word in _BRANCHES:
        parts = schema.get(word)
        for part in parts if isinstance(parts, list) else ():
            yield from alternatives(spec, part, depth - 1)
    for word in ("then", "else"):
        yield from alternatives(spec, schema.get(word, True), depth - 1)


def behind(spec: Spec, reference: str) -> Any:
    """Give what a reference that a resolved document kept leads to."""
    found: Any = spec.resolved
    for name in steps(reference.removeprefix("#")):
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found


def trail(spec: Spec, schema: Any, path: Iterable[str | int]) -> Iterator[Any]:
    """Give the schema and each part of it on a validator's path, as far as the spec's own schema has them."""
    yield schema
    for step in path:
        # jsonschema leaves the step through a reference out of its paths.
        if isinstance(schema, Mapping) and step not in schema and isinstance(schema.get("$ref"), str):
            schema = behind(spec, schema["$ref"])
        try:
            schema = behind(spec, schema["$ref"]) if step == "$ref" else schema[step]
        except (KeyError, IndexError, TypeError):
            return
        yield schema


def evidence_of(holders: Iterable[Any]) -> tuple[str, Any]:
    """Give the last `x-evidence` and `x-source` on the way down; `documented` when nothing says otherwise."""
    evidence, source = "documented", ""
    for holder in holders:
        if isinstance(holder, Mapping):
            if isinstance(holder.get("x-evidence"), str):
                evidence = holder["x-evidence"]
            source = holder.get("x-source", source)
    return evidence, source


def claim_of(spec: Spec, source: Any) -> str:
    """Give a source in one line: a name out of `x-sources`, a record, or a text as it is."""
    known = spec.document.get("x-sources")
    if isinstance(source, str) and isinstance(known, dict) and isinstance(known.get(source), dict):
        source = known[source]
    if not isinstance(source, Mapping):
        return str(source) if isinstance(source, str) else ""
    section = f", {source['section']}" if source.get("section") else ""
    read = f" (read {source['read']})" if source.get("read") else ""
    return f"{source.get('document', source.get('url', ''))}{section}{read}"


def _member(parts: Iterable[Mapping[str, Any]], key: str) -> Iterator[Schema]:
    for part in parts:
        named = part.get("properties")
        if isinstance(named, Mapping) and key in named:
            yield named[key]
        elif isinstance(part.get("additionalProperties"), Mapping):
            yield part["additionalProperties"]
