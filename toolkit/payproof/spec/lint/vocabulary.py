"""The x- vocabulary: its keys are known, their values have the form that its JSON Schema states."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from payproof.files import read_json
from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.lint.subject import Node, Subject

SCHEMA = Path(__file__).parent.parent / "vocabulary.schema.json"


@cache
def schema() -> dict[str, Any]:
    """Give the JSON Schema of the vocabulary."""
    found: dict[str, Any] = read_json(SCHEMA).data
    return found


@cache
def _validator(key: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    registry: Any = Registry()
    stated = schema()
    one = {"allOf": [stated["properties"][key]], "$defs": stated["$defs"]}
    return Draft202012Validator(one, registry=registry)


def _extensions(subject: Subject) -> Iterator[tuple[Node, str, Any]]:
    for node in subject.written():
        for key, value in node.value.items():
            if key.startswith("x-"):
                yield node, key, value


@rule(
    id="spec-extension-unknown",
    severity=Severity.ERROR,
    summary="An x- key is none of the vocabulary, so nothing reads it.",
    fix="spell it as the vocabulary does, or add it to vocabulary.schema.json",
    example=Example(input={"x-evidense": "documented"}),
    area="lint",
)
def unknown_extension(subject: Subject) -> Iterator[Finding]:
    """Find x- keys that are not known."""
    known = schema()["properties"]
    for node, key, _ in _extensions(subject):
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            more = {"hint": hint} if hint else {}
            yield subject.finding(unknown_extension, node, f"{key[:60]!r} is not known", key=key, **more)


@rule(
    id="spec-extension-invalid",
    severity=Severity.ERROR,
    summary="An x- key holds something else than the vocabulary says.",
    fix="write it as vocabulary.schema.json describes",
    example=Example(input={"x-evidence": "certain"}),
    area="lint",
)
def invalid_extension(subject: Subject) -> Iterator[Finding]:
    """Find x- values that do not have their form."""
    from jsonschema.exceptions import best_match

    known = schema()["properties"]
    for node, key, value in _extensions(subject):
        if key not in known:
            continue
        error = best_match(_validator(key).iter_errors(value))
        if error is not None:
            spot = "/".join([key, *map(str, error.absolute_path)])
            yield subject.finding(invalid_extension, node, f"{spot}: {error.message[:300]}", key=key)
