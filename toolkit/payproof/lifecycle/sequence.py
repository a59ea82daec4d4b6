"""Observations of one object in the order in which things happened; duplicates and latecomers set apart.

Webhooks arrive late, twice and in any order, so arrival says little. An observation that carries the
object's own time (`updated_at`) stands at that time. One without stands where it arrived: after all that
arrived before it. At the same instant the table decides: what lies nearer to the start comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payproof.lifecycle.observe import Observation

_EARLIEST = float("-inf")


@dataclass(frozen=True, slots=True)
class Arranged:
    """The observations of one object.

    Args:
        kept: One of each group of equal deliveries, in the order in which things happened.
        duplicates: Webhooks that repeat one already there.
        late: Webhooks older than what had been seen when they arrived.
        stale: Reads and replies older than what had been seen.
        reused: Pairs of webhooks with one delivery id and different statuses.
    """

    kept: tuple[Observation, ...]
    duplicates: tuple[Observation, ...]
    late: tuple[Observation, ...]
    stale: tuple[Observation, ...]
    reused: tuple[tuple[Observation, Observation], ...]


def arrange(arrived: Sequence[Observation], ranked: Mapping[str, int]) -> Arranged:
    """Give the observations in the order of events; `arrived` is in order of arrival.

    `ranked` gives each state's distance from the start, for observations of one instant.

    All but `late` and `stale`, which are about arrival itself, comes out the same for any order of arrival
    of observations that carry their own time.
    """
    order = sorted(zip(_keys(arrived, ranked), arrived, strict=True), key=lambda pair: pair[0])
    kept: list[Observation] = []
    duplicates, reused = [], []
    groups: dict[tuple[Any, ...], Observation] = {}
    by_delivery: dict[str, Observation] = {}
    for _, one in order:
        same = by_delivery.get(one.delivery) if one.delivery else None
        if same is not None and same.status != one.status:
            reused.append((same, one))
        elif same is not None or (_mark(one) is not None and _mark(one) in groups):
            duplicates.append(one)
            continue
        if one.source == "webhook":
            by_delivery.setdefault(one.delivery, one)
            groups.setdefault(_mark(one) or (), one)
        kept.append(one)
    late, stale = _latecomers(arrived)
    return Arranged(tuple(kept), tuple(duplicates), late, stale, tuple(reused))


def _mark(one: Observation) -> tuple[Any, ...] | None:
    """Give what two webhooks about the same happening share: event, status and own time."""
    return (one.event, one.status, one.at_s) if one.source == "webhook" and one.at_s is not None else None


def _keys(arrived: Iterable[Observation], ranked: Mapping[str, int]) -> list[tuple[Any, ...]]:
    keys: list[tuple[Any, ...]] = []
    newest = _EARLIEST
    for position, one in enumerate(arrived):
        if one.at_s is not None:
            newest = max(newest, one.at_s)
            rank = ranked.get(one.status, len(ranked))
            # The reply that made a status comes before the reads that show it.
            by = ("response", "poll", "webhook").index(one.source)
            keys.append((one.at_s, 0, rank, 0, one.status, by, one.delivery, one.operation, _text(one)))
        else:
            newest = max(newest, one.seen_s if one.seen_s is not None else newest)
            keys.append((newest, 1, 0, position))
    return keys


def _latecomers(arrived: Iterable[Observation]) -> tuple[tuple[Observation, ...], tuple[Observation, ...]]:
    newest: Observation | None = None
    late: list[Observation] = []
    stale: list[Observation] = []
    seen = set()
    for one in arrived:
        if one.at_s is None:
            continue
        repeated = one.source == "webhook" and (one.delivery or _mark(one)) in seen
        seen.add(one.delivery or _mark(one))
        if newest is not None and newest.at_s is not None and one.at_s < newest.at_s and not repeated:
            if one.status != newest.status:
                (late if one.source == "webhook" else stale).append(one)
        elif newest is None or newest.at_s is None or one.at_s >= newest.at_s:
            newest = one
    return tuple(late), tuple(stale)


def _text(one: Observation) -> str:
    """Give what tells apart two otherwise equal observations, so that arrival does not decide."""
    return repr((one.event, sorted(one.facts.items(), key=str), sorted(one.money.items())))
