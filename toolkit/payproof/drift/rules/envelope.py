"""The envelope: what stands at the top of a body and holds everything else."""

from __future__ import annotations

from collections.abc import Iterator

from payproof.drift.node import Node
from payproof.drift.pair import Hit, NodePair, shown
from payproof.drift.registry import drift_rule
from payproof.model import Severity

_HOLDERS = frozenset({"object", "array"})


def _holders(node: Node) -> set[str]:
    # A place that may hold anything is no holder; one that holds an object or a list is.
    return {
        name for name, one in node.members.items() if one.node.types & _HOLDERS and len(one.node.types) < 7
    }


def envelope_moved(pair: NodePair) -> bool:
    """Say whether the top of a sent body lost a part that holds others and got another one instead."""
    if (
        pair.spot.pointer
        or pair.sense != "out"
        or not pair.promised.can("object")
        or not pair.observed.can("object")
    ):
        return False
    always = {name for name, one in pair.promised.members.items() if one.always}
    lost = (_holders(pair.promised) & always) - pair.observed.members.keys()
    return bool(lost) and bool(_holders(pair.observed) - pair.promised.members.keys())


@drift_rule(
    "node",
    id="response-envelope-changed",
    severity=Severity.ERROR,
    summary="The top of a response or webhook is built differently, so everything below has moved.",
    partner="none: either direction breaks the same clients, and there is no envelope in requests",
    promised={"type": "object", "required": ["data"], "properties": {"data": {"type": "object"}}},
    observed={"type": "object", "required": ["result"], "properties": {"result": {"type": "object"}}},
    sense="out",
    keyword="properties",
)
def envelope(pair: NodePair) -> Iterator[Hit]:
    """Find a top that holds its content under other names."""
    if envelope_moved(pair):
        yield Hit(
            "its top holds the content under other names",
            expected=shown(pair.promised.members),
            actual=shown(pair.observed.members),
            evidence=pair.evidence("properties"),
            seen=pair.count("object"),
            of=pair.observed.seen,
        )
