"""Lists of values: enums and constants, states of a life cycle, codes of errors, known values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from payproof.drift.axes import axis
from payproof.drift.node import Node, type_of
from payproof.drift.pair import Hit, NodePair, shown
from payproof.drift.registry import drift_rule
from payproof.model import Severity

_LONGEST = 40


def _show(node: Node) -> str:
    return "any value" if node.values is None else shown(map(_safe, node.values))


def _safe(text: str) -> str:
    """Give a value that stands in an enum; anything long is no such value and may be personal."""
    return text if len(text) <= _LONGEST and sum(one.isdigit() for one in text) < 12 else "<a long value>"


def _fitting(values: frozenset[str], types: frozenset[str]) -> frozenset[str]:
    """Leave out values of types that have a finding of their own."""
    known = types | ({"number"} if "integer" in types else set())
    return frozenset(one for one in values if type_of(json.loads(one)) in known)


def _more(narrow: Node, wide: Node) -> frozenset[str]:
    if narrow.values is None or wide.values is None:
        return frozenset()
    return _fitting(wide.values - narrow.values, narrow.types)


def _is_constant(pair: NodePair) -> bool:
    old, new = pair.promised.values, pair.observed.values
    single = old is not None and len(old) == 1 and new is not None
    return (
        single
        and (len(new or ()) == 1 or not pair.observed.stated)
        and bool(_more(pair.promised, pair.observed))
    )


def _counted(pair: NodePair, values: frozenset[str]) -> tuple[int, int]:
    return sum(pair.count(f"value {one}") for one in values), pair.observed.seen


@axis(
    (
        "response-enum-value-added",
        "response-enum-value-removed",
        "request-enum-value-removed",
        "request-enum-value-added",
    ),
    what="values outside of the list",
    severity=(Severity.WARNING, Severity.ERROR),
    narrow={"enum": ["CARD", "UPI"]},
    wide={"enum": ["CARD", "UPI", "WALLET"]},
    keyword="enum",
    show=_show,
)
def listed(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find values that a closed list does not have, one finding for each."""
    if pair.promised.role in ("state", "code") or _is_constant(pair):
        return
    for one in sorted(_more(narrow, wide)):
        seen, of = _counted(pair, frozenset({one}))
        yield Hit(f"{_safe(one)} is on one side only", seen=seen, of=of, fact=_safe(one))


@axis(
    ("response-enum-opened", "response-enum-closed", "request-enum-closed", "request-enum-opened"),
    what="any value instead of a list of them",
    severity=(Severity.WARNING, Severity.ERROR),
    narrow={"type": "string", "enum": ["CARD", "UPI"]},
    wide={"type": "string"},
    keyword="enum",
    show=_show,
)
def opened(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find closed lists that are no longer closed."""
    if narrow.values is not None and wide.values is None and wide.types & narrow.types:
        if wide.stated:
            yield Hit("the list of values is closed on one side only")
        elif wide.seen:
            yield Hit("more values than the list has were seen", seen=1, of=wide.seen)


def _constant(pair: NodePair) -> Iterator[Hit]:
    if _is_constant(pair):
        seen, of = _counted(pair, _more(pair.promised, pair.observed))
        yield Hit(
            "the only promised value is another one",
            expected=_show(pair.promised),
            actual=_show(pair.observed),
            evidence=pair.evidence("const", "enum"),
            seen=seen,
            of=of,
        )


for _sense, _part, _other in (("out", "response", "request"), ("in", "request", "response")):
    drift_rule(
        "node",
        id=f"{_part}-constant-changed",
        severity=Severity.ERROR,
        summary=f"The only value that a field of a {_part} may have is another one.",
        partner=f"{_other}-constant-changed",
        promised={"const": "EUR"},
        observed={"const": "INR"},
        sense=_sense,
        keyword="enum",
    )(_constant)


def _named(pair: NodePair, role: str, *, new: bool) -> Iterator[Hit]:
    promised, observed = pair.promised.listed, pair.observed.listed
    if pair.promised.role != role or promised is None or observed is None or not pair.promised.stated:
        return
    if not new and not pair.observed.stated:
        return
    extra = observed - promised if new else promised - observed
    # Whether null may stand here is a question of types.
    for one in sorted(_fitting(extra - {"null"}, pair.promised.types)):
        seen, of = _counted(pair, frozenset({one}))
        words = "is not among the documented values" if new else "is no longer documented"
        yield Hit(
            f"{_safe(one)} {words}",
            expected=shown(map(_safe, promised)),
            actual=_safe(one),
            evidence=pair.evidence("enum", "x-known-values"),
            seen=seen,
            of=of,
            fact=_safe(one),
        )


_STATE = {"type": "string", "x-life-cycle": "example.payment"}
_NAMES = (
    (
        "state",
        "life-cycle-state-unknown",
        "life-cycle-state-removed",
        "status",
        Severity.WARNING,
        {**_STATE, "x-known-values": ["PAID"]},
        {**_STATE, "x-known-values": ["HELD", "PAID"]},
    ),
    (
        "code",
        "error-code-new",
        "error-code-removed",
        "error code",
        Severity.WARNING,
        {"reply": {"error_code": ["notFound"]}},
        {"reply": {"error_code": ["notFound", "tooLate"]}},
    ),
    (
        "",
        "known-value-new",
        "known-value-removed",
        "value",
        Severity.NOTE,
        {"type": "string", "x-known-values": ["A"]},
        {"type": "string", "x-known-values": ["A", "B"]},
    ),
)


def _register() -> None:
    for role, new_id, gone_id, what, severity, before, after in _NAMES:

        def new(pair: NodePair, role: str = role) -> Iterator[Hit]:
            if role or pair.promised.values is None:
                yield from _named(pair, role, new=True)

        def gone(pair: NodePair, role: str = role) -> Iterator[Hit]:
            if role or pair.promised.values is None:
                yield from _named(pair, role, new=False)

        drift_rule(
            "node",
            id=new_id,
            severity=severity,
            summary=f"A {what} is sent that the documents do not know.",
            partner=gone_id,
            promised=before,
            observed=after,
            sense="out",
            keyword="x-known-values",
        )(new)
        drift_rule(
            "node",
            id=gone_id,
            severity=Severity.NOTE,
            summary=f"A {what} is no longer among the documented ones.",
            partner=new_id,
            promised=after,
            observed=before,
            sense="out",
            keyword="x-known-values",
        )(gone)


_register()
