"""What texts look like: patterns, formats, layouts of dates, the form of a signature."""

from __future__ import annotations

from collections.abc import Iterator

from payproof.drift.axes import axis
from payproof.drift.node import Node
from payproof.drift.pair import Hit, NodePair, shown
from payproof.drift.registry import drift_rule
from payproof.drift.texts import EPOCHS, fits, is_date
from payproof.model import Severity


def _dates_moved(pair: NodePair) -> frozenset[str]:
    """Give the layouts of moments that were seen, or are newly promised, in place of the promised ones."""
    old, new = pair.promised.kinds, pair.observed.kinds
    if not old or not new or not any(map(is_date, old)):
        return frozenset()
    if pair.observed.stated:
        return frozenset() if old == new or not any(map(is_date, new)) else new - old or old - new
    moments = {kind for kind in new if is_date(kind) or kind in EPOCHS}
    return frozenset(moments - old)


def _dates(pair: NodePair) -> Iterator[Hit]:
    moved = _dates_moved(pair)
    if moved:
        seen = sum(pair.count(f"kind {kind}") for kind in moved)
        yield Hit(
            "dates are written in another way",
            expected=shown(pair.promised.kinds or ()),
            actual=shown(moved),
            evidence=pair.evidence("pattern", "format", "x-soft"),
            seen=seen,
            of=pair.observed.seen,
            fact="dates",
        )


_DAY = {"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}-[0-9]{4}$"}
_YEAR = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
for _sense, _part, _other, _severity in (
    ("out", "response", "request", Severity.WARNING),
    ("in", "request", "response", Severity.ERROR),
):
    drift_rule(
        "node",
        id=f"{_part}-date-format-changed",
        severity=_severity,
        summary=f"Dates in a {_part} are written in another way.",
        partner=f"{_other}-date-format-changed",
        promised=_DAY,
        observed=_YEAR,
        sense=_sense,
        keyword="pattern",
    )(_dates)


def _pattern(node: Node) -> str:
    return " and ".join(node.patterns) or "any text"


def _told_elsewhere(pair: NodePair) -> bool:
    return bool(_dates_moved(pair)) or pair.promised.role == "signature"


@axis(
    (
        "response-pattern-loosened",
        "response-pattern-added",
        "request-pattern-tightened",
        "request-pattern-removed",
    ),
    what="texts of another form",
    severity=(Severity.WARNING, Severity.ERROR),
    narrow={"type": "string", "pattern": "^[a-z]+$"},
    wide={"type": "string"},
    keyword="pattern",
    show=_pattern,
)
def pattern(pair: NodePair, narrow: Node, wide: Node) -> Iterator[Hit]:
    """Find patterns that differ, or that texts do not keep; which of two is looser nobody can say."""
    if _told_elsewhere(pair) or not narrow.can("string") or not wide.can("string"):
        return
    if wide.stated:
        if set(narrow.patterns) - set(wide.patterns):
            yield Hit("the patterns differ")
        return
    broken = sorted(
        kind for kind, text in wide.samples.items() if not all(fits(one, text) for one in narrow.patterns)
    )
    if broken:
        seen = sum(pair.count(f"kind {kind}") for kind in broken)
        yield Hit("texts do not keep the pattern", actual=shown(broken), seen=seen, of=wide.seen)


@drift_rule(
    "node",
    id="soft-pattern-broken",
    severity=Severity.NOTE,
    summary="Texts do not keep a pattern that only samples show.",
    partner="none: keeping it says nothing, since samples that keep it prove no rule",
    promised={"type": "string", "x-soft": {"pattern": "^[0-9]+$"}},
    observed={"values": ["abc"]},
    sense="out",
    keyword="x-soft",
)
def soft_pattern(pair: NodePair) -> Iterator[Hit]:
    """Find texts beyond a soft pattern."""
    stated = pair.promised.soft.get("pattern")
    if pair.observed.stated or not isinstance(stated, str) or _told_elsewhere(pair):
        return
    broken = sorted(kind for kind, text in pair.observed.samples.items() if not fits(stated, text))
    if broken:
        seen = sum(pair.count(f"kind {kind}") for kind in broken)
        yield Hit(
            "texts are of another form than the samples",
            expected=stated,
            actual=shown(broken),
            soft=True,
            seen=seen,
            of=pair.observed.seen,
        )


def _format(pair: NodePair) -> Iterator[Hit]:
    old, new = pair.promised, pair.observed
    if not old.can("string") or not new.can("string") or _dates_moved(pair):
        return
    if new.stated:
        if old.format != new.format:
            yield Hit(
                "the formats differ",
                expected=old.format or "none",
                actual=new.format or "none",
                evidence=pair.evidence("format"),
            )
    elif old.format and old.kinds and (new.kinds or frozenset()) - old.kinds:
        odd = (new.kinds or frozenset()) - old.kinds
        seen = sum(pair.count(f"kind {kind}") for kind in odd)
        yield Hit(
            "texts do not have the format",
            expected=old.format,
            actual=shown(odd),
            evidence=pair.evidence("format"),
            seen=seen,
            of=new.seen,
        )


for _sense, _part, _other, _severity in (
    ("out", "response", "request", Severity.WARNING),
    ("in", "request", "response", Severity.WARNING),
):
    drift_rule(
        "node",
        id=f"{_part}-format-changed",
        severity=_severity,
        summary=f"Texts in a {_part} are promised in another format.",
        partner=f"{_other}-format-changed",
        promised={"type": "string", "format": "uuid"},
        observed={"type": "string", "format": "uri"},
        sense=_sense,
        keyword="format",
    )(_format)


@drift_rule(
    "node",
    id="signature-form-changed",
    severity=Severity.ERROR,
    summary="Signatures have another form than the scheme gives: another hash, or other digits for it.",
    partner="none: it is its own mirror",
    promised={"signed": {"digest": "hmac-sha512", "text": "hex-lower"}},
    observed={"bodies": [{"a": "1", "signature": "0a" * 32}]},
    sense="out",
    keyword="digest",
)
def signature_form(pair: NodePair) -> Iterator[Hit]:
    """Find signatures whose length or alphabet is not that of the scheme."""
    if pair.promised.role != "signature" or pair.observed.stated:
        return
    odd = (pair.observed.kinds or frozenset()) - (pair.promised.kinds or frozenset())
    if pair.promised.kinds and odd:
        seen = sum(pair.count(f"kind {kind}") for kind in odd)
        yield Hit(
            "signatures have another form",
            expected=shown(pair.promised.kinds),
            actual=shown(odd),
            seen=seen,
            of=pair.observed.seen,
        )
