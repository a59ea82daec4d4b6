"""A spec's document, editable at one place without touching any other.

What a place refers to may be shared. So on the way to a place every reference is followed only where nothing
else leads to its target; else the target is copied to where it is used, one level at a time.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from payproof.model import Location
from payproof.spec import Spec
from payproof.spec.resolve import references, steps

_WAYS = ("allOf", "oneOf", "anyOf")
_BRANCHES = ("then", "else")


class Editor:
    """A copy of a spec's document, with ways to its places.

    Args:
        spec: Where references into other files lead; it stays as it is.
        document: The document to edit; that of the spec when left out.
    """

    def __init__(self, spec: Spec, document: dict[str, Any] | None = None) -> None:
        self.spec = spec
        self.document: dict[str, Any] = copy.deepcopy(document or spec.document)

    def own(self, holder: Any, key: Any) -> Any:
        """Give what stands under a key, a reference replaced so that a change has effect nowhere else."""
        while isinstance(holder[key], dict) and isinstance(holder[key].get("$ref"), str):
            node = holder[key]
            reference = node["$ref"]
            inner = self._alone(reference) if len(node) == 1 else None
            if inner is not None:
                holder, key = inner
                continue
            beside = {name: value for name, value in node.items() if name != "$ref"}
            target = self._copy(reference)
            clash = target.keys() & beside.keys() - {"description", "summary", "x-evidence", "x-source"}
            holder[key] = (
                {**beside, "allOf": [target, *beside.get("allOf", [])]} if clash else {**target, **beside}
            )
        return holder[key]

    def _alone(self, reference: str) -> tuple[Any, Any] | None:
        """Give holder and key of a target that only this reference leads to."""
        if not reference.startswith("#/"):
            return None
        known = [one for _, one in references(self.document)]
        others = [
            one for one in known if one == reference or _within(one, reference) or _within(reference, one)
        ]
        if len(others) != 1:
            return None
        *path, last = steps(reference[1:])
        holder: Any = self.document
        for step in path:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        return holder, int(last) if isinstance(holder, list) else last

    def _copy(self, reference: str) -> dict[str, Any]:
        name, _, fragment = reference.partition("#")
        file = self.spec.sources.neighbour("", name)
        found: Any = self.spec.sources.data(file) if file else self.document
        for step in steps(fragment):
            found = found[int(step)] if isinstance(found, list) else found[step]
        made: dict[str, Any] = copy.deepcopy(found)
        if file:
            _rebase(made, name)
        return made

    def operation(self, name: str) -> dict[str, Any]:
        """Give an operation or webhook of the document by its id."""
        known = self.spec.operations.get(name) or self.spec.webhooks[name]
        found: Any = self.document
        for step in steps(known.pointer):
            found = self.own(found, step)
        return dict(found) if not isinstance(found, dict) else found

    def part(self, location: Location) -> dict[str, Any]:
        """Give the request body or the response that a location names."""
        operation = self.operation(location.operation)
        if location.part.startswith("response"):
            found: dict[str, Any] = self.own(operation["responses"], location.part.removeprefix("response "))
        else:
            found = self.own(operation, "requestBody")
        return found

    def schemas(self, location: Location, pointer: str | None = None) -> list[dict[str, Any]]:
        """Give every schema that speaks of a place, in all media types of its part.

        Args:
            location: The operation and the part.
            pointer: Into the message, lists as `*`; that of the location when left out.
        """
        pointer = location.pointer if pointer is None else pointer
        if location.part == "request" and not pointer.startswith("/") and pointer:
            return list(self._parameter(location.operation, pointer))
        part = self.part(location)
        if pointer.startswith("header/"):
            names = {name.lower(): name for name in part.get("headers") or {}}
            header = self.own(part["headers"], names[pointer.removeprefix("header/")])
            return list(self._variants(header, "schema"))
        found: list[dict[str, Any]] = []
        for media in part.get("content") or {}:
            found += self._variants(self.own(part["content"], media), "schema")
        for step in steps(pointer):
            found = [inner for one in found for inner in self._inner(one, step)]
        return found

    def _parameter(self, operation: str, pointer: str) -> Iterator[dict[str, Any]]:
        where, _, name = pointer.partition("/")
        rows = self.operation(operation).get("parameters") or []
        for index in range(len(rows)):
            row = self.own(rows, index)
            if (row.get("in"), row.get("name")) == (where, name):
                yield from self._variants(row, "schema")

    def _inner(self, schema: dict[str, Any], step: str) -> Iterator[dict[str, Any]]:
        if step == "*":
            if isinstance(schema.get("items"), dict):
                yield from self._variants(schema, "items")
        elif isinstance(schema.get("properties"), dict) and step in schema["properties"]:
            yield from self._variants(schema["properties"], step)
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from self._variants(schema, "additionalProperties")

    def _variants(self, holder: Any, key: Any) -> Iterator[dict[str, Any]]:
        schema = self.own(holder, key) if key in holder or isinstance(holder, list) else None
        if not isinstance(schema, dict):
            return
        yield schema
        for word in _WAYS:
            for index in range(len(schema.get(word) or ())):
                yield from self._variants(schema[word], index)
        for word in _BRANCHES:
            if isinstance(schema.get(word), dict):
                yield from self._variants(schema, word)


def _within(inner: str, outer: str) -> bool:
    return inner.startswith(f"{outer}/")


def _rebase(node: Any, file: str) -> None:
    """Make references within another file lead there from this one."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and node["$ref"].startswith("#"):
            node["$ref"] = file + node["$ref"]
        for inner in node.values():
            _rebase(inner, file)
    elif isinstance(node, list):
        for inner in node:
            _rebase(inner, file)
