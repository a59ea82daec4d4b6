"""Two promises about one place as one: where both hold, and where either may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from payproof.drift.node import ANYTHING, FAMILY, Member, Node

_MIN = ("minLength", "minimum", "minItems", "multipleOf")


def both(one: Node, two: Node) -> Node:
    """Give the promise that keeps two promises."""
    if one is ANYTHING or two is ANYTHING:
        return two if one is ANYTHING else one
    limits = dict(one.limits)
    for key, value in two.limits.items():
        tighter = max if key in _MIN else min
        limits[key] = tighter(limits.get(key, value), value)
    order = [name for side in (one, two) for row in (side.orders or ()) for name in row]
    return Node(
        types=one.types & two.types,
        members=_joined(one, two),
        extra=_extra(one, two),
        closed=one.closed or two.closed,
        items=both(one.items, two.items) if one.items and two.items else one.items or two.items,
        values=two.values
        if one.values is None
        else one.values
        if two.values is None
        else one.values & two.values,
        known=one.known or two.known,
        role=one.role or two.role,
        limits=limits,
        soft={**two.soft, **one.soft},
        patterns=tuple(dict.fromkeys((*one.patterns, *two.patterns))),
        format=one.format or two.format,
        kinds=two.kinds
        if one.kinds is None
        else one.kinds
        if two.kinds is None
        else one.kinds & two.kinds or None,
        default=one.default if one.default is not None else two.default,
        deprecated=one.deprecated or two.deprecated,
        orders=frozenset({tuple(dict.fromkeys(order))}) if order else None,
        signed=one.signed or two.signed,
        unit=one.unit or two.unit,
        ground=_ground(one, two),
        claim=one.claim or two.claim,
    )


def _ground(one: Node, two: Node) -> dict[str, str]:
    # The surer of two promises of the same keyword counts, since both hold.
    made = {key: value for key, value in two.ground.items() if key}
    for key, value in one.ground.items():
        made[key] = value if key not in made or value == "documented" else made[key]
    made[""] = one.evidence()
    return made


def _extra(one: Node, two: Node) -> Node | None:
    # A part that names no field of its own says nothing about unlisted ones.
    if not one.members and not one.closed:
        if two.members or two.closed:
            return two.extra
        return both(one.extra, two.extra) if one.extra and two.extra else None
    if not two.members and not two.closed:
        return one.extra
    return both(one.extra, two.extra) if one.extra and two.extra else None


def _joined(one: Node, two: Node) -> dict[str, Member]:
    made = dict(one.members)
    for name, other in two.members.items():
        mine = made.get(name)
        if mine is None:
            made[name] = other
        else:
            sure = mine if mine.always and (not other.always or mine.evidence == "documented") else other
            evidence = sure.evidence if sure.always else mine.evidence
            made[name] = Member(both(mine.node, other.node), mine.always or other.always, evidence=evidence)
    return made


def either(one: Node, two: Node) -> Node:
    """Give a promise that each of two alternatives keeps; nothing that one of them allows is forbidden."""
    if one == two:
        return one
    limits = {key: value for key in FAMILY if (value := _looser(one, two, key)) is not None}
    texts = [side for side in (one, two) if side.can("string")]
    alike = len({side.patterns for side in texts}) <= 1 and len({side.kinds for side in texts}) <= 1
    return Node(
        types=one.types | two.types,
        members=_optional(one, two),
        extra=one.unlisted or two.unlisted,
        closed=(one.closed or not one.can("object")) and (two.closed or not two.can("object")),
        items=_items(one, two),
        values=_values(one, two),
        known=(one.known or frozenset()) | (two.known or frozenset()) or None,
        role=one.role or two.role,
        limits=limits,
        soft=dict(one.soft) if one.soft == two.soft else {},
        patterns=texts[0].patterns if texts and alike else (),
        format=texts[0].format if texts and alike else "",
        kinds=texts[0].kinds if texts and alike else None,
        deprecated=one.deprecated and two.deprecated,
        orders=one.orders if not two.can("object") else two.orders if not one.can("object") else None,
        unit=one.unit or two.unit,
        ground={**two.ground, **one.ground},
        claim=one.claim or two.claim,
    )


def _optional(one: Node, two: Node) -> Mapping[str, Member]:
    if not one.can("object") or not two.can("object"):
        return one.members if one.can("object") else two.members
    made: dict[str, Member] = {}
    for name in [*one.members, *(name for name in two.members if name not in one.members)]:
        mine, other = one.members.get(name), two.members.get(name)
        if mine and other:
            always = mine.always and other.always
            made[name] = Member(either(mine.node, other.node), always, evidence=mine.evidence)
        else:
            only, rest = (mine, two) if mine else (other, one)
            if only is not None:
                made[name] = _loosened(only, rest)
    return made


def _loosened(only: Member, rest: Node) -> Member:
    """Give a field that one alternative names, where the other one may have it too."""
    extra = rest.unlisted
    node = only.node if extra is None else either(only.node, extra)
    return replace(only, node=node, always=False)


def _items(one: Node, two: Node) -> Node | None:
    sides = [side.items for side in (one, two) if side.can("array")]
    if len(sides) < 2:
        return sides[0] if sides else None
    return None if sides == [None, None] else either(sides[0] or ANYTHING, sides[1] or ANYTHING)


def _values(one: Node, two: Node) -> frozenset[str] | None:
    mine, other = _all_values(one), _all_values(two)
    return None if mine is None or other is None else mine | other


def _all_values(node: Node) -> frozenset[str] | None:
    if node.values is not None:
        return node.values
    finite = {"null": {"null"}, "boolean": {"true", "false"}}
    if node.types and node.types <= finite.keys():
        return frozenset(text for name in node.types for text in finite[name])
    return None


def _looser(one: Node, two: Node, key: str) -> float | None:
    sides = [side for side in (one, two) if side.can(FAMILY[key])]
    if not sides or any(key not in side.limits for side in sides):
        return None
    choose = min if key in _MIN else max
    return choose(side.limits[key] for side in sides)
