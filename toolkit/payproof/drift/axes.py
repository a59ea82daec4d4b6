"""Four rules out of one question: does one side allow what the other does not?

In what the gateway sends it harms when more may come, in what it takes when less is taken; the opposite is
harmless and worth a note. A change that does both is harmful and told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from payproof.drift.node import Node
from payproof.drift.pair import Hit, NodePair
from payproof.drift.registry import drift_rule
from payproof.model import Severity

#: Gives what `wide` allows and `narrow` does not.
Exceeds = Callable[[NodePair, Node, Node], Iterable[Hit]]


def axis(
    ids: tuple[str, str, str, str],
    *,
    what: str,
    severity: tuple[Severity, Severity],
    narrow: Any,
    wide: Any,
    keyword: str,
    show: Callable[[Node], str],
) -> Callable[[Exceeds], Exceeds]:
    """Register the four rules of one question.

    Args:
        ids: More may be sent; less may be sent; less is taken; more is taken.
        what: The kind of promise, for the summaries, such as `the longest text`.
        severity: Of the two harmful ones, sent and taken.
        narrow, wide: Schemas of the example.
        keyword: The promise's keyword, for its evidence.
        show: Gives a side's promise as a short text.
    """

    def mark(exceeds: Exceeds) -> Exceeds:
        def found(pair: NodePair, narrow_side: Node, wide_side: Node) -> Iterator[Hit]:
            for hit in exceeds(pair, narrow_side, wide_side):
                yield _told(hit, pair, show, keyword)

        def more_sent(pair: NodePair) -> Iterator[Hit]:
            yield from found(pair, pair.promised, pair.observed)

        def less_sent(pair: NodePair) -> Iterator[Hit]:
            if pair.observed.stated and not any(exceeds(pair, pair.promised, pair.observed)):
                yield from found(pair, pair.observed, pair.promised)

        def less_taken(pair: NodePair) -> Iterator[Hit]:
            yield from found(pair, pair.observed, pair.promised)

        def more_taken(pair: NodePair) -> Iterator[Hit]:
            if not any(exceeds(pair, pair.observed, pair.promised)):
                yield from found(pair, pair.promised, pair.observed)

        rows = (
            (
                ids[0],
                severity[0],
                f"The gateway may send more than promised: {what}.",
                ids[1],
                narrow,
                wide,
                "out",
                more_sent,
            ),
            (
                ids[1],
                Severity.NOTE,
                f"The gateway promises to send less than before: {what}.",
                ids[0],
                wide,
                narrow,
                "out",
                less_sent,
            ),
            (
                ids[2],
                severity[1],
                f"The gateway takes less than promised: {what}.",
                ids[3],
                wide,
                narrow,
                "in",
                less_taken,
            ),
            (
                ids[3],
                Severity.NOTE,
                f"The gateway takes more than before: {what}.",
                ids[2],
                narrow,
                wide,
                "in",
                more_taken,
            ),
        )
        for id, level, summary, partner, before, after, sense, look in rows:
            drift_rule(
                "node",
                id=id,
                severity=level,
                summary=summary,
                partner=partner,
                promised=before,
                observed=after,
                sense=sense,
                keyword=keyword,
            )(look)
        return exceeds

    return mark


def _told(hit: Hit, pair: NodePair, show: Callable[[Node], str], keyword: str) -> Hit:
    return replace(
        hit,
        expected=hit.expected or show(pair.promised),
        actual=hit.actual or show(pair.observed),
        evidence=hit.evidence or pair.evidence(keyword),
    )
