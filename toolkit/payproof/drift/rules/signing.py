"""How messages are signed: whether, where the signature travels, and over what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from payproof.drift.pair import BodyPair, Hit, OperationPair, changed, shown
from payproof.drift.registry import Look, drift_rule
from payproof.model import Severity

#: Facts of a signature that are not about its bytes.
_ABOUT = frozenset({"scheme", "required", "carry"})
#: Verdicts that say something is there as a signature, or is signed, and no receiver takes it.
WRONG = frozenset(
    {
        "mismatch",
        "malformed-signature",
        "empty-signature",
        "too-many-signatures",
        "repeated-header",
        "duplicate-keys",
        "missing-time",
        "malformed-time",
    }
)
VALID = frozenset({"valid", "valid-time-unchecked"})
_ABSENT = frozenset({"missing-signature", "empty-signature"})


def _parts(pair: OperationPair) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str]]]:
    old = pair.promised.signing if pair.promised else {}
    new = pair.observed.signing if pair.observed else {}
    if pair.stated and pair.promised and pair.observed:
        for part in sorted(old.keys() | new.keys()):
            yield part, old.get(part, {}), new.get(part, {})


def _row(
    id: str, severity: Severity, what: str, partner: str, before: Any, after: Any, key: str
) -> Callable[[Look], Look]:
    return drift_rule(
        "operation",
        id=id,
        severity=severity,
        summary=what,
        partner=partner,
        promised=before,
        observed=after,
        keyword=key,
    )


@_row(
    "signature-construction-changed",
    Severity.ERROR,
    "A signature is made in another way.",
    "none: it is its own mirror",
    {"signed": {"join": {"after": "|"}}},
    {"signed": {"join": {"after": "&"}}},
    "x-signing-schemes",
)
def construction(pair: OperationPair) -> Iterator[Hit]:
    """Find choices of a recipe that differ."""
    for part, old, new in _parts(pair):
        names = [name for name in changed(old, new) if name not in _ABOUT] if old and new else []
        if names:
            yield Hit(
                f"the {part} is signed with another {', '.join(names)}",
                pointer=f"signature/{part}",
                expected="; ".join(f"{name} {old.get(name, 'default')}" for name in names)[:300],
                actual="; ".join(f"{name} {new.get(name, 'default')}" for name in names)[:300],
                fact=",".join(names),
            )


@_row(
    "signature-moved",
    Severity.ERROR,
    "A signature travels elsewhere.",
    "none: it is its own mirror",
    {"signed": {"carry": {"field": "signature"}}},
    {"signed": {"carry": {"header": "X-Signature"}}},
    "x-signing",
)
def moved(pair: OperationPair) -> Iterator[Hit]:
    """Find signatures that stand in another place."""
    for part, old, new in _parts(pair):
        if old and new and old.get("carry") != new.get("carry"):
            yield Hit(
                f"the signature of the {part} stands elsewhere",
                pointer=f"signature/{part}",
                expected=old.get("carry", ""),
                actual=new.get("carry", ""),
            )


def _sent(pair: OperationPair, part: str) -> bool:
    return part == "response" or bool(pair.promised and pair.promised.kind == "webhook")


def _presence(sense: str, harmful: bool) -> Any:
    def look(pair: OperationPair) -> Iterator[Hit]:
        for part, old, new in _parts(pair):
            if _sent(pair, part) != (sense == "out"):
                continue
            strong, weak = _strength(old), _strength(new)
            less = strong > weak
            if strong != weak and less == ((sense == "out") == harmful):
                yield Hit(
                    f"the {part} is signed on other terms",
                    pointer=f"signature/{part}",
                    expected=_words(old),
                    actual=_words(new),
                )

    return look


def _strength(facts: Mapping[str, str]) -> int:
    return 0 if not facts or facts.get("required") == "no" else 2 if facts.get("required") == "yes" else 1


def _words(facts: Mapping[str, str]) -> str:
    return ("unsigned", "perhaps signed", "signed")[_strength(facts)]


_UNSIGNED: dict[str, Any] = {"signed": None}
_row(
    "response-signature-dropped",
    Severity.ERROR,
    "A response or webhook is no longer signed, so it proves nothing.",
    "response-signature-added",
    {"signed": {}},
    _UNSIGNED,
    "x-signing",
)(_presence("out", True))
_row(
    "response-signature-added",
    Severity.NOTE,
    "A response or webhook is signed that was not.",
    "response-signature-dropped",
    _UNSIGNED,
    {"signed": {}},
    "x-signing",
)(_presence("out", False))
_row(
    "request-signature-added",
    Severity.ERROR,
    "A request must be signed that could be sent unsigned.",
    "request-signature-dropped",
    _UNSIGNED,
    {"signed": {"part": "request"}},
    "x-signing",
)(_presence("in", True))
_row(
    "request-signature-dropped",
    Severity.NOTE,
    "A request that had to be signed may be sent unsigned.",
    "request-signature-added",
    {"signed": {"part": "request"}},
    _UNSIGNED,
    "x-signing",
)(_presence("in", False))


@drift_rule(
    "body",
    id="signature-no-longer-verifies",
    severity=Severity.ERROR,
    summary="Signatures are not those which the documented scheme and the key give, or are gone.",
    partner="none: a signature that verifies is what was promised",
    promised={"signed": {}},
    observed={"bodies": [{"a": "1", "signature": "0a" * 64}], "verdict": "mismatch"},
    sense="out",
    keyword="x-signing-schemes",
    fix="look at one of them with `payproof diagnose`: it names what is made differently",
)
def wrong(pair: BodyPair) -> Iterator[Hit]:
    """Find signatures that were judged to be wrong."""
    if pair.observed is None or pair.stated:
        return
    known = pair.promised.verdicts if pair.promised is not None else {}
    bad = sum(count for verdict, count in pair.observed.verdicts.items() if verdict in WRONG)
    if bad and not any(verdict in WRONG for verdict in known):
        yield Hit(
            "signatures do not verify",
            pointer="signature",
            expected="valid",
            actual=shown(one for one in pair.observed.verdicts if one in WRONG),
            fact="mismatch",
            seen=bad,
            of=sum(pair.observed.verdicts.values()),
        )
    if pair.spot.part == "webhook":
        yield from _left_out(known, pair.observed.verdicts)


def _left_out(known: Mapping[str, int], seen: Mapping[str, int]) -> Iterator[Hit]:
    """Find deliveries without a signature where older ones all had one, whether or not it is documented."""
    if seen.get("missing-signature") and known.keys() & VALID and "missing-signature" not in known:
        yield Hit(
            "deliveries come without a signature, and had one before",
            pointer="signature",
            expected="valid",
            actual="missing-signature",
            evidence="inferred",
            seen=seen["missing-signature"],
            of=sum(seen.values()),
        )
