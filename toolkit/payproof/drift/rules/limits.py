"""Lengths, ranges and numbers of items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from payproof.drift.axes import axis
from payproof.drift.node import FAMILY, Node
from payproof.drift.pair import Hit, NodePair
from payproof.drift.registry import drift_rule
from payproof.model import Severity

#: Keyword, name in rule ids, words, whether it is an upper limit, a type for the example, two values.
_LIMITS: tuple[tuple[str, str, str, bool, str, int, int], ...] = (
    ("maxLength", "max-length", "longer texts", True, "string", 10, 20),
    ("minLength", "min-length", "shorter texts", False, "string", 10, 5),
    ("maximum", "maximum", "larger numbers", True, "number", 10, 20),
    ("minimum", "minimum", "smaller numbers", False, "number", 10, 5),
    ("maxItems", "max-items", "longer lists", True, "array", 10, 20),
    ("minItems", "min-items", "shorter lists", False, "array", 10, 5),
)


def _limit_axis(keyword: str, name: str, words: str, upper: bool, kind: str, narrow: int, wide: int) -> None:
    up, down = ("raised", "lowered") if upper else ("lowered", "raised")

    def show(node: Node) -> str:
        value = node.limits.get(keyword)
        return "no limit" if value is None else f"{value:g}"

    @axis(
        (
            f"response-{name}-{up}",
            f"response-{name}-{down}",
            f"request-{name}-{down}",
            f"request-{name}-{up}",
        ),
        what=words,
        severity=(Severity.WARNING, Severity.ERROR),
        narrow={"type": kind, keyword: narrow},
        wide={"type": kind, keyword: wide},
        keyword=keyword,
        show=show,
    )
    def exceeds(pair: NodePair, small: Node, big: Node) -> Iterator[Hit]:
        family = FAMILY[keyword]
        limit, value = small.limits.get(keyword), big.limits.get(keyword)
        if limit is None or not small.can(family) or not big.can(family):
            return
        if value is None:
            # Without a limit a document allows anything; observations without a value allow nothing.
            if big.stated:
                yield Hit(
                    f"{keyword} {limit:g} no longer holds"
                    if pair.sense == "out"
                    else f"{keyword} {limit:g} is new"
                )
        elif (value > limit) if upper else (value < limit):
            of = pair.observed.seen
            yield Hit(
                f"{keyword} is {limit:g} on one side and {value:g} on the other", seen=1 if of else 0, of=of
            )


for _row in _LIMITS:
    _limit_axis(*_row)


def _steps(node: Node) -> str:
    return f"steps of {node.limits['multipleOf']:g}" if "multipleOf" in node.limits else "any"


@axis(
    ("response-step-loosened", "response-step-tightened", "request-step-tightened", "request-step-loosened"),
    what="numbers between the promised steps",
    severity=(Severity.WARNING, Severity.ERROR),
    narrow={"type": "number", "multipleOf": 1},
    wide={"type": "number", "multipleOf": 0.01},
    keyword="multipleOf",
    show=_steps,
)
def step(pair: NodePair, small: Node, big: Node) -> Iterator[Hit]:
    """Find steps that are finer, or gone."""
    limit, value = small.limits.get("multipleOf"), big.limits.get("multipleOf")
    if limit and big.stated and small.can("number") and big.can("number"):
        ratio = (value or 0) / limit
        if not value or abs(ratio - round(ratio)) > 1e-9 or not round(ratio):
            yield Hit("multipleOf differs")


@drift_rule(
    "node",
    id="soft-limit-broken",
    severity=Severity.NOTE,
    summary="A limit about which the documents contradict themselves does not hold.",
    partner="none: keeping it says nothing, since samples that keep it prove no rule",
    promised={"type": "string", "x-soft": {"maxLength": 4}},
    observed={"values": ["12345678"]},
    sense="out",
    keyword="x-soft",
)
def soft(pair: NodePair) -> Iterator[Hit]:
    """Find observations beyond a soft limit on length, range or number of items."""
    if pair.observed.stated or not pair.promised.stated:
        return
    for keyword, limit in sorted(pair.promised.soft.items()):
        value = pair.observed.limits.get(keyword)
        if keyword not in FAMILY or value is None or not isinstance(limit, int | float):
            continue
        if (value > limit) if keyword.startswith("max") else (value < limit):
            yield _broken(keyword, limit, value, pair)


def _broken(keyword: str, limit: Any, value: float, pair: NodePair) -> Hit:
    return Hit(
        f"{keyword} is said to be {limit:g}",
        expected=f"{limit:g}",
        actual=f"{value:g}",
        soft=True,
        seen=1,
        of=pair.observed.seen,
        fact=keyword,
    )


@drift_rule(
    "node",
    id="soft-limit-changed",
    severity=Severity.NOTE,
    summary="A limit about which the documents contradict themselves was changed.",
    partner="none: it is its own mirror",
    promised={"type": "string", "x-soft": {"maxLength": 4}},
    observed={"type": "string", "x-soft": {"maxLength": 8}},
    keyword="x-soft",
)
def soft_changed(pair: NodePair) -> Iterator[Hit]:
    """Find soft limits that two documents state differently."""
    old, new = dict(pair.promised.soft), dict(pair.observed.soft)
    if pair.observed.stated and old != new:
        yield Hit("the soft limits differ", expected=str(old), actual=str(new), soft=True)
