"""What the spec and the name of a field say about it: secret, personal, known, or unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payproof.spec import Operation, Spec
from payproof.spec.marks import SECRET_NAME, alternatives
from payproof.spec.validate import status_key

Schemas = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What becomes of one value.

    Args:
        kind: `secret`, `unknown`, empty for one that is known and nobody's, or a kind of personal data:
            `email`, `phone`, `name`, `card`, `cvv`, `upi`, `address`.
        role: The key role whose text a secret is, when the spec names one.
        parts: The schemas that hold for it, for keeping its form.
    """

    kind: str = ""
    role: str = ""
    parts: tuple[Mapping[str, Any], ...] = ()


UNKNOWN = Mark("unknown")
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cvv", re.compile(r"cvv|cvc|csc$|security_?code", re.I)),
    ("card", re.compile(r"card_?(?:no|num|number|pan)|^pan$|pan_?number", re.I)),
    ("email", re.compile(r"e_?mail", re.I)),
    ("phone", re.compile(r"phone|mobile|mono$|_mo_no|contact_?(?:no|number)|msisdn", re.I)),
    ("upi", re.compile(r"^vpa$|_vpa$|upi_?id|virtual_?address", re.I)),
    ("name", re.compile(r"(?:first|last|full|customer|holder|payer|payee|buyer)_?name|[fl]name$", re.I)),
    ("address", re.compile(r"address|pin_?code|postal|zip_?code", re.I)),
)  # fmt: skip


def by_name(name: str) -> str:
    """Give the kind of data that fields of that name hold whether or not a schema says so; empty for none."""
    for kind, pattern in _NAMES:
        if pattern.search(name):
            return kind
    return "secret" if SECRET_NAME.search(name) else ""


class Marks:
    """Looks up marks in one spec."""

    def __init__(self, spec: Spec | None) -> None:
        self._spec = spec

    def of(self, schemas: Schemas, path: Sequence[str | int]) -> Mark:
        """Give the mark of the value at a path below some schemas; a marked object marks what is in it."""
        parts = tuple(self._parts(schemas))
        mark = _stated(parts)
        for step in path:
            if not mark.kind or mark.kind == "unknown":
                parts = tuple(self._parts(self._below(parts, step)))
                mark = _stated(parts) if parts else UNKNOWN
            else:
                parts = tuple(self._parts(self._below(parts, step)))
        named = next((by_name(step) for step in reversed(path) if isinstance(step, str)), "")
        if mark.kind in ("", "unknown") and named:
            return Mark(named, parts=parts)
        # A secret's name says how to keep its form.
        if mark.kind in ("secret", "card") and named in ("cvv", "card"):
            return Mark(named, mark.role, parts)
        return Mark(mark.kind, mark.role, parts)

    def content(self, schemas: Schemas) -> Schemas:
        """Give the schemas of what a text holds once it is decoded (`contentSchema`)."""
        return tuple(part["contentSchema"] for part in self._parts(schemas) if "contentSchema" in part)

    def member(self, schemas: Schemas, name: str) -> Schemas:
        """Give the schemas of one member."""
        return tuple(self._below(tuple(self._parts(schemas)), name))

    def _parts(self, schemas: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
        for schema in schemas:
            if self._spec is not None:
                yield from alternatives(self._spec, schema)

    def _below(self, parts: Sequence[Mapping[str, Any]], step: str | int) -> Iterator[Any]:
        for part in parts:
            if isinstance(step, int):
                rows = part.get("prefixItems") or ()
                one = rows[step] if step < len(rows) else part.get("items")
                if isinstance(one, Mapping):
                    yield one
            else:
                named = part.get("properties") or {}
                if step in named:
                    yield named[step]
                elif isinstance(part.get("additionalProperties"), Mapping):
                    yield part["additionalProperties"]


def _stated(parts: Sequence[Mapping[str, Any]]) -> Mark:
    if not parts:
        return UNKNOWN
    kinds = [part["x-personal"] for part in parts if part.get("x-personal")]
    secrets = [part["x-secret"] for part in parts if part.get("x-secret")]
    role = next((one for one in secrets if isinstance(one, str)), "")
    if kinds:
        return Mark(str(kinds[0]), role, tuple(parts))
    return Mark("secret" if secrets else "", role, tuple(parts))


def body_schemas(operation: Operation | None, status: int, media_type: str) -> Schemas:
    """Give the schemas of a message's body: of the request, or of the response with that status."""
    if operation is None:
        return ()
    if status:
        key = status_key(operation, status)
        holder: Any = operation.responses.get(key) if key else None
    else:
        holder = operation.request_body
    content = (holder or {}).get("content") or {}
    chosen = [content[media_type]] if media_type in content else list(content.values())
    return tuple(one["schema"] for one in chosen if isinstance(one, Mapping) and "schema" in one)


def parameter_schemas(operation: Operation | None, where: str, name: str) -> Schemas:
    """Give a parameter's schema, its own marks included; nothing when the operation has none of that name."""
    wanted = name.lower() if where == "header" else name
    for one in operation.parameters if operation is not None else ():
        if one.where == where and (one.name.lower() if where == "header" else one.name) == wanted:
            notes = {key: one.raw[key] for key in ("x-secret", "x-personal") if key in one.raw}
            return (one.schema, notes) if notes else (one.schema,)
    return ()
