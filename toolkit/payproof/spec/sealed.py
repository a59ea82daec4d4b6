"""What stands in a sealed form field once it is opened, and what the spec asks of it (`contentSchema`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from payproof.files.limits import escape
from payproof.spec.coerce import properties
from payproof.spec.document import Spec
from payproof.spec.problem import Problem
from payproof.spec.records import Operation
from payproof.spec.scope import Scope

CIPHERTEXT = "value"
"""The member of an envelope that holds the ciphertext."""
_LARGE = 256 * 1024


@dataclass(frozen=True)
class Sealed:
    """The schema of the fields inside an encrypted request.

    Args:
        scope: Where it stands in the spec.
        schema: It, resolved.
    """

    scope: Scope
    schema: Mapping[str, Any]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the fields that the spec knows."""
        return frozenset(name for name, _ in properties(self.schema))

    def problems(self, fields: Mapping[str, str]) -> list[Problem]:
        """Give what keeps fields from being what the spec asks for; limits that are in doubt are left out."""
        from payproof.spec.wording import problems

        compiled = self.scope.compiled(self.schema)
        if compiled.hard.is_valid(fields):
            return []
        quick = sum(map(len, fields.values())) > _LARGE
        found = problems(compiled, dict(fields), around=self.scope.around, quick=quick)
        return [one for one in found if not one.soft]


def sealed_in(spec: Spec, scheme: str, field: str) -> Sealed | None:
    """Give what the spec says stands inside the form field that a scheme seals; None when it says nothing.

    Args:
        spec: The spec.
        scheme: Name of the envelope scheme.
        field: Name of the form field that carries it.
    """
    rows = (one for one in spec.every_operation() if _scheme_of(one) == scheme)
    return next((found for one in rows for found in _contents(spec, one, field)), None)


def _scheme_of(operation: Operation) -> Any:
    return ((operation.signing or {}).get("request") or {}).get("scheme")


def _contents(spec: Spec, operation: Operation, field: str) -> Iterator[Sealed]:
    body = operation.request_body or {}
    for key, media in (body.get("content") or {}).items():
        scope = Scope(spec, operation.pointer, (operation.raw,)).into("requestBody", body)
        scope, schema = scope.into(f"content/{escape(key)}/schema", media), media.get("schema")
        for name in (field, CIPHERTEXT):
            scope, schema = _inside(scope, schema, name)
        if isinstance(schema, Mapping):
            yield Sealed(scope, schema)


def _inside(scope: Scope, schema: Any, name: str) -> tuple[Scope, Any]:
    """Give the schema of what a member's text holds once it is decoded, None for want of one."""
    member = dict(properties(schema)).get(name) if isinstance(schema, Mapping) else None
    inner = member.get("contentSchema") if isinstance(member, Mapping) else None
    return scope.into(f"properties/{escape(name)}/contentSchema", schema), inner
