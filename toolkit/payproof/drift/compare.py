"""Two sides to Findings: every place that both have is shown to every rule that looks at such places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from payproof.drift.node import Member, Node
from payproof.drift.pair import BodyPair, Hit, MemberPair, NodePair, OperationPair, Sense, SidePair, Spot
from payproof.drift.registry import DriftRule, rules_of
from payproof.drift.sides import Body, OperationFacts, Side, media_key, reply_key
from payproof.model import Finding, Location, Severity

#: An observation-only promise that rests on fewer than this gives notes only.
FEW = 5
_DEPTH = 60


def compare(promised: Side, observed: Side) -> list[Finding]:
    """Give every departure of one side from another, worst first.

    Args:
        promised: A spec, or one blended with older observations (`payproof.drift.blend`).
        observed: A newer spec, or a fold of observations.
    """
    found: dict[tuple[str, str], Finding] = {}
    for one in _departures(promised, observed):
        found.setdefault((one.fingerprint, fact_of(one)), one)
    return sorted(found.values(), key=lambda one: (-one.severity, str(one.location), one.rule))


def fact_of(finding: Finding) -> str:
    """Give what exactly a finding found, beyond its rule and place."""
    return str(finding.details.get("fact", ""))


def _departures(promised: Side, observed: Side) -> Iterator[Finding]:
    yield from _judged("side", "", SidePair(promised, observed))
    names = [*promised.operations, *(one for one in observed.operations if one not in promised.operations)]
    for name in names:
        yield from _operation(
            promised.operations.get(name), observed.operations.get(name), observed.stated, name
        )


def _operation(
    old: OperationFacts | None, new: OperationFacts | None, stated: bool, name: str
) -> Iterator[Finding]:
    pair = OperationPair(old, new, stated, Spot(name))
    yield from _judged("operation", "", pair)
    if old is None or new is None:
        return
    if old.kind == "webhook":
        yield from _bodies(BodyPair(old.request, new.request, Spot(name, "webhook"), "out", "", stated))
    elif stated:
        for key in [*old.parameters, *(one for one in new.parameters if one not in old.parameters)]:
            spot = Spot(name, "request", key)
            yield from _members(
                old.parameters.get(key), new.parameters.get(key), spot, "in", key, None, stated
            )
        yield from _bodies(BodyPair(old.request, new.request, Spot(name, "request"), "in", "", stated))
    if old.kind == "operation":
        yield from _replies(old, new, stated, name)


def _replies(old: OperationFacts, new: OperationFacts, stated: bool, name: str) -> Iterator[Finding]:
    for status in [*old.replies, *(one for one in new.replies if one not in old.replies)]:
        if not stated and status not in new.replies:
            continue
        key = status if stated else reply_key(old.replies, status)
        spot = Spot(name, f"response {key or status}")
        before = old.replies.get(key or status)
        yield from _bodies(BodyPair(before, new.replies.get(status), spot, "out", status, stated))


def _bodies(pair: BodyPair) -> Iterator[Finding]:
    yield from _judged("body", pair.sense, pair)
    if pair.promised is None or pair.observed is None:
        return
    for media, node in pair.observed.media.items():
        key = media_key(pair.promised.media, media)
        if key is None and not pair.stated:
            # A body without its content type is held against the only one that is promised.
            key = next(iter(pair.promised.media)) if len(pair.promised.media) == 1 and node.seen else None
        if key is not None and (pair.stated or node.seen):
            yield from _nodes(
                NodePair(pair.promised.media[key], node, _at(pair.spot, key), pair.sense), pair.stated, _DEPTH
            )
    yield from _headers(pair, pair.promised, pair.observed)


def _at(spot: Spot, media: str) -> Spot:
    return Spot(spot.operation, spot.part, spot.pointer, media)


def _headers(pair: BodyPair, old: Body, new: Body) -> Iterator[Finding]:
    for name in [*old.headers, *(one for one in new.headers if one not in old.headers)]:
        spot = Spot(pair.spot.operation, pair.spot.part, f"header/{name}")
        before, after = old.headers.get(name), new.headers.get(name)
        yield from _members(before, after, spot, pair.sense, f"header/{name}", None, pair.stated)


def _nodes(pair: NodePair, stated: bool, depth: int) -> Iterator[Finding]:
    yield from _judged("node", pair.sense, pair)
    if depth == 0:
        return
    promised, observed = pair.promised, pair.observed
    if promised.can("object") and observed.can("object"):
        for name in [*promised.members, *(one for one in observed.members if one not in promised.members)]:
            old, new = promised.members.get(name), observed.members.get(name)
            yield from _members(old, new, pair.spot.below(name), pair.sense, name, pair, stated, depth - 1)
    if promised.items and observed.items and promised.can("array") and observed.can("array"):
        inner = NodePair(promised.items, observed.items, pair.spot.below("*"), pair.sense, pair.name)
        yield from _nodes(inner, stated, depth - 1)


def _members(
    old: Member | None,
    new: Member | None,
    spot: Spot,
    sense: Sense,
    name: str,
    holder: NodePair | None,
    stated: bool,
    depth: int = _DEPTH,
) -> Iterator[Finding]:
    if old is None and holder is not None and holder.promised.unlisted is not None and new is not None:
        # An open map promises one thing of every field that it does not list.
        yield from _nodes(NodePair(holder.promised.unlisted, new.node, spot, sense, name), stated, depth)
        return
    yield from _judged("member", sense, MemberPair(old, new, spot, sense, name, holder, stated))
    if old is not None and new is not None and (stated or new.present):
        yield from _nodes(NodePair(old.node, new.node, spot, sense, name.rpartition("/")[2]), stated, depth)


def _judged(level: str, sense: str, pair: Any) -> Iterator[Finding]:
    for one in rules_of(level, sense):
        for hit in one.look(pair):
            yield _finding(one, hit, pair)


def _finding(one: DriftRule, hit: Hit, pair: Any) -> Finding:
    spot: Spot = pair.spot
    evidence, claim, few = _ground(pair, hit)
    details: dict[str, Any] = {"fact": hit.fact or hit.actual}
    if hit.of:
        details |= {"seen": hit.seen, "of": hit.of, "strength": f"{hit.seen} of {hit.of}"}
    if spot.media:
        details["media"] = spot.media
    severity = Severity.NOTE if hit.soft or few else weigh(hit.severity or one.row.severity, evidence)
    message = f"{hit.message} ({hit.seen} of {hit.of} observations)" if hit.of else hit.message
    return one.row.finding(
        Location(spot.operation, spot.part, spot.pointer + hit.pointer),
        message,
        severity=severity,
        expected=hit.expected,
        actual=hit.actual,
        evidence=evidence,
        claim=claim,
        details=details,
        count=max(1, hit.seen),
    )


def _ground(pair: Any, hit: Hit) -> tuple[Any, str, bool]:
    """Give the evidence and source of the promise, and whether it rests on few observations only."""
    promised = pair.promised.node if isinstance(pair.promised, Member) else pair.promised
    if isinstance(promised, Node):
        learnt = not promised.stated
        evidence = hit.evidence or ("inferred" if learnt else promised.evidence())
        return evidence, promised.claim, learnt and promised.seen < FEW
    evidence = hit.evidence or getattr(promised, "evidence", "documented") or "documented"
    return evidence, getattr(promised, "claim", "") or "", False


def weigh(severity: Severity, evidence: str) -> Severity:
    """Give a severity that is never stronger than its ground: see severity.md."""
    if evidence == "documented":
        return severity
    return Severity.NOTE if evidence == "unknown" else min(severity, Severity.WARNING)


def departures(promised: Side, observed: Iterable[Side]) -> list[list[Finding]]:
    """Give the departures of several sides from one."""
    return [compare(promised, one) for one in observed]
