"""Operations, webhooks, servers and who may call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from payproof.drift.pair import Hit, OperationPair, SidePair, changed
from payproof.drift.registry import Look, drift_rule
from payproof.model import Severity

Mark = Callable[[Look], Look]
_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_OTHER = {"get": {"operationId": "other", "responses": {"200": {"description": "Good."}}}}
_HOOK = {"webhooks": {"paid": {"post": {"responses": {"200": {"description": "Taken."}}}}}}
_PATH = {"paths": {"/other": _OTHER}}


def _row(
    level: str, id: str, severity: Severity, what: str, partner: str, before: Any, after: Any, key: str
) -> Mark:
    return drift_rule(
        level,
        id=id,
        severity=severity,
        summary=what,
        partner=partner,
        promised=before,
        observed=after,
        keyword=key,
    )


def _come_and_go(kind: str, example: Any) -> None:
    def removed(pair: OperationPair) -> Iterator[Hit]:
        if pair.stated and pair.observed is None and pair.promised is not None and pair.promised.kind == kind:
            yield Hit(f"the {kind} is gone", expected=pair.promised.id)

    def added(pair: OperationPair) -> Iterator[Hit]:
        if pair.promised is None and pair.observed is not None and pair.observed.kind == kind:
            yield Hit(f"the {kind} is new", actual=pair.observed.id)

    key = "paths" if kind == "operation" else "webhooks"
    _row(
        "operation", f"{kind}-removed", _E, f"A documented {kind} is gone.", f"{kind}-added", example, {}, key
    )(removed)
    _row(
        "operation",
        f"{kind}-added",
        _N,
        f"There is a {kind} that was unknown.",
        f"{kind}-removed",
        {},
        example,
        key,
    )(added)


_come_and_go("operation", _PATH)
_come_and_go("webhook", _HOOK)


@_row(
    "operation",
    "operation-deprecated",
    _W,
    "An operation or webhook is going to be removed.",
    "operation-undeprecated",
    {},
    {"operation": {"deprecated": True}},
    "deprecated",
)
def deprecated(pair: OperationPair) -> Iterator[Hit]:
    """Find what is deprecated from now on."""
    if (
        pair.stated
        and pair.promised
        and pair.observed
        and pair.observed.deprecated > pair.promised.deprecated
    ):
        yield Hit("it is deprecated from now on")


@_row(
    "operation",
    "operation-undeprecated",
    _N,
    "An operation or webhook is not going to be removed after all.",
    "operation-deprecated",
    {"operation": {"deprecated": True}},
    {},
    "deprecated",
)
def undeprecated(pair: OperationPair) -> Iterator[Hit]:
    """Find what is no longer deprecated."""
    if (
        pair.stated
        and pair.promised
        and pair.observed
        and pair.observed.deprecated < pair.promised.deprecated
    ):
        yield Hit("it is no longer deprecated")


def _bare(path: str) -> str:
    # The name of a path's parameter is not sent.
    return re.sub(r"\{[^{}]*\}", "{}", path)


@_row(
    "operation",
    "operation-moved",
    _E,
    "An operation has another method or path.",
    "none: it is its own mirror",
    {},
    {"path": "/moved"},
    "paths",
)
def moved(pair: OperationPair) -> Iterator[Hit]:
    """Find operations whose method or path differs."""
    old, new = pair.promised, pair.observed
    if pair.stated and old and new and (old.method, _bare(old.path)) != (new.method, _bare(new.path)):
        yield Hit(
            "it stands elsewhere", expected=f"{old.method} {old.path}", actual=f"{new.method} {new.path}"
        )


_OPEN: dict[str, Any]
_KEY: dict[str, Any]
_OPEN, _KEY = {"operation": {"security": []}}, {"operation": {"security": [{"Key": []}]}}


def _ways(facts: Any) -> frozenset[tuple[str, ...]]:
    return (facts.security or frozenset({()})) if facts else frozenset()


@_row(
    "operation",
    "security-tightened",
    _E,
    "A way to call an operation that was open is refused.",
    "security-loosened",
    _OPEN,
    _KEY,
    "security",
)
def tightened(pair: OperationPair) -> Iterator[Hit]:
    """Find ways of calling that are gone."""
    lost = (
        _ways(pair.promised) - _ways(pair.observed)
        if pair.stated and pair.promised and pair.observed
        else None
    )
    if lost:
        yield Hit("a way of calling is gone", expected=_words(lost), actual=_words(_ways(pair.observed)))


@_row(
    "operation",
    "security-loosened",
    _N,
    "There is another way to call an operation.",
    "security-tightened",
    {"operation": {"security": [{"Key": []}]}},
    {"operation": {"security": [{"Key": []}, {"Token": []}]}},
    "security",
)
def loosened(pair: OperationPair) -> Iterator[Hit]:
    """Find ways of calling that are new, where none is gone."""
    if pair.stated and pair.promised and pair.observed and not any(tightened(pair)):
        won = _ways(pair.observed) - _ways(pair.promised)
        if won:
            yield Hit(
                "there is another way of calling", expected=_words(_ways(pair.promised)), actual=_words(won)
            )


def _words(ways: frozenset[tuple[str, ...]]) -> str:
    return " or ".join(" and ".join(way) or "without any key" for way in sorted(ways))


@_row(
    "operation",
    "webhook-retries-changed",
    _N,
    "A webhook is tried again in another way.",
    "none: it is its own mirror",
    {"hook": {"x-retries": {"further-attempts": 3}}},
    {"hook": {"x-retries": {"further-attempts": 5}}},
    "x-retries",
)
def retries(pair: OperationPair) -> Iterator[Hit]:
    """Find other numbers or intervals of attempts."""
    if pair.stated and pair.promised and pair.observed and changed(pair.promised.facts, pair.observed.facts):
        yield Hit(
            "attempts differ",
            expected=pair.promised.facts.get("retries", "unknown"),
            actual=pair.observed.facts.get("retries", "unknown"),
        )


@_row(
    "side",
    "operation-undocumented",
    _N,
    "Requests succeed that fit no documented operation.",
    "none: a spec that lacks an operation is told as operation-removed",
    {},
    {"request": "GET /nowhere"},
    "paths",
)
def undocumented(pair: SidePair) -> Iterator[Hit]:
    """Find calls that the gateway answers and the spec does not know."""
    for name, count in sorted(pair.observed.unknown.items()):
        if name not in pair.promised.unknown:
            yield Hit(
                f"{name} succeeds and is not documented",
                pointer=f"/{name}",
                actual=name,
                seen=count,
                of=pair.observed.interactions,
                fact=name,
            )


def _table(pair: SidePair, name: str) -> tuple[dict[str, str], dict[str, str]]:
    return dict(getattr(pair.promised, name)), dict(getattr(pair.observed, name))


def _come_and_go_of_tables(name: str, what: str, gone: Severity, before: Any, after: Any) -> None:
    def removed(pair: SidePair) -> Iterator[Hit]:
        old, new = _table(pair, name)
        for key in sorted(old.keys() - new.keys()) if pair.stated else ():
            yield Hit(f"the {what} {key} is gone", pointer=f"{what}/{key}", expected=key, fact=key)

    def added(pair: SidePair) -> Iterator[Hit]:
        old, new = _table(pair, name)
        for key in sorted(new.keys() - old.keys()) if pair.stated else ():
            yield Hit(f"the {what} {key} is new", pointer=f"{what}/{key}", actual=key, fact=key)

    def other(pair: SidePair) -> Iterator[Hit]:
        old, new = _table(pair, name)
        for key in changed(old, new) if pair.stated else ():
            if key in old and key in new:
                yield Hit(
                    f"the {what} {key} differs", pointer=f"{what}/{key}", expected=old[key], actual=new[key]
                )

    id = what.replace(" ", "-")
    _row("side", f"{id}-removed", gone, f"A {what} is gone.", f"{id}-added", after, before, name)(removed)
    _row("side", f"{id}-added", _N, f"A {what} is new.", f"{id}-removed", before, after, name)(added)
    first, second = (
        ({"servers": [{"url": "https://a.example", "x-environment": one}]} for one in ("live", "sandbox"))
        if name == "servers"
        else (
            {"schemes": {"Key": {"type": "apiKey", "in": "header", "name": one}}} for one in ("Key", "X-Key")
        )
    )
    _row(
        "side",
        f"{id}-changed",
        _E,
        f"A {what} is another one.",
        "none: it is its own mirror",
        first,
        second,
        name,
    )(other)


_come_and_go_of_tables("servers", "server", _W, {}, {"servers": [{"url": "https://a.example"}]})
_come_and_go_of_tables(
    "schemes",
    "security scheme",
    _E,
    {"schemes": {}},
    {"schemes": {"Key": {"type": "apiKey", "in": "header", "name": "Key"}}},
)
