"""Members of objects, and headers: required, present, in order."""

from __future__ import annotations

from typing import Any

from payproof.drift.node import Node
from payproof.drift.proposals.work import Work, schema_of


def required(work: Work) -> bool:
    """Let a member be absent, or have it always there."""
    spot = work.finding.location.pointer
    if spot.startswith("header/"):
        return _header(work)
    if not spot.startswith("/"):
        return False
    always = not work.finding.rule.endswith("optional")
    rows = work.parents
    for schema in rows:
        _unrequire(schema, work.name)
    if always and rows:
        rows[0]["required"] = [*rows[0].get("required", []), work.name]
    return bool(rows)


def _unrequire(schema: dict[str, Any], name: str) -> None:
    if name in schema.get("required", ()):
        schema["required"] = [one for one in schema["required"] if one != name]
        if not schema["required"]:
            del schema["required"]


def _header(work: Work) -> bool:
    part, wanted = work.editor.part(work.finding.location), work.finding.location.pointer[7:]
    known = [one for one in part.get("headers") or {} if one.lower() == wanted.lower()]
    for name in known:
        if work.new is None:
            del part["headers"][name]
        else:
            always = work.finding.rule.endswith("became-required")
            work.editor.own(part["headers"], name)["required"] = always
    if not known and work.new is not None:
        part.setdefault("headers", {})[wanted] = {"schema": schema_of(work.new)}
    return True


def properties(work: Work) -> bool:
    """Add a member, take one out, or put them in another order."""
    if work.finding.rule == "response-envelope-changed":
        return _envelope(work)
    if work.finding.rule == "signed-key-order-changed":
        return _order(work)
    if work.finding.location.pointer.startswith("header/"):
        return _header(work)
    if not work.finding.location.pointer.startswith("/"):
        return False
    if work.new is None:
        return _take_out(work.parents, work.name)
    return _put_in(work.parents, work.name, work.new, work.around)


def _take_out(rows: list[dict[str, Any]], name: str) -> bool:
    for schema in rows:
        _unrequire(schema, name)
        if isinstance(schema.get("properties"), dict):
            schema["properties"].pop(name, None)
    return bool(rows)


def _put_in(rows: list[dict[str, Any]], name: str, node: Node, around: Node | None) -> bool:
    holders = [one for one in rows if "properties" in one] or rows[:1]
    for schema in holders[:1]:
        known = schema.setdefault("properties", {})
        order = next(iter(sorted(around.orders)), ()) if around is not None and around.orders else ()
        before = set(order[: order.index(name)]) if name in order else set(known)
        made: dict[str, Any] = {}
        last = max((index for index, key in enumerate(known) if key in before), default=-1)
        for index, key in enumerate(["", *known]):
            made |= {key: known[key]} if index else {}
            made |= {name: schema_of(node)} if index == last + 1 else {}
        schema["properties"] = made
        member = around.members.get(name) if around is not None and around.stated else None
        if member is not None and member.always:
            schema["required"] = [*schema.get("required", []), name]
    return bool(holders)


def _envelope(work: Work) -> bool:
    if work.old is None or work.new is None:
        return False
    rows = work.schemas
    for name in [one for one in work.old.members if one not in work.new.members]:
        _take_out(rows, name)
    for name in [one for one in work.new.members if one not in work.old.members]:
        _put_in(rows, name, work.new.members[name].node, work.new)
    return True


def _order(work: Work) -> bool:
    order = next(iter(sorted(work.new.orders)), ()) if work.new is not None and work.new.orders else ()
    place = {name: index for index, name in enumerate(order)}
    for schema in work.schemas:
        if isinstance(schema.get("properties"), dict):
            rows = sorted(schema["properties"].items(), key=lambda row: place.get(row[0], len(place)))
            schema["properties"] = dict(rows)
    return bool(order)
