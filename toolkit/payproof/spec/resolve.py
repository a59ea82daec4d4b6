"""A document with its local references put in place.

What a reference means is copied to where it stands; only a cycle keeps its `$ref`, so that the result is
finite. Equal targets are shared, not repeated, and the values that the result stands for are counted: a few
lines of references to references can stand for more than memory holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import unquote

from payproof.errors import SpecError
from payproof.files.limits import escape
from payproof.spec.sources import Sources

DEPTH = 150
NODES = 2_000_000
#: Members whose keys are names that the document's author chose, not words of OpenAPI.
NAMES = frozenset(
    {
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas",
        "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links",
        "callbacks", "pathItems", "content", "encoding", "variables", "paths", "webhooks", "mapping",
    }
)  # fmt: skip
#: Members that hold data; what looks like a reference there is none.
DATA = frozenset({"example", "default", "const", "enum", "value"})
_FORBIDDEN = frozenset(
    {
        "$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor",
    }
)  # fmt: skip
#: Beside these a reference is one of two conditions; beside others it only gets a better description.
_ASSERTIONS = frozenset(
    {
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum",
        "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
        "maxContains", "minContains", "maxProperties", "minProperties", "required", "dependentRequired",
        "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "prefixItems",
        "items", "contains", "properties", "patternProperties", "additionalProperties", "propertyNames",
        "unevaluatedItems", "unevaluatedProperties", "format", "x-soft", "x-closed",
    }
)  # fmt: skip
#: Where targets in other files stand in a resolved document, when a cycle needs them.
FILES = "x-files"
Place = tuple[str, str]


def steps(pointer: str) -> list[str]:
    """Give the unescaped steps of a JSON pointer; raises ValueError when it is none."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ValueError("the part after # is no JSON pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]


def is_data(key: str, value: Any, *, names: bool) -> bool:
    """Say whether a member holds data rather than description."""
    return not names and (key in DATA or (key == "examples" and isinstance(value, list)))


def is_names(key: str, value: Any, *, names: bool) -> bool:
    """Say whether a member's keys are names chosen by the author."""
    return not names and key in NAMES and isinstance(value, dict)


def references(node: Any, pointer: str = "", *, names: bool = False) -> Iterator[tuple[str, str]]:
    """Give (pointer of the holder, reference) of each `$ref` that is one, in order."""
    if isinstance(node, dict):
        if not names and isinstance(node.get("$ref"), str):
            yield pointer, node["$ref"]
        for key, value in node.items():
            if not is_data(key, value, names=names):
                inner = is_names(key, value, names=names)
                yield from references(value, f"{pointer}/{escape(key)}", names=inner)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from references(value, f"{pointer}/{index}")


def _index(step: str) -> int:
    return int(step) if re.fullmatch("[0-9]{1,7}", step) else 1 << 30


class Resolver:
    """Follows the references of one spec.

    Args:
        sources: Its files.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        # By place: the value, how many values it stands for, how many levels it has.
        self._done: dict[Place, tuple[Any, int, int]] = {}
        self._open: list[Place] = []
        self._count = self._deepest = 0
        self._cut: set[str] = set()

    def document(self) -> dict[str, Any]:
        """Give the whole document resolved.

        Raises:
            SpecError: with file and line: a reference that leads nowhere, outside or too deep.
        """
        made = self._node("", "", self._sources.data(), 1, names=False)
        if self._cut:
            made = {**made, FILES: {}}
            while missing := self._cut - made[FILES].keys():
                file = min(missing)
                made[FILES][file] = self._node(file, "", self._sources.data(file), 1, names=False)
        return dict(made)

    def place(self, file: str, reference: str) -> Place:
        """Give the file and canonical pointer of a reference; raises ValueError if it leads nowhere."""
        name, _, fragment = reference.partition("#")
        target = self._sources.neighbour(file, name)
        path = steps(unquote(fragment))
        if not target and not path:
            raise ValueError("it leads to the whole document")
        return self._walked(target, path, 0)

    def value(self, place: Place) -> Any:
        """Give the unresolved value at a place that `place` gave."""
        value = self._sources.data(place[0])
        for step in steps(place[1]):
            value = value[int(step)] if isinstance(value, list) else value[step]
        return value

    def _walked(self, file: str, path: list[str], hops: int) -> Place:
        # A pointer may pass through another reference, so each step looks behind one.
        if hops > DEPTH:
            raise ValueError("references lead to references without end")
        value, pointer = self._sources.data(file), ""
        for index, step in enumerate(path):
            if isinstance(value, Mapping) and step not in value and isinstance(value.get("$ref"), str):
                behind = self.place_after(file, value["$ref"], hops)
                return self._walked(behind[0], [*steps(behind[1]), *path[index:]], hops + 1)
            if isinstance(value, Mapping) and step in value:
                value = value[step]
            elif isinstance(value, list) and _index(step) < len(value):
                value = value[_index(step)]
            else:
                raise ValueError(f"there is nothing at {'/' + '/'.join(path)[:80]}")
            pointer += f"/{escape(step)}"
        return file, pointer

    def place_after(self, file: str, reference: str, hops: int) -> Place:
        """Give the place of a reference met on the way to another one."""
        name, _, fragment = reference.partition("#")
        return self._walked(self._sources.neighbour(file, name), steps(unquote(fragment)), hops + 1)

    def _refuse(self, file: str, pointer: str, what: str, hint: str) -> NoReturn:
        raise SpecError(what, where=self._sources.where(file, pointer), hint=hint)

    def _node(self, file: str, pointer: str, node: Any, depth: int, *, names: bool) -> Any:
        self._spend(file, pointer, 1, depth)
        if isinstance(node, dict):
            if not names and isinstance(node.get("$ref"), str):
                return self._reference(file, pointer, node, depth)
            return self._members(file, pointer, node, depth, names=names)
        if isinstance(node, list):
            made = []
            for index, item in enumerate(node):
                made.append(self._node(file, f"{pointer}/{index}", item, depth + 1, names=False))
            return made
        return node

    def _members(
        self, file: str, pointer: str, node: dict[str, Any], depth: int, *, names: bool
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.items():
            if is_data(key, value, names=names):
                made[key] = value
                continue
            spot = f"{pointer}/{escape(key)}"
            if not names and key in _FORBIDDEN and isinstance(value, str):
                self._refuse(file, spot, f"{key} is not supported", "refer with $ref and a JSON pointer")
            made[key] = self._node(file, spot, value, depth + 1, names=is_names(key, value, names=names))
        return made

    def _reference(self, file: str, pointer: str, node: dict[str, Any], depth: int) -> Any:
        try:
            place = self.place(file, node["$ref"])
        except ValueError as error:
            what = f"the reference {node['$ref'][:80]!r} cannot be followed: {error}"
            self._refuse(file, f"{pointer}/$ref", what, "point it at something inside this spec")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        # A node's ancestors are being read just like the targets on the way to it.
        inside = place[0] == file and f"{pointer}/".startswith(f"{place[1]}/")
        if inside or place in self._open:
            return {"$ref": self._local(place), **self._members(file, pointer, beside, depth, names=False)}
        target = self._target(place, depth)
        if not beside:
            return target
        more = self._members(file, pointer, beside, depth, names=False)
        if isinstance(target, dict) and not _ASSERTIONS & more.keys():
            return {**target, **more}
        return {**more, "allOf": [target, *more.get("allOf", [])]}

    def _local(self, place: Place) -> str:
        file, pointer = place
        if not file:
            return f"#{pointer}"
        self._cut.add(file)
        return f"#/{FILES}/{escape(file)}{pointer}"

    def _spend(self, file: str, pointer: str, count: int, depth: int) -> None:
        self._count += count
        self._deepest = max(self._deepest, depth)
        if depth > DEPTH:
            self._refuse(file, pointer, f"references nest deeper than {DEPTH} levels", "flatten the schemas")
        if self._count > NODES:
            self._refuse(file, pointer, f"references stand for more than {NODES} values", "use fewer of them")

    def _target(self, place: Place, depth: int) -> Any:
        if place in self._done:
            value, count, height = self._done[place]
            self._spend(*place, count, depth + height)
            return value
        count, deepest, self._deepest = self._count, self._deepest, depth
        self._open.append(place)
        value = self._node(*place, self.value(place), depth + 1, names=False)
        self._open.pop()
        self._done[place] = (value, self._count - count, self._deepest - depth)
        self._deepest = max(deepest, self._deepest)
        return value
