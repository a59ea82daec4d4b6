"""Statuses, media types, and whether there is a body at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from payproof.drift.pair import BodyPair, Hit, shown
from payproof.drift.registry import Look, drift_rule
from payproof.drift.sides import media_key
from payproof.model import Severity

_JSON = {"application/json": {"schema": {"type": "object"}}}
_TEXT = {"text/csv": {"schema": {"type": "string"}}}


def _is_success(pair: BodyPair) -> bool:
    return pair.status[:1] in ("2", "3", "d")


def _status_gone(pair: BodyPair, *, success: bool) -> Iterator[Hit]:
    if pair.status and pair.stated and pair.promised and not pair.observed and _is_success(pair) == success:
        yield Hit(f"status {pair.status} is no longer promised", expected=pair.status)


def _status_new(pair: BodyPair, *, success: bool) -> Iterator[Hit]:
    if not pair.status or pair.promised or not pair.observed or _is_success(pair) != success:
        return
    # Documents seldom list every refusal, so an unlisted one that was seen accuses nobody.
    if pair.stated or success:
        yield Hit(
            f"status {pair.status} is not promised",
            actual=pair.status,
            seen=pair.observed.seen,
            of=pair.observed.seen,
        )


_ONE, _TWO = {"statuses": ["200"]}, {"statuses": ["200", "202"]}
_FEW, _MORE = {"statuses": ["200", "400"]}, {"statuses": ["200", "400", "409"]}
for _name, _good, _gone, _new, _less, _more in (
    ("success", True, Severity.ERROR, Severity.WARNING, _ONE, _TWO),
    ("error", False, Severity.NOTE, Severity.NOTE, _FEW, _MORE),
):

    def _look_gone(pair: BodyPair, good: bool = _good) -> Iterator[Hit]:
        return _status_gone(pair, success=good)

    def _look_new(pair: BodyPair, good: bool = _good) -> Iterator[Hit]:
        return _status_new(pair, success=good)

    drift_rule(
        "body",
        id=f"response-{_name}-status-removed",
        severity=_gone,
        sense="out",
        summary=f"A documented status of a {_name} is gone.",
        partner=f"response-{_name}-status-added",
        promised=_more,
        observed=_less,
        keyword="responses",
    )(_look_gone)
    drift_rule(
        "body",
        id=f"response-{_name}-status-added",
        severity=_new,
        sense="out",
        summary=f"A {_name} comes with a status that the documents do not name.",
        partner=f"response-{_name}-status-removed",
        promised=_less,
        observed=_more,
        keyword="responses",
    )(_look_new)


def _media_lost(pair: BodyPair) -> list[str]:
    if not pair.stated or pair.promised is None or pair.observed is None:
        return []
    return sorted(pair.promised.media.keys() - pair.observed.media.keys())


def _media_won(pair: BodyPair) -> list[str]:
    if pair.promised is None or pair.observed is None or not (pair.stated or pair.promised.media):
        return []
    if pair.stated:
        return sorted(pair.observed.media.keys() - pair.promised.media.keys())
    known, hook = pair.promised.media, pair.spot.part == "webhook"
    # A webhook's receiver reads the body whatever its type says; a reply without a type is read as promised.
    return [
        media
        for media, node in pair.observed.media.items()
        if media_key(known, media) is None and not (node.seen and (hook or not media))
    ]


def _lost(pair: BodyPair) -> Iterator[Hit]:
    for media in _media_lost(pair):
        yield Hit(f"{media} is gone", expected=media, fact=media)


def _won(pair: BodyPair) -> Iterator[Hit]:
    if pair.promised is None or pair.observed is None:
        return
    for media in _media_won(pair):
        severity = None if pair.stated else Severity.ERROR
        yield Hit(
            f"{media or 'no media type'} is not promised",
            expected=shown(pair.promised.media),
            actual=media,
            fact=media,
            severity=severity,
            seen=0 if pair.stated else 1,
            of=pair.observed.seen,
        )


def _content(part: str, *kinds: dict[str, Any]) -> dict[str, Any]:
    return {part: {"content": {key: value for kind in kinds for key, value in kind.items()}}}


for _sense, _part, _where, _bad, _good_too in (
    ("out", "response", "reply", Severity.WARNING, Severity.WARNING),
    ("in", "request", "body", Severity.NOTE, Severity.ERROR),
):
    drift_rule(
        "body",
        id=f"{_part}-media-type-added",
        severity=_bad,
        sense=_sense,
        keyword="content",
        summary=f"A {_part} may have a media type that was not promised.",
        partner=f"{_part}-media-type-removed",
        promised=_content(_where, _JSON),
        observed=_content(_where, _JSON, _TEXT),
    )(_won)
    drift_rule(
        "body",
        id=f"{_part}-media-type-removed",
        severity=_good_too,
        sense=_sense,
        keyword="content",
        summary=f"A {_part} may no longer have a media type.",
        partner=f"{_part}-media-type-added",
        promised=_content(_where, _JSON, _TEXT),
        observed=_content(_where, _JSON),
    )(_lost)


@drift_rule(
    "body",
    id="response-unreadable-body",
    severity=Severity.ERROR,
    summary="A body is missing, or is not what its media type says.",
    partner="none: a readable body is what was promised",
    promised=_content("reply", _JSON),
    observed={"raw": "{oops"},
    sense="out",
    keyword="content",
)
def unreadable(pair: BodyPair) -> Iterator[Hit]:
    """Find bodies that cannot be read."""
    seen = pair.observed
    if seen is not None and seen.unreadable and (pair.promised is None or not pair.promised.unreadable):
        why = "there is no body, or it cannot be read as its media type says"
        yield Hit(why, seen=seen.unreadable, of=seen.seen)


def _body_row(
    id: str, severity: Severity, what: str, partner: str, before: Any, after: Any
) -> Callable[[Look], Look]:
    return drift_rule(
        "body",
        id=id,
        severity=severity,
        summary=what,
        partner=partner,
        promised=before,
        observed=after,
        sense="in",
        keyword="requestBody",
    )


_NONE: dict[str, Any] = {"operation": {"requestBody": None}}
_MAY = {"operation": {"requestBody": {"required": False, "content": _JSON}}}
_MUST = {"operation": {"requestBody": {"required": True, "content": _JSON}}}


@_body_row(
    "request-body-added-required",
    Severity.ERROR,
    "A request must have a body and had none.",
    "request-body-removed",
    _NONE,
    _MUST,
)
def body_added_required(pair: BodyPair) -> Iterator[Hit]:
    """Find bodies that must be sent from now on."""
    if pair.promised is None and pair.observed is not None and pair.observed.required:
        yield Hit("a body must be sent from now on")


@_body_row(
    "request-body-added",
    Severity.NOTE,
    "A request may have a body and had none.",
    "request-body-removed",
    _NONE,
    _MAY,
)
def body_added(pair: BodyPair) -> Iterator[Hit]:
    """Find bodies that may be sent from now on."""
    if pair.promised is None and pair.observed is not None and not pair.observed.required:
        yield Hit("a body may be sent from now on")


@_body_row(
    "request-body-removed",
    Severity.WARNING,
    "A request no longer has a body.",
    "request-body-added",
    _MUST,
    _NONE,
)
def body_removed(pair: BodyPair) -> Iterator[Hit]:
    """Find bodies that are not known any more."""
    if pair.promised is not None and pair.observed is None:
        yield Hit("a body is no longer known")


@_body_row(
    "request-body-became-required",
    Severity.ERROR,
    "A request's body could be left out and must be sent.",
    "request-body-became-optional",
    _MAY,
    _MUST,
)
def body_required(pair: BodyPair) -> Iterator[Hit]:
    """Find bodies that could be left out."""
    if pair.promised and pair.observed and pair.observed.required and not pair.promised.required:
        yield Hit("the body must be sent from now on")


@_body_row(
    "request-body-became-optional",
    Severity.NOTE,
    "A request's body had to be sent and may be left out.",
    "request-body-became-required",
    _MUST,
    _MAY,
)
def body_optional(pair: BodyPair) -> Iterator[Hit]:
    """Find bodies that may be left out from now on."""
    if pair.promised and pair.observed and pair.promised.required and not pair.observed.required:
        yield Hit("the body may be left out from now on")
