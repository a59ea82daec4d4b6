"""Every example fits its schema, or says which limit it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from payproof.errors import SpecError
from payproof.files.limits import escape
from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.compiled import Compiled
from payproof.spec.lint.subject import Node, Subject
from payproof.spec.problem import Problem
from payproof.spec.wording import problems

Violation = dict[str, Any]
_MEMBERS = ("required", "dependentRequired", "additionalProperties", "undocumented-field")


def examples_of(node: Node) -> Iterator[tuple[str, Any, Any, Any]]:
    """Give (pointer, value, schema, holder of x-violates) of each example at a resolved node."""
    holder = node.value
    schema = holder.get("schema")
    if isinstance(schema, dict):
        if "example" in holder:
            yield f"{node.pointer}/example", holder["example"], schema, holder
        rows = holder.get("examples")
        for name, row in rows.items() if isinstance(rows, dict) else ():
            if isinstance(row, dict) and "value" in row:
                yield f"{node.pointer}/examples/{escape(name)}/value", row["value"], schema, row
    elif "schema" not in holder and _is_schema(holder):
        if "example" in holder:
            yield f"{node.pointer}/example", holder["example"], holder, holder
        rows = holder.get("examples")
        for index, value in enumerate(rows if isinstance(rows, list) else ()):
            yield f"{node.pointer}/examples/{index}", value, holder, holder


def _is_schema(holder: dict[str, Any]) -> bool:
    return bool(holder.keys() & {"type", "enum", "const", "allOf", "anyOf", "oneOf", "properties", "pattern"})


def violations(holder: Any) -> list[Violation]:
    """Give what an example says that it breaks."""
    stated = holder.get("x-violates") if isinstance(holder, dict) else None
    rows = stated if isinstance(stated, list) else [stated]
    return [row for row in rows if isinstance(row, dict)]


def _judged(subject: Subject) -> Iterator[tuple[str, list[Problem], list[Violation]]]:
    for node in subject.resolved():
        for pointer, value, schema, holder in examples_of(node):
            try:
                found = problems(Compiled(subject.spec, schema, node.pointer), value)
            except SpecError:
                continue  # spec-schema-unusable says so
            yield pointer, found, violations(holder)


def _covers(violation: Violation, problem: Problem) -> bool:
    # Of a missing or superfluous member, the object that lacks or has it may be named as well.
    places = (
        None,
        problem.pointer,
        problem.pointer.rpartition("/")[0] if problem.keyword in _MEMBERS else None,
    )
    return problem.keyword == violation.get("keyword") and violation.get("pointer") in places


@rule(
    id="spec-example-invalid",
    severity=Severity.ERROR,
    summary="An example breaks its schema and does not say so.",
    fix="mend the example or the schema, or add x-violates with keyword, pointer and why",
    example=Example(input={"schema": {"type": "integer"}, "example": "11"}),
    area="lint",
)
def invalid_example(subject: Subject) -> Iterator[Finding]:
    """Find examples that break a limit they do not name."""
    for pointer, found, known in _judged(subject):
        for problem in found:
            if not any(_covers(one, problem) for one in known):
                severity = Severity.NOTE if problem.soft else None
                text = f"{problem.pointer or 'the value'}: {problem.message} ({problem.keyword})"
                yield subject.at(invalid_example, pointer, text, severity=severity)


@rule(
    id="spec-violation-stale",
    severity=Severity.WARNING,
    summary="An example keeps the limit that its x-violates says it breaks.",
    fix="remove x-violates, or name keyword and pointer as the validator does",
    example=Example(
        input={"schema": {"type": "integer"}, "example": 11, "x-violates": {"keyword": "type", "why": "?"}}
    ),
    area="lint",
)
def stale_violation(subject: Subject) -> Iterator[Finding]:
    """Find x-violates that name nothing that is broken."""
    for pointer, found, known in _judged(subject):
        for one in known:
            # A keyword with x- is a rule about money or states, which no schema can judge.
            judged = not str(one.get("keyword")).startswith("x-")
            if judged and not any(_covers(one, problem) for problem in found):
                spot = f"{one.get('keyword')} at {one.get('pointer', 'any place')}"
                yield subject.at(stale_violation, pointer, f"nothing breaks {spot}")
