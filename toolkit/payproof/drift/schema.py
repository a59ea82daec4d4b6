"""A JSON Schema as a Node: compositions merged, what holds for some cases only left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from payproof.drift.combine import both, either
from payproof.drift.node import ANY, ANYTHING, FAMILY, Member, Node, key_of
from payproof.drift.texts import DATES, EPOCHS, dates_fitting

_DEPTH = 60
#: Layouts that each `format` allows.
_FORMATS = {
    "date-time": frozenset({"iso-utc", "iso-offset"}),
    "date": frozenset({"year-first"}),
    "uuid": frozenset({"uuid"}),
    "email": frozenset({"email"}),
    "uri": frozenset({"url"}),
}


def node_of(schema: Any, evidence: str = "documented", claim: str = "", depth: int = 0) -> Node:
    """Give the Node of a resolved schema.

    Args:
        schema: A mapping or boolean; a reference that is left in it (a cycle) allows anything.
        evidence, claim: Those in force around it.
    """
    if not isinstance(schema, Mapping) or depth > _DEPTH or "$ref" in schema:
        return ANYTHING
    evidence = str(schema.get("x-evidence", evidence))
    claim = _claim(schema.get("x-source")) or claim
    parts = [_plain(schema, evidence, claim, depth)]
    parts += [node_of(one, evidence, claim, depth + 1) for one in _list(schema.get("allOf"))]
    for word in ("oneOf", "anyOf"):
        ways = [node_of(one, evidence, claim, depth + 1) for one in _list(schema.get(word))]
        parts += [reduce(either, ways)] if ways else []
    if "if" in schema:
        # One of the two branches holds, so what both promise is promised.
        ways = [node_of(schema.get(word, True), evidence, claim, depth + 1) for word in ("then", "else")]
        parts.append(either(*ways))
    return reduce(both, parts)


def _plain(schema: Mapping[str, Any], evidence: str, claim: str, depth: int) -> Node:
    patterns = (schema["pattern"],) if isinstance(schema.get("pattern"), str) else ()
    soft = {key: value for key, value in _mapping(schema.get("x-soft")).items() if not key.startswith("x-")}
    extra, closed = _extra(schema, evidence, claim, depth)
    order = tuple(_mapping(schema.get("properties")))
    return Node(
        types=_types(schema),
        members=_members(schema, evidence, claim, depth),
        extra=extra,
        closed=closed,
        items=node_of(schema["items"], evidence, claim, depth + 1) if "items" in schema else None,
        values=_values(schema),
        known=frozenset(map(key_of, _list(schema.get("x-known-values")))) or None,
        role="state" if "x-life-cycle" in schema else "",
        limits=_limits(schema),
        soft=soft,
        patterns=patterns,
        format=str(schema.get("format", "")),
        kinds=_kinds(
            schema, [*patterns, *([soft["pattern"]] if isinstance(soft.get("pattern"), str) else [])]
        ),
        default=key_of(schema["default"]) if "default" in schema else None,
        deprecated=schema.get("deprecated") is True,
        orders=frozenset({order}) if order else None,
        unit=_unit(schema.get("x-unit")),
        ground={"": evidence, **{key: evidence for key in schema if key != "allOf"}},
        claim=claim,
    )


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    stated = schema.get("type")
    names = {stated} if isinstance(stated, str) else set(_list(stated)) or set(ANY)
    if "number" in names:
        names.add("integer")
    return frozenset(names)


def _members(schema: Mapping[str, Any], evidence: str, claim: str, depth: int) -> dict[str, Member]:
    required = set(map(str, _list(schema.get("required"))))
    rows = _mapping(schema.get("properties"))
    made = {
        name: Member(node_of(inner, evidence, claim, depth + 1), name in required, evidence=evidence)
        for name, inner in rows.items()
    }
    for name in sorted(required - rows.keys()):
        made[name] = Member(ANYTHING, True, evidence=evidence)
    return made


def _extra(schema: Mapping[str, Any], evidence: str, claim: str, depth: int) -> tuple[Node | None, bool]:
    stated = schema.get("additionalProperties")
    if stated is False:
        return None, True
    if isinstance(stated, Mapping):
        return node_of(stated, evidence, claim, depth + 1), False
    compound = any(word in schema for word in ("properties", "required", "x-closed"))
    welcome = stated is True or "patternProperties" in schema or not compound
    return (ANYTHING if welcome and "object" in _types(schema) else None), False


def _values(schema: Mapping[str, Any]) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset({key_of(schema["const"])})
    return frozenset(map(key_of, schema["enum"])) if isinstance(schema.get("enum"), list) else None


def _limits(schema: Mapping[str, Any]) -> dict[str, float]:
    found = {key: schema[key] for key in FAMILY if isinstance(schema.get(key), int | float)}
    for word in ("Minimum", "Maximum"):
        if isinstance(schema.get(f"exclusive{word}"), int | float):
            found[word.lower()] = schema[f"exclusive{word}"]
    return found


def _kinds(schema: Mapping[str, Any], patterns: list[str]) -> frozenset[str] | None:
    """Give the kinds of text allowed, where the schema speaks of moments or of a known format."""
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    fitting = dates_fitting(patterns) if patterns else frozenset()
    # A pattern that fits dates of every kind speaks of no date.
    return fitting if fitting and len(fitting) < len(DATES) + len(EPOCHS) else None


def _unit(stated: Any) -> str:
    return str(stated.get("name", "")) if isinstance(stated, Mapping) else str(stated or "")


def _claim(source: Any) -> str:
    return str(source.get("document", "")) if isinstance(source, Mapping) else str(source or "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else []
