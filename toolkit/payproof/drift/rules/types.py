"""Types of values: null, numbers and text, fractions, everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payproof.drift.axes import axis
from payproof.drift.node import NUMERIC, Node
from payproof.drift.pair import Hit, NodePair
from payproof.drift.registry import drift_rule
from payproof.model import Severity

_TEXT = frozenset({"string"})


def show(node: Node) -> str:
    """Give a place's types as a text."""
    types = node.types - {"integer"} if "number" in node.types and node.stated else node.types
    return "anything" if len(node.types) == 7 else " or ".join(sorted(types)) or "nothing"


def _swapped(narrow: Node, wide: Node) -> str:
    """Say whether numbers stand where text was promised, or text where numbers were."""
    more = wide.types - narrow.types
    if "string" in more and narrow.types & NUMERIC:
        return "text"
    return "number" if more & NUMERIC and "string" in narrow.types and not narrow.types & NUMERIC else ""


def _swap(pair: NodePair, to: str) -> Iterator[Hit]:
    narrow, wide = pair.narrow, pair.wide
    # In what is taken the swap is told by what the newer side still takes.
    found = _swapped(narrow, wide)
    if pair.sense == "in" and found:
        kept = narrow.types & wide.types - {"null"}
        found = "" if kept else {"text": "number", "number": "text"}[found]
    if found == to:
        seen = sum(pair.count(one) for one in (_TEXT if to == "text" else NUMERIC))
        words = "text where a number is promised" if to == "text" else "a number where text is promised"
        yield Hit(
            words,
            expected=show(pair.promised),
            actual=show(pair.observed),
            evidence=pair.evidence("type"),
            seen=seen,
            of=pair.observed.seen,
        )


_NUMBER, _STRING = {"type": "number"}, {"type": "string"}


def _swap_rules(sense: str, prefix: str) -> None:
    for to, other, before, after in (
        ("text", "number", _NUMBER, _STRING),
        ("number", "text", _STRING, _NUMBER),
    ):

        def look(pair: NodePair, to: str = to) -> Iterable[Hit]:
            return _swap(pair, to)

        drift_rule(
            "node",
            id=f"{prefix}-{other}-became-{to}",
            severity=Severity.ERROR,
            summary=f"What was a {other} is a {to}, such as an amount: clients calculate with it.",
            partner=f"{prefix}-{to}-became-{other}",
            promised=before,
            observed=after,
            sense=sense,
            keyword="type",
        )(look)


_swap_rules("out", "response")
_swap_rules("in", "request")


@axis(
    (
        "response-became-nullable",
        "response-no-longer-nullable",
        "request-no-longer-nullable",
        "request-became-nullable",
    ),
    what="null beside the promised types",
    severity=(Severity.ERROR, Severity.ERROR),
    narrow={"type": "string"},
    wide={"type": ["string", "null"]},
    keyword="type",
    show=show,
)
def null(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find null where it is not allowed."""
    if "null" in wide.types - narrow.types and narrow.types:
        yield Hit("it may be null", seen=pair.count("null"), of=pair.observed.seen, fact="null")


@axis(
    (
        "response-integer-became-fraction",
        "response-fraction-became-integer",
        "request-fraction-became-integer",
        "request-integer-became-fraction",
    ),
    what="fractions beside whole numbers",
    severity=(Severity.ERROR, Severity.ERROR),
    narrow={"type": "integer"},
    wide={"type": "number"},
    keyword="type",
    show=show,
)
def fraction(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find fractions where whole numbers are promised."""
    if "number" in wide.types and "integer" in narrow.types and "number" not in narrow.types:
        yield Hit("it may have a fraction", seen=pair.count("number"), of=pair.observed.seen)


@axis(
    ("response-type-changed", "response-type-narrowed", "request-type-changed", "request-type-widened"),
    what="values of other types",
    severity=(Severity.ERROR, Severity.ERROR),
    narrow={"type": "string"},
    wide={"type": ["string", "object"]},
    keyword="type",
    show=show,
)
def other(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find every other type that is not allowed."""
    more = wide.types - narrow.types - {"null"}
    if "integer" in narrow.types:
        more -= {"number"}
    # A swap between text and number has rules of its own.
    if [*_swap(pair, "text"), *_swap(pair, "number")]:
        more -= NUMERIC | _TEXT
    if more and narrow.types:
        words = " or ".join(sorted(more))
        seen = sum(pair.count(one) for one in more)
        yield Hit(f"it may be of type {words}", seen=seen, of=pair.observed.seen, fact=words)
