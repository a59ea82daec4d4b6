"""A spec's promise as older observations bear it out: what newer observations may do without having moved.

Where the spec speaks and the older observations keep to it, the spec counts. Where they broke it, what they
did counts. Where it is silent, what they always did counts, as an inferred promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from payproof.drift.node import ANY, FAMILY, NUMERIC, Member, Node
from payproof.drift.sides import Body, OperationFacts, Side, media_key, reply_key
from payproof.drift.texts import fits, is_date


def blended(spec: Side, older: Side) -> Side:
    """Give the promise for observations that are newer than `older`."""
    operations = dict(spec.operations)
    for name, seen in older.operations.items():
        stated = operations.get(name)
        operations[name] = _operation(stated, seen) if stated is not None else _learnt_operation(seen)
    return replace(spec, operations=operations, unknown=older.unknown, name=older.name)


def _operation(stated: OperationFacts, seen: OperationFacts) -> OperationFacts:
    replies = dict(stated.replies)
    for status, body in seen.replies.items():
        key = reply_key(stated.replies, status)
        # Statuses that share one promise are blended one after the other.
        replies[key or status] = _body(replies[key], body) if key is not None else _learnt_body(body)
    request = _body(stated.request, seen.request) if stated.request and seen.request else stated.request
    return replace(stated, replies=replies, request=request)


def _body(stated: Body, seen: Body) -> Body:
    media: dict[str, Node] = dict(stated.media)
    for kind, node in seen.media.items():
        key = media_key(stated.media, kind) or (next(iter(stated.media)) if len(stated.media) == 1 else None)
        if key is None or media_key(stated.media, kind) is None:
            media.setdefault(kind, _learnt(node))
        if key is not None:
            media[key] = _node(media[key], node)
    headers = {name: _member(one, seen.headers.get(name), seen.seen) for name, one in stated.headers.items()}
    learnt = {name: _learnt_member(one) for name, one in seen.headers.items() if name not in headers}
    return replace(
        stated,
        media=media,
        headers={**headers, **learnt},
        unreadable=seen.unreadable,
        verdicts=dict(seen.verdicts),
    )


def _member(stated: Member, seen: Member | None, of: int) -> Member:
    if seen is None:
        return replace(stated, always=stated.always and not of)
    return replace(stated, node=_node(stated.node, seen.node), always=stated.always and seen.always)


def _node(stated: Node, seen: Node) -> Node:
    if not seen.seen:
        return stated
    if stated.types == ANY and not stated.members and stated.values is None and stated.items is None:
        # The spec says nothing here, so what was seen is all there is to go by.
        return replace(_learnt(seen), signed=stated.signed)
    objects = seen.counts.get("object", 0)
    members: dict[str, Member] = {}
    for name, one in stated.members.items():
        members[name] = _member(one, seen.members.get(name), objects)
    if stated.extra is None:
        fresh = {name: one for name, one in seen.members.items() if name not in members}
        members |= {name: _learnt_member(one) for name, one in fresh.items()}
    return replace(
        stated,
        types=stated.types if seen.types <= stated.types else seen.types | (stated.types & {"null"}),
        members=members,
        items=_node(stated.items, seen.items) if stated.items and seen.items else stated.items or seen.items,
        values=_values(stated, seen),
        known=None if stated.known is None else stated.known | (seen.values or frozenset()),
        limits=_limits(stated.limits, seen.limits),
        soft={key: one for key, one in stated.soft.items() if not _broken(key, one, seen)},
        patterns=tuple(
            one for one in stated.patterns if all(fits(one, text) for text in seen.samples.values())
        ),
        format=stated.format if stated.kinds is None or (seen.kinds or frozenset()) <= stated.kinds else "",
        kinds=_kinds(stated, seen),
        orders=seen.orders if stated.signed and seen.orders else stated.orders,
    )


def _learnt(seen: Node) -> Node:
    """Give what observations alone let one expect: types, fields, layouts of dates; no values or limits."""
    kinds = seen.kinds if seen.kinds and all(map(is_date, seen.kinds)) else None
    return Node(
        stated=False,
        seen=seen.seen,
        # A whole number may have been a fraction that happened to be whole.
        types=seen.types | (NUMERIC if seen.types & NUMERIC else frozenset()),
        members={name: _learnt_member(one) for name, one in seen.members.items()},
        items=_learnt(seen.items) if seen.items is not None else None,
        kinds=kinds,
        orders=seen.orders,
    )


def _learnt_member(seen: Member) -> Member:
    return replace(seen, node=_learnt(seen.node), evidence="inferred")


def _learnt_body(seen: Body) -> Body:
    media = {kind: _learnt(node) for kind, node in seen.media.items()}
    headers = {name: _learnt_member(one) for name, one in seen.headers.items()}
    return replace(seen, media=media, headers=headers, evidence="inferred")


def _learnt_operation(seen: OperationFacts) -> OperationFacts:
    replies = {status: _learnt_body(body) for status, body in seen.replies.items()}
    request = _learnt_body(seen.request) if seen.request is not None else None
    return replace(seen, replies=replies, request=request, evidence="inferred")


def _values(stated: Node, seen: Node) -> frozenset[str] | None:
    if stated.values is None or seen.values is None:
        return None
    if seen.values <= stated.values:
        return stated.values
    # A constant that was another one is now that other one; a list is as long as both.
    return seen.values if len(stated.values) == 1 else stated.values | seen.values


def _limits(stated: Mapping[str, float], seen: Mapping[str, float]) -> dict[str, float]:
    kept = {}
    for key, limit in stated.items():
        value = seen.get(key)
        beyond = value is not None and (value > limit if key.startswith("max") else value < limit)
        kept[key] = value if beyond and value is not None else limit
    return kept


def _broken(key: str, limit: object, seen: Node) -> bool:
    if key == "pattern":
        return any(not fits(str(limit), text) for text in seen.samples.values())
    value = seen.limits.get(key)
    if key not in FAMILY or value is None or not isinstance(limit, int | float):
        return False
    return value > limit if key.startswith("max") else value < limit


def _kinds(stated: Node, seen: Node) -> frozenset[str] | None:
    """Give the kinds of text to go by: the spec's where they hold, else those of the moments seen."""
    kinds = seen.kinds or frozenset()
    if stated.kinds is None:
        return kinds if kinds and all(map(is_date, kinds)) else None
    if kinds <= stated.kinds or not kinds:
        return stated.kinds
    telling = stated.role == "signature" or any(map(is_date, kinds))
    return kinds if telling else None
