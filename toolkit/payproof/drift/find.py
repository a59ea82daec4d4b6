"""The two sides' own words about the place of a finding."""

from __future__ import annotations

from collections.abc import Iterable

from payproof.drift.node import Member, Node
from payproof.drift.sides import Body, OperationFacts, Side, media_key
from payproof.model import Finding, Location
from payproof.spec.resolve import steps


def nodes_at(side: Side, finding: Finding, *, above: int = 0) -> Node | None:
    """Give what a side says about a finding's place, or a place some steps above it.

    Args:
        side: A spec or observations.
        finding: Whose place.
        above: How many steps of its pointer to leave out.
    """
    spot = finding.location
    facts = side.operations.get(spot.operation)
    if facts is None:
        return None
    if spot.part == "request" and spot.pointer and not spot.pointer.startswith("/"):
        return _node(facts.parameters.get(spot.pointer))
    bodies = list(_bodies(facts, spot))
    if spot.pointer.startswith("header/"):
        return _node(next((body.headers.get(spot.pointer[7:]) for body in bodies), None))
    path = steps(spot.pointer) if not spot.pointer.startswith("signature") else []
    path = path[: len(path) - above]
    for body in bodies:
        found = _walk(_root(body, str(finding.details.get("media", ""))), path)
        if found is not None:
            return found
    return None


def _node(member: Member | None) -> Node | None:
    return member.node if member is not None else None


def _bodies(facts: OperationFacts, spot: Location) -> Iterable[Body]:
    if not spot.part.startswith("response "):
        return [facts.request] if facts.request is not None else []
    wanted = spot.part.removeprefix("response ")
    return [
        body
        for key, body in facts.replies.items()
        if key == wanted or f"{key[:1]}XX" == wanted or wanted == "default"
    ]


def _root(body: Body, media: str) -> Node | None:
    key = media_key(body.media, media) if media else None
    return body.media[key] if key else next(iter(body.media.values()), None)


def _walk(node: Node | None, path: list[str]) -> Node | None:
    for step in path:
        if node is None:
            return None
        node = node.items if step == "*" else _node(node.members.get(step)) or node.unlisted
    return node
