"""Schemas ready to judge values: jsonschema-rs says whether, jsonschema says why.

Both get a schema in which nothing remote is left, and both are told to fetch nothing. `format` is an
annotation except where the spec says `x-format-assert`; limits under `x-soft` and `x-closed` make a second,
stricter schema, whose refusals are notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from payproof.errors import SpecError
from payproof.spec.document import Spec
from payproof.spec.marks import Path, behind
from payproof.spec.records import Schema
from payproof.spec.resolve import is_data, is_names, steps

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Compiled:
    """One schema of a spec; making it raises SpecError when it is no JSON Schema.

    Args:
        spec: The spec; cyclic references lead into it.
        schema: The schema, resolved.
        pointer: Where it stands in the resolved document.
    """

    def __init__(self, spec: Spec, schema: Schema, pointer: str) -> None:
        if not isinstance(schema, dict | bool):
            raise SpecError("a schema is no mapping", where=spec.where(pointer), hint="write a schema")
        self.spec, self.schema, self.pointer = spec, schema, pointer
        self.hard = Pair(self, soft=False)
        stricter = Pair(self, soft=True)
        self.soft = stricter if stricter.schema != self.hard.schema else None
        # Whoever walks the schema afterwards can rely on its being one.
        for pair in (self.hard, self.soft):
            if pair is not None:
                pair.fast  # noqa: B018

    def is_valid(self, value: Any) -> bool:
        """Say whether a value keeps every limit, the soft ones included."""
        return self.hard.is_valid(value) and (self.soft is None or self.soft.is_valid(value))


class Pair:
    """The two validators of one schema; the slow one is made when it is first needed."""

    def __init__(self, owner: Compiled, *, soft: bool) -> None:
        self._owner = owner
        self.schema = _ready(owner.spec, owner.schema, soft=soft)

    @cached_property
    def fast(self) -> Any:
        """The jsonschema-rs validator; raises SpecError when the schema is none."""
        import jsonschema_rs

        try:
            return jsonschema_rs.Draft202012Validator(self.schema, validate_formats=True, offline=True)
        except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            text = str(error).split("\n", 1)[0][:200]
            raise SpecError(
                f"this is no usable JSON Schema: {text}",
                where=self._owner.spec.where(self._owner.pointer),
                hint="mend the schema",
            ) from None

    @cached_property
    def wordy(self) -> Any:
        """The jsonschema validator."""
        from jsonschema import Draft202012Validator
        from referencing import Registry

        checker = Draft202012Validator.FORMAT_CHECKER
        registry: Any = Registry()
        return Draft202012Validator(self.schema, registry=registry, format_checker=checker)

    def is_valid(self, value: Any) -> bool:
        """Say whether a value fits; values that jsonschema-rs cannot take are judged by jsonschema."""
        try:
            return bool(self.fast.is_valid(value))
        except (ValueError, OverflowError, RecursionError):
            return not self.errors(value)

    def errors(self, value: Any) -> list[Any]:
        """Give jsonschema's errors, at most a hundred; none where it cannot judge."""
        import re
        from itertools import islice

        try:
            return list(islice(self.wordy.iter_errors(value), 100))
        except (re.error, OverflowError, RecursionError, ValueError):
            return []

    def places(self, value: Any) -> list[tuple[Path, Path]]:
        """Give jsonschema-rs's errors as (path in the value, path in the schema), for want of a wording."""
        from itertools import islice

        try:
            rows = islice(self.fast.iter_errors(value), 100)
            found = [(tuple(one.instance_path), tuple(one.schema_path)) for one in rows]
        except (ValueError, OverflowError, RecursionError):
            found = []
        return found or [((), ())]


def _ready(spec: Spec, schema: Schema, *, soft: bool) -> Any:
    if isinstance(schema, bool):
        return schema
    kept: set[str] = set()
    made = _copied(schema, kept, soft=soft)
    made["$schema"] = DIALECT
    # A cycle's reference counts from the document's root, so what it leads to comes along under its old name.
    waiting = sorted(kept)
    done: set[str] = set()
    while waiting:
        reference = waiting.pop()
        if reference not in done:
            done.add(reference)
            found: set[str] = set()
            _place(made, reference, _copied(behind(spec, reference), found, soft=soft))
            waiting += sorted(found)
    return made


def _place(made: dict[str, Any], reference: str, schema: Any) -> None:
    path = steps(reference.removeprefix("#"))
    for step in path[:-1]:
        inner = made.setdefault(step, {})
        if not isinstance(inner, dict):
            return  # a longer reference into a schema that is here already
        made = inner
    made.setdefault(path[-1], schema)


def _copied(node: Any, kept: set[str], *, soft: bool, names: bool = False) -> Any:
    if isinstance(node, list):
        return [_copied(item, kept, soft=soft) for item in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {}
    for key, value in node.items():
        if not names and (key.startswith("x-") or (key == "format" and not node.get("x-format-assert"))):
            continue
        inner = is_names(key, value, names=names)
        made[key] = (
            value if is_data(key, value, names=names) else _copied(value, kept, soft=soft, names=inner)
        )
    if not names and isinstance(node.get("$ref"), str):
        kept.add(node["$ref"])
    if soft and not names:
        made.update(_stricter(node))
    return made


def _stricter(node: Mapping[str, Any]) -> dict[str, Any]:
    more = dict(node["x-soft"]) if isinstance(node.get("x-soft"), dict) else {}
    limits = {key: value for key, value in more.items() if not key.startswith("x-")}
    if node.get("x-closed") == "documented-fields":
        limits["unevaluatedProperties"] = False
    return limits
