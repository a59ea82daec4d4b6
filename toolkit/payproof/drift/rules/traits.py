"""What else is said about a field: defaults, deprecation, units, the order of fields, unlisted fields."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from payproof.drift.axes import axis
from payproof.drift.node import Node
from payproof.drift.pair import Hit, NodePair
from payproof.drift.registry import drift_rule
from payproof.model import Severity


def _default(pair: NodePair) -> Iterator[Hit]:
    old, new = pair.promised.default, pair.observed.default
    if pair.observed.stated and old != new:
        yield Hit(
            "the defaults differ",
            expected=old or "none",
            actual=new or "none",
            evidence=pair.evidence("default"),
        )


def _deprecated(pair: NodePair) -> Iterator[Hit]:
    if pair.observed.stated and pair.observed.deprecated and not pair.promised.deprecated:
        yield Hit("it is deprecated from now on")


def _undeprecated(pair: NodePair) -> Iterator[Hit]:
    if pair.observed.stated and pair.promised.deprecated and not pair.observed.deprecated:
        yield Hit("it is no longer deprecated")


_PLAIN, _OLD = {"type": "string"}, {"type": "string", "deprecated": True}
for _sense, _part, _other, _severity in (
    ("out", "response", "request", Severity.NOTE),
    ("in", "request", "response", Severity.WARNING),
):
    drift_rule(
        "node",
        id=f"{_part}-default-changed",
        severity=_severity,
        partner=f"{_other}-default-changed",
        summary=f"What a field of a {_part} means when it is left out is another thing.",
        promised={"type": "string", "default": "INR"},
        observed={"type": "string", "default": "USD"},
        sense=_sense,
        keyword="default",
    )(_default)
    drift_rule(
        "node",
        id=f"{_part}-field-deprecated",
        severity=Severity.WARNING,
        partner=f"{_part}-field-undeprecated",
        summary=f"A field or parameter of a {_part} is going to be removed.",
        promised=_PLAIN,
        observed=_OLD,
        sense=_sense,
        keyword="deprecated",
    )(_deprecated)
    drift_rule(
        "node",
        id=f"{_part}-field-undeprecated",
        severity=Severity.NOTE,
        partner=f"{_part}-field-deprecated",
        summary=f"A field or parameter of a {_part} is not going to be removed after all.",
        promised=_OLD,
        observed=_PLAIN,
        sense=_sense,
        keyword="deprecated",
    )(_undeprecated)


@drift_rule(
    "node",
    id="amount-unit-changed",
    severity=Severity.ERROR,
    summary="A number counts in another unit: rupees where it was paise, or the other way.",
    partner="none: it is its own mirror",
    promised={"type": "number", "x-unit": "rupees"},
    observed={"type": "number", "x-unit": "paise"},
    keyword="x-unit",
)
def unit(pair: NodePair) -> Iterator[Hit]:
    """Find units that two documents state differently."""
    if pair.observed.stated and pair.promised.unit != pair.observed.unit:
        yield Hit(
            "the units differ",
            expected=pair.promised.unit or "none",
            actual=pair.observed.unit or "none",
            evidence=pair.evidence("x-unit"),
        )


@drift_rule(
    "node",
    id="signed-key-order-changed",
    severity=Severity.WARNING,
    summary="Fields which a signature covers in the order sent stand in another order.",
    partner="none: it is its own mirror",
    promised={"signed": {}, "order": ["a", "b"]},
    observed={"signed": {}, "order": ["b", "a"]},
    keyword="properties",
    fix="sign and verify in the order sent; a client with a fixed table of fields has to change it",
)
def order(pair: NodePair) -> Iterator[Hit]:
    """Find two fields that always stood one way round and now stand the other way."""
    if not pair.promised.signed or not pair.promised.orders or not pair.observed.orders:
        return
    was = {one for row in pair.promised.orders for one in combinations(row, 2)}
    certain = {one for one in was if one[::-1] not in was}
    turned = sorted(
        {one for row in pair.observed.orders for one in combinations(row, 2) if one[::-1] in certain}
    )
    if turned:
        second, first = turned[0]
        yield Hit(
            f"'{second}' stands before '{first}'",
            expected=f"{first}, {second}",
            actual=f"{second}, {first}",
            evidence=pair.evidence("properties"),
            seen=1 if pair.observed.seen else 0,
            of=pair.observed.seen,
            fact="order",
        )


def _show_closed(node: Node) -> str:
    return "listed fields only" if node.closed else "other fields too"


@axis(
    (
        "response-extra-fields-allowed",
        "response-extra-fields-forbidden",
        "request-extra-fields-forbidden",
        "request-extra-fields-allowed",
    ),
    what="fields that are not listed",
    severity=(Severity.WARNING, Severity.ERROR),
    narrow={"type": "object", "additionalProperties": False, "properties": {"id": {"type": "string"}}},
    wide={"type": "object", "properties": {"id": {"type": "string"}}},
    keyword="additionalProperties",
    show=_show_closed,
)
def closed(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find objects that are closed on one side only."""
    if narrow.closed and wide.stated and not wide.closed and wide.can("object"):
        yield Hit("unlisted fields are forbidden on one side only")
