"""The smallest change of a spec after which a finding is none: as an OpenAPI Overlay."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from payproof.drift.edit import Editor
from payproof.drift.find import nodes_at
from payproof.drift.node import NUMERIC, TYPES, Node
from payproof.drift.overlay import overlay_of
from payproof.drift.registry import drift_rule_of
from payproof.drift.sides import Side
from payproof.files import Limits
from payproof.files.limits import escape
from payproof.model import Finding
from payproof.spec import Spec
from payproof.spec.resolve import steps
from payproof.spec.sources import Sources


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would make findings vanish.

    Args:
        overlay: An OpenAPI Overlay 1.0 for the spec's document.
        document: The document after it.
        left: Findings for which there is no proposal, since no change of the spec alone would be right.
    """

    overlay: dict[str, Any]
    document: dict[str, Any]
    left: list[Finding] = field(default_factory=list)


def propose(spec: Spec, promised: Side, observed: Side, findings: Iterable[Finding]) -> Proposal:
    """Give the overlay which makes a spec agree with what was observed in these findings' places.

    Args:
        spec: The spec to change; it stays as it is.
        promised: The spec's own side.
        observed: What the findings are about.
        findings: Those that shall vanish.
    """
    editor = Editor(spec)
    left: list[Finding] = []
    done: list[str] = []
    for one in findings:
        act = _ACTS.get(drift_rule_of(one.rule).keyword)
        new = nodes_at(observed, one)
        if act is None or not act(
            _Work(editor, one, nodes_at(promised, one), new, nodes_at(observed, one, above=1))
        ):
            left.append(one)
        else:
            done.append(f"{one.rule} at {one.location}")
    overlay = overlay_of(spec.document, editor.document, f"Drift of {spec.name}", done)
    return Proposal(overlay, editor.document, left)


def overlaid(spec: Spec, document: dict[str, Any]) -> Spec:
    """Give the spec with another document in place of its own; files that it refers to stay the same."""
    return Spec(spec.name, _Edited(spec.sources, document))


class _Edited(Sources):
    def __init__(self, sources: Sources, document: dict[str, Any]) -> None:
        super().__init__(sources.root, Limits())
        self._document = document

    def data(self, file: str = "") -> Any:
        return super().data(file) if file else self._document


@dataclass(frozen=True, slots=True)
class _Work:
    editor: Editor
    finding: Finding
    old: Node | None
    new: Node | None
    around: Node | None

    @property
    def schemas(self) -> list[dict[str, Any]]:
        return self.editor.schemas(self.finding.location)

    @property
    def name(self) -> str:
        return steps(self.finding.location.pointer)[-1]

    @property
    def parents(self) -> list[dict[str, Any]]:
        above = "".join(
            f"/{escape(one) if one != '*' else one}" for one in steps(self.finding.location.pointer)[:-1]
        )
        return self.editor.schemas(self.finding.location, above)


def schema_of(node: Node) -> dict[str, Any]:
    """Give a schema that what was seen keeps, and that says no more than was seen."""
    made: dict[str, Any] = {}
    types = [one for one in TYPES if one in node.types and not (one == "integer" and "number" in node.types)]
    if types and len(node.types) < len(TYPES):
        made["type"] = types[0] if len(types) == 1 else types
    if node.members:
        always = [name for name, one in node.members.items() if one.always]
        made |= {"required": always} if always else {}
        made["properties"] = {name: schema_of(one.node) for name, one in node.members.items()}
    if node.items is not None:
        made["items"] = schema_of(node.items)
    return made


def _types(work: _Work) -> bool:
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
            _drop(schema, "enum", "const") if swapped else None
        if swapped and "object" in new.types:
            schema.update({key: value for key, value in schema_of(new).items() if key != "type"})
        if "null" in new.types and "const" in schema:
            schema["enum"] = [schema.pop("const"), None]
    return True


def _drop(schema: dict[str, Any], *names: str) -> None:
    for name in names:
        schema.pop(name, None)


def _required(work: _Work) -> bool:
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


def _header(work: _Work) -> bool:
    part = work.editor.part(work.finding.location)
    for name in [
        one for one in part.get("headers") or {} if one.lower() == work.finding.location.pointer[7:]
    ]:
        if work.new is None:
            del part["headers"][name]
        else:
            work.editor.own(part["headers"], name)["required"] = False
    return True


def _properties(work: _Work) -> bool:
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


def _envelope(work: _Work) -> bool:
    if work.old is None or work.new is None:
        return False
    rows = work.schemas
    for name in [one for one in work.old.members if one not in work.new.members]:
        _take_out(rows, name)
    for name in [one for one in work.new.members if one not in work.old.members]:
        _put_in(rows, name, work.new.members[name].node, work.new)
    return True


def _order(work: _Work) -> bool:
    order = next(iter(sorted(work.new.orders)), ()) if work.new is not None and work.new.orders else ()
    place = {name: index for index, name in enumerate(order)}
    for schema in work.schemas:
        if isinstance(schema.get("properties"), dict):
            rows = sorted(schema["properties"].items(), key=lambda row: place.get(row[0], len(place)))
            schema["properties"] = dict(rows)
    return bool(order)


def _values(work: _Work) -> bool:
    old, new = work.old, work.new
    if new is None or old is None:
        return False
    if new.values is None:
        for schema in work.schemas:
            _drop(schema, "enum", "const")
        return True
    keep = () if new.stated or not (old.values or frozenset()) & new.values else old.values or ()
    fresh = [json.loads(one) for one in sorted({*new.values, *keep})]
    if not new.stated and old.values and len(old.values) > 1:
        fresh = [json.loads(one) for one in sorted(old.values | new.values)]
    for schema in work.schemas:
        if "const" in schema or "enum" in schema:
            _drop(schema, "const")
            schema["enum"] = fresh
    return True


def _known(work: _Work) -> bool:
    if work.new is None or work.new.listed is None:
        return False
    for schema in work.schemas:
        for word in ("x-known-values", "enum"):
            if word in schema:
                values = [json.loads(one) for one in sorted(work.new.listed)]
                old = [] if work.new.stated else schema[word]
                schema[word] = [*old, *(one for one in values if one not in old)]
    return True


def _limit(keyword: str) -> Callable[[_Work], bool]:
    def act(work: _Work) -> bool:
        value = work.new.limits.get(keyword) if work.new is not None else None
        for schema in work.schemas:
            other = f"exclusive{keyword.capitalize()}"
            if keyword in schema or other in schema:
                _drop(schema, keyword, other)
                if value is not None:
                    schema[keyword] = value
        return True

    return act


def _soft(work: _Work) -> bool:
    fact = str(work.finding.details.get("fact", ""))
    keyword = "pattern" if work.finding.rule == "soft-pattern-broken" else fact
    for schema in work.schemas:
        if isinstance(schema.get("x-soft"), dict):
            schema["x-soft"] = {key: value for key, value in schema["x-soft"].items() if key != keyword}
            if not schema["x-soft"]:
                del schema["x-soft"]
    return True


def _text(work: _Work) -> bool:
    moved = work.finding.rule.endswith("date-format-changed")
    for schema in work.schemas:
        for word in ("pattern", "format") if moved else (drift_rule_of(work.finding.rule).keyword,):
            _drop(schema, word)
            if work.new is not None and work.new.stated and word == "format" and work.new.format:
                schema[word] = work.new.format
        if moved and isinstance(schema.get("x-soft"), dict):
            schema["x-soft"] = {key: value for key, value in schema["x-soft"].items() if key != "pattern"}
    if work.new is not None and work.new.stated and work.new.patterns and work.schemas:
        work.schemas[0]["pattern"] = work.new.patterns[0]
    return True


def _responses(work: _Work) -> bool:
    if not work.finding.rule.endswith("status-added"):
        return False
    status = work.finding.location.part.removeprefix("response ")
    operation = work.editor.operation(work.finding.location.operation)
    reply: dict[str, Any] = {"description": "Observed; not documented."}
    if work.new is not None:
        reply["content"] = {"application/json": {"schema": schema_of(work.new)}}
    work.editor.own(operation, "responses")[status] = reply
    return True


def _content(work: _Work) -> bool:
    media = str(work.finding.details.get("fact", ""))
    if not work.finding.rule.endswith("media-type-added") or not media:
        return False
    part = work.editor.part(work.finding.location)
    part.setdefault("content", {})[media] = {"schema": {}}
    return True


def _paths(work: _Work) -> bool:
    if work.finding.rule != "operation-undocumented":
        return False
    method, _, path = str(work.finding.details.get("fact", "")).partition(" ")
    row: dict[str, Any] = {
        "operationId": f"{method.lower()} {path}",
        "responses": {"200": {"description": "Observed."}},
    }
    if "{id}" in path:
        row["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    work.editor.document.setdefault("paths", {}).setdefault(path, {})[method.lower()] = row
    return True


_ACTS: dict[str, Callable[[_Work], bool]] = {
    "type": _types,
    "required": _required,
    "properties": _properties,
    "enum": _values,
    "x-known-values": _known,
    "x-soft": _soft,
    "pattern": _text,
    "format": _text,
    "responses": _responses,
    "content": _content,
    "paths": _paths,
    **{one: _limit(one) for one in ("maxLength", "minLength", "maximum", "minimum", "maxItems", "minItems")},
}
