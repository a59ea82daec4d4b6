"""Fields, parameters and headers that come, go, or change whether they must be there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from payproof.drift.pair import Hit, MemberPair
from payproof.drift.registry import drift_rule
from payproof.drift.rules.envelope import envelope_moved
from payproof.model import Severity


def _is(subject: str, pair: MemberPair) -> bool:
    if pair.spot.pointer.startswith("header/") and pair.sense == "out":
        return subject == "header"
    return subject == ("parameter" if pair.holder is None else "field")


def _sent(pair: MemberPair) -> int:
    """Give how many objects, or messages of that part, were observed."""
    if pair.observed is not None:
        return pair.observed.of
    return pair.holder.observed.counts.get("object", 0) if pair.holder is not None else 0


def _gone(pair: MemberPair) -> bool:
    if pair.promised is None or pair.observed is not None:
        return False
    if pair.holder is not None and envelope_moved(pair.holder):
        return False
    return pair.stated or (pair.promised.always and (pair.holder is None or _sent(pair) > 0))


def _new(pair: MemberPair) -> bool:
    if pair.promised is not None or pair.observed is None:
        return False
    return pair.holder is None or not envelope_moved(pair.holder)


def removed(pair: MemberPair) -> Iterator[Hit]:
    """Find what was promised in every message and is gone."""
    if _gone(pair) and pair.promised is not None and pair.promised.always:
        of = _sent(pair)
        yield Hit(
            "it is promised and was not sent" if of else "it is gone",
            expected="always",
            actual="never",
            evidence=pair.promised.evidence,
            seen=of,
            of=of,
        )


def optional_removed(pair: MemberPair) -> Iterator[Hit]:
    """Find what could be there and is gone."""
    if _gone(pair) and pair.promised is not None and not pair.promised.always:
        yield Hit("it may be left out, and is gone", expected="sometimes", actual="never")


def added(pair: MemberPair) -> Iterator[Hit]:
    """Find what the promise does not know."""
    if _new(pair) and pair.observed is not None and (pair.stated or pair.holder is not None):
        types = (
            " or ".join(sorted(pair.observed.node.types)) if len(pair.observed.node.types) < 7 else "anything"
        )
        yield Hit(
            "it is not documented" if not pair.stated else "it is new",
            expected="",
            actual=types,
            seen=pair.observed.present,
            of=pair.observed.of,
        )


def became_optional(pair: MemberPair) -> Iterator[Hit]:
    """Find what is no longer there every time."""
    old, new = pair.promised, pair.observed
    if old is not None and new is not None and old.always and not new.always:
        yield Hit(
            "it is promised always and may be missing",
            expected="always",
            actual="sometimes",
            evidence=old.evidence,
            seen=new.of - new.present,
            of=new.of,
        )


def became_required(pair: MemberPair) -> Iterator[Hit]:
    """Find what is promised, or demanded, every time from now on."""
    old, new = pair.promised, pair.observed
    if pair.stated and old is not None and new is not None and new.always and not old.always:
        yield Hit(
            "it is always there from now on" if pair.sense == "out" else "it must be sent from now on",
            expected="sometimes",
            actual="always",
        )


def added_required(pair: MemberPair) -> Iterator[Hit]:
    """Find what must be sent and was unknown before."""
    if _new(pair) and pair.observed is not None and pair.observed.always:
        yield Hit("it is new and must be sent", expected="unknown", actual="always")


def added_optional(pair: MemberPair) -> Iterator[Hit]:
    """Find what may be sent and was unknown before."""
    if _new(pair) and pair.observed is not None and not pair.observed.always:
        yield Hit("it is new and may be sent", expected="unknown", actual="sometimes")


def taken_no_more(pair: MemberPair) -> Iterator[Hit]:
    """Find what could be sent and is unknown now."""
    if _gone(pair):
        yield Hit("it is no longer known", expected="known", actual="unknown")


def _object(required: bool, more: bool = True) -> dict[str, Any]:
    properties = {"id": {"type": "string"}, **({"tax": {"type": "number"}} if more else {})}
    return {"type": "object", "required": ["id", *(["tax"] if required else [])], "properties": properties}


_WITHOUT, _MAYBE, _ALWAYS = _object(False, False), _object(False), _object(True)


def _example(subject: str, schema: dict[str, Any]) -> Any:
    if subject == "field":
        return schema
    required = "tax" in schema["required"]
    inner = {"schema": {"type": "number"}, "required": required}
    if subject == "header":
        return {"reply": {"headers": {"Tax": inner} if "tax" in schema["properties"] else {}}}
    return {
        "operation": {
            "parameters": [{"name": "tax", "in": "query", **inner}] if "tax" in schema["properties"] else []
        }
    }


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_SENT: tuple[tuple[str, Severity, str, str, Any, Any, Callable[[MemberPair], Iterator[Hit]]], ...] = (
    ("removed", _E, "which is promised always is gone", "added", _ALWAYS, _WITHOUT, removed),
    (
        "optional-removed",
        _W,
        "which may be left out is gone for good",
        "added",
        _MAYBE,
        _WITHOUT,
        optional_removed,
    ),
    ("added", _N, "is sent that was unknown", "removed", _WITHOUT, _MAYBE, added),
    (
        "became-optional",
        _E,
        "which is promised always may be missing",
        "became-required",
        _ALWAYS,
        _MAYBE,
        became_optional,
    ),
    (
        "became-required",
        _N,
        "which could be missing is always there",
        "became-optional",
        _MAYBE,
        _ALWAYS,
        became_required,
    ),
)
_TAKEN = (
    ("added-required", _E, "must be sent that was unknown", "removed", _WITHOUT, _ALWAYS, added_required),
    ("added-optional", _N, "may be sent that was unknown", "removed", _WITHOUT, _MAYBE, added_optional),
    ("removed", _W, "is no longer known", "added-optional", _MAYBE, _WITHOUT, taken_no_more),
    (
        "became-required",
        _E,
        "which could be left out must be sent",
        "became-optional",
        _MAYBE,
        _ALWAYS,
        became_required,
    ),
    (
        "became-optional",
        _N,
        "which had to be sent may be left out",
        "became-required",
        _ALWAYS,
        _MAYBE,
        became_optional,
    ),
)


def _register(part: str, subject: str, sense: str, rows: tuple[Any, ...]) -> None:
    for name, severity, what, partner, before, after, look in rows:

        def guarded(pair: MemberPair, look: Any = look) -> Iterator[Hit]:
            if _is(subject, pair):
                yield from look(pair)

        drift_rule(
            "member",
            id=f"{part}-{subject}-{name}",
            severity=severity,
            summary=f"A {subject} of a {'response or webhook' if part == 'response' else part} {what}.",
            partner=f"{part}-{subject}-{partner}",
            promised=_example(subject, before),
            observed=_example(subject, after),
            sense=sense,
            keyword="required" if "became" in name else "properties",
        )(guarded)


_register("response", "field", "out", _SENT)
_register("response", "header", "out", _SENT)
_register("request", "field", "in", _TAKEN)
_register("request", "parameter", "in", _TAKEN)
