"""One place of a message as a promise states it or as observations show it: both sides in the same words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: JSON's types; `number` alone means a number with a fraction, so a promised number has both.
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
ANY = frozenset(TYPES)
NUMERIC = frozenset({"integer", "number"})
#: Which types a limit speaks of.
FAMILY = {
    "minLength": "string",
    "maxLength": "string",
    "pattern": "string",
    "format": "string",
    "minimum": "number",
    "maximum": "number",
    "multipleOf": "number",
    "minItems": "array",
    "maxItems": "array",
}


def key_of(value: Any) -> str:
    """Give a scalar as its JSON text, so that 1, "1" and true stay apart."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def type_of(value: Any) -> str:
    """Give the JSON type of a value; 11.0 is an integer, as JSON Schema has it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return "array" if isinstance(value, list) else "object"


@dataclass(frozen=True, slots=True)
class Member:
    """A field of an object.

    Args:
        node: What it holds.
        always: Whether it stands in every object; for observations, whether it stood in each one seen.
        present, of: How many of how many observed objects had it; 0 for a promise.
        evidence: How sure it is that it always stands there.
    """

    node: Node
    always: bool = False
    present: int = 0
    of: int = 0
    evidence: str = "documented"


@dataclass(frozen=True, slots=True)
class Node:
    """What may stand at a place, or what stood there.

    Args:
        stated: Whether a document states it; else it was observed.
        seen: How often something was observed here.
        types: Types allowed or seen.
        counts: Observations by type, by `value TEXT` and by `kind KIND`.
        members: Fields by name.
        extra: What unlisted fields may hold, where any are welcome; None where none are expected.
        closed: Whether unlisted fields are forbidden.
        items: What a list holds.
        values: JSON texts of the only values allowed, or of all seen; None when there are too many to list.
        known: JSON texts of the values which a document names without saying that there are no others.
        role: `state`, `code` or empty: what the values are.
        limits: Of `FAMILY`, those with numbers. For observations the extremes seen.
        soft: Limits about which documents contradict themselves.
        patterns, format: What texts must look like.
        kinds: Kinds of text (payproof.drift.texts) allowed or seen; None when anything goes.
        samples: By kind, one text seen.
        default: JSON text of the default, or None.
        orders: Orders in which the fields stand; None when unknown or of no account.
        signed: Whether a signature covers the fields in the order sent.
        unit: Of a number, where the document names one.
        ground: Evidence by keyword; `""` is that of everything else.
        claim: Where the promise comes from.
    """

    stated: bool = True
    seen: int = 0
    types: frozenset[str] = ANY
    counts: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    extra: Node | None = None
    closed: bool = False
    items: Node | None = None
    values: frozenset[str] | None = None
    known: frozenset[str] | None = None
    role: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    soft: Mapping[str, Any] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    format: str = ""
    kinds: frozenset[str] | None = None
    samples: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    deprecated: bool = False
    orders: frozenset[tuple[str, ...]] | None = None
    signed: bool = False
    unit: str = ""
    ground: Mapping[str, str] = field(default_factory=dict)
    claim: str = ""

    def evidence(self, keyword: str = "") -> str:
        """Give how sure the promise of a keyword is."""
        return self.ground.get(keyword) or self.ground.get("") or "documented"

    def can(self, family: str) -> bool:
        """Say whether the place may hold a value of that family (`number` includes integers)."""
        return bool(self.types & NUMERIC) if family == "number" else family in self.types

    @property
    def unlisted(self) -> Node | None:
        """What unlisted fields may hold, None where none are expected."""
        free = self.stated and self.types == ANY and not self.members and not self.closed
        return ANYTHING if free else self.extra

    @property
    def listed(self) -> frozenset[str] | None:
        """The values that a document names, whether or not there may be others."""
        return self.values if self.values is not None else self.known


ANYTHING = Node()
