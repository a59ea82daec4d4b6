"""What stands at a place: types, values, limits, forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from payproof.drift.node import NUMERIC, TYPES, Node
from payproof.drift.proposals.work import Work, drop, schema_of
from payproof.drift.registry import drift_rule_of


def types(work: Work) -> bool:
    """Let a place have the types that were seen."""
    old, new = work.old, work.new
    if old is None or new is None:
        return False
    meet = old.types & new.types
    types = new.types if new.stated else old.types | new.types if meet else new.types | (old.types & {"null"})
    words = schema_of(Node(types=types)).get("type", list(TYPES))
    swapped = not meet - {"null"}
    compound = [one for one in work.schemas if "oneOf" in one or "anyOf" in one]
    if compound:
        ways = compound[0]["oneOf" if "oneOf" in compound[0] else "anyOf"]
        ways.append(schema_of(replace(new, types=new.types - old.types)))
        return True
    for schema in work.schemas:
        if "type" in schema:
            schema["type"] = words
        if "null" in new.types and isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        if swapped or new.types - old.types - {"null"} - NUMERIC:
            drop(schema, "enum", "const", "x-known-values") if swapped else None
        if swapped and "object" in new.types:
            schema.update({key: value for key, value in schema_of(new).items() if key != "type"})
        if "null" in new.types and "const" in schema:
            schema["enum"] = [schema.pop("const"), None]
    return True


def values(work: Work) -> bool:
    """List the values that were seen."""
    old, new = work.old, work.new
    if new is None or old is None:
        return False
    if new.values is None:
        for schema in work.schemas:
            drop(schema, "enum", "const")
        return True
    keep = () if new.stated or not (old.values or frozenset()) & new.values else old.values or ()
    fresh = [json.loads(one) for one in sorted({*new.values, *keep})]
    if not new.stated and old.values and len(old.values) > 1:
        fresh = [json.loads(one) for one in sorted(old.values | new.values)]
    rows = work.schemas
    told = [schema for schema in rows if "const" in schema or "enum" in schema]
    # A document that closes a list of values where the other one named none.
    for schema in told or (rows if new.stated else []):
        drop(schema, "const")
        schema["enum"] = fresh
    return True


def known(work: Work) -> bool:
    """Note values that were seen beside those that are known."""
    if work.new is None or work.new.listed is None:
        return False
    for schema in work.schemas:
        for word in ("x-known-values", "enum"):
            if word in schema:
                values = [json.loads(one) for one in sorted(work.new.listed)]
                old = [] if work.new.stated else schema[word]
                schema[word] = [*old, *(one for one in values if one not in old)]
    return True


def limit(keyword: str) -> Callable[[Work], bool]:
    """Give what moves one limit to what was seen."""

    def act(work: Work) -> bool:
        value = work.new.limits.get(keyword) if work.new is not None else None
        for schema in work.schemas:
            other = f"exclusive{keyword.capitalize()}"
            if keyword in schema or other in schema:
                drop(schema, keyword, other)
                if value is not None:
                    schema[keyword] = value
        return True

    return act


def soft(work: Work) -> bool:
    """Take out a soft limit that does not hold, or have those of the other document."""
    if work.new is not None and work.new.stated:
        for index, schema in enumerate(work.schemas):
            drop(schema, "x-soft")
            if work.new.soft and not index:
                schema["x-soft"] = dict(work.new.soft)
        return True
    fact = str(work.finding.details.get("fact", ""))
    keyword = "pattern" if work.finding.rule == "soft-pattern-broken" else fact
    for schema in work.schemas:
        if isinstance(schema.get("x-soft"), dict):
            schema["x-soft"] = {key: value for key, value in schema["x-soft"].items() if key != keyword}
            if not schema["x-soft"]:
                del schema["x-soft"]
    return True


def text(work: Work) -> bool:
    """Take out a form of texts that does not hold."""
    moved = work.finding.rule.endswith("date-format-changed")
    for schema in work.schemas:
        for word in ("pattern", "format") if moved else (drift_rule_of(work.finding.rule).keyword,):
            drop(schema, word)
            if work.new is not None and work.new.stated and word == "format" and work.new.format:
                schema[word] = work.new.format
        if moved and isinstance(schema.get("x-soft"), dict):
            schema["x-soft"] = {key: value for key, value in schema["x-soft"].items() if key != "pattern"}
    if work.new is not None and work.new.stated and work.new.patterns:
        # Each media type states the place for itself.
        for schema in work.schemas:
            schema["pattern"] = work.new.patterns[0]
    return True


def trait(word: str) -> Callable[[Work], bool]:
    """Give what has a document say a word as the other one does, or not at all."""

    def act(work: Work) -> bool:
        if work.new is None or not work.new.stated:
            return False
        value = schema_of(work.new).get(word)
        for schema in work.schemas:
            drop(schema, word)
            if value is not None:
                schema[word] = value
        return True

    return act
