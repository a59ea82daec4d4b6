"""What x-testbed names exists: roles in the test bed, parameters and body members in the operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.lint.subject import Subject
from payproof.spec.marks import alternatives
from payproof.spec.records import Operation
from payproof.spec.resolve import steps


def _settings(operation: Operation) -> Iterator[tuple[str, Any]]:
    accepted = operation.testbed.get("accepted")
    refused = operation.testbed.get("refused")
    rows = (
        [row.get("set") for row in refused if isinstance(row, Mapping)] if isinstance(refused, list) else []
    )
    for table in (accepted, *rows):
        if isinstance(table, Mapping):
            yield from table.items()


def _roles(form: Any) -> Iterator[str]:
    """Give the `role.key` names of a value form."""
    if isinstance(form, str):
        yield form
    elif isinstance(form, Mapping) and isinstance(form.get("plus"), list):
        for one in form["plus"]:
            if isinstance(one, str) and not one.replace(".", "", 1).isdigit():
                yield one


@rule(
    id="spec-testbed-role",
    severity=Severity.ERROR,
    summary="x-testbed names a role or key that the test bed beside the spec does not have.",
    fix="add it to testbed.yaml, or name one that is there",
    example=Example(input={"accepted": {"path/id": "refundable.transaction_id"}}),
    area="lint",
)
def unknown_role(subject: Subject) -> Iterator[Finding]:
    """Find roles that are nowhere."""
    if subject.testbed is None:
        return
    for one in subject.spec.every_operation():
        for address, form in _settings(one):
            for name in _roles(form):
                role, _, key = name.partition(".")
                if key not in subject.testbed.roles.get(role, {}):
                    text = f"{address}: the test bed has no {name[:80]}"
                    yield subject.at(unknown_role, f"{one.pointer}/x-testbed", text)


@rule(
    id="spec-testbed-place",
    severity=Severity.ERROR,
    summary="x-testbed sets a parameter or member that the operation does not have.",
    fix="write path/NAME, query/NAME, header/NAME or body/POINTER as the operation documents them",
    example=Example(input={"accepted": {"query/pagenumber": {"value": 1}}}),
    area="lint",
)
def unknown_place(subject: Subject) -> Iterator[Finding]:
    """Find addresses that lead nowhere."""
    for one in subject.spec.every_operation():
        for address, _ in _settings(one):
            where, _, name = address.partition("/")
            known = any((parameter.where, parameter.name) == (where, name) for parameter in one.parameters)
            if not known and (where != "body" or not _in_body(subject, one, name)):
                yield subject.at(
                    unknown_place, f"{one.pointer}/x-testbed", f"there is no {address[:80]} here"
                )


def _in_body(subject: Subject, operation: Operation, pointer: str) -> bool:
    content = (operation.request_body or {}).get("content")
    rows = content.values() if isinstance(content, Mapping) else ()
    schemas = [media.get("schema") for media in rows if isinstance(media, Mapping)]
    for step in steps(f"/{pointer}") if pointer else ():
        parts = [part for schema in schemas for part in alternatives(subject.spec, schema or {})]
        tables = [part["properties"] for part in parts if isinstance(part.get("properties"), Mapping)]
        named = [table[step] for table in tables if step in table]
        items = [part["items"] for part in parts if step.isdigit() and isinstance(part.get("items"), Mapping)]
        schemas = named + items
    return bool(schemas)
