"""References that lead nowhere, schemas that no validator takes, operations without a name."""

from __future__ import annotations

from collections.abc import Iterator

from payproof.errors import SpecError, UnreadableInput
from payproof.model import Finding, Severity
from payproof.rules import Example, Rule, register, rule
from payproof.spec.compiled import Compiled
from payproof.spec.lint.subject import Subject
from payproof.spec.resolve import Resolver

unusable_document = register(
    Rule(
        "spec-unusable",
        Severity.ERROR,
        "The document does not hold together, so nothing in it can be used.",
        fix="mend the place named",
        example=Example(input={"paths": {"pay": {}}}),
        area="lint",
    )
)


@rule(
    id="spec-dead-reference",
    severity=Severity.ERROR,
    summary="A $ref leads nowhere, or out of the spec's own folder.",
    fix="point it at something inside this spec",
    example=Example(input={"$ref": "#/components/schemas/Missing"}),
    area="lint",
)
def dead_reference(subject: Subject) -> Iterator[Finding]:
    """Find references that cannot be followed."""
    resolver = Resolver(subject.spec.sources)
    for node in subject.written():
        reference = node.value.get("$ref")
        if not isinstance(reference, str):
            continue
        try:
            resolver.place(node.file, reference)
        except (ValueError, UnreadableInput) as error:
            why = error.what if isinstance(error, UnreadableInput) else str(error)
            yield subject.finding(dead_reference, node, f"{reference[:80]!r}: {why}", key="$ref")


@rule(
    id="spec-schema-unusable",
    severity=Severity.ERROR,
    summary="A schema is not JSON Schema 2020-12.",
    fix="mend the schema",
    example=Example(input={"schema": {"type": "text"}}),
    area="lint",
)
def unusable_schema(subject: Subject) -> Iterator[Finding]:
    """Find schemas that cannot be compiled."""
    for node in subject.resolved():
        schema = node.value.get("schema")
        if not isinstance(schema, dict):
            continue
        try:
            Compiled(subject.spec, schema, f"{node.pointer}/schema")
        except SpecError as error:
            yield subject.finding(unusable_schema, node, error.what, key="schema")


@rule(
    id="spec-operation-unnamed",
    severity=Severity.ERROR,
    summary="An operation has no operationId.",
    fix="give it one; reports, switches and life cycles name operations by it",
    example=Example(input={"paths": {"/pay": {"post": {"responses": {}}}}}),
    area="lint",
)
def unnamed_operation(subject: Subject) -> Iterator[Finding]:
    """Find operations without an id."""
    for one in subject.spec.operations.values():
        if not isinstance(one.raw.get("operationId"), str):
            yield subject.at(unnamed_operation, one.pointer, f"{one.method} {one.path} has no operationId")
