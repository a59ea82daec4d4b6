"""The search: outward from the scheme's own point, fewest and likeliest departures first.

Each hypothesis is exact: it reproduces the whole received digest or it is nothing. The number of
hypotheses is bounded by the work they cost (not by a clock), so that a search repeats exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from payproof.signing.diagnosis.option import Path, Stage, Step, leaves
from payproof.signing.diagnosis.plans import Plan, Plans
from payproof.signing.diagnosis.target import Reading, Target

MOST_MISTAKES = 3
_BANDS = (((0, 0),), ((1, 9),), ((2, 5),), ((3, 3), (4, 5)))
"""Sums of ranks (least, most) tried at each number of mistakes: rare ones alone, not in threes."""
WORK = 1_600_000
"""Units of work: one for a hypothesis over a short text, more by its length."""
SAFETY_BITS = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """A point that reproduces the received digest."""

    path: Path
    plan: Plan
    reading: Reading
    canonical: bytes
    digest: bytes

    @property
    def steps(self) -> tuple[Step, ...]:
        """All departures, those of the text first."""
        return (*self.path, *self.plan.steps)

    @property
    def rank(self) -> int:
        """How unlikely they are together."""
        return sum(step[0].rank for step in self.path) + self.plan.rank


@dataclass(slots=True)
class Tally:
    """What a search did.

    Args:
        hypotheses: Points evaluated.
        work: Units of work spent.
        by_dimension: Options looked at, by dimension.
        exhausted: Whether the budget ended the search.
        level: Most mistakes at once that were tried through.
    """

    hypotheses: int = 0
    work: float = 0
    by_dimension: dict[str, int] = field(default_factory=dict)
    exhausted: bool = False
    level: int = 0


def search(
    stages: Sequence[Stage],
    plans: Plans,
    target: Target,
    *,
    least: int = 0,
    most: int = MOST_MISTAKES,
    work: float = WORK,
    tally: Tally | None = None,
) -> tuple[list[Hit], Tally]:
    """Give the points with the fewest departures that reproduce the target, and what was tried.

    Args:
        least, most: How many departures at once.
        work: Units of work after which the search gives up.
        tally: Goes on counting where an earlier search left off.
    """
    tally = tally or Tally()
    for level in range(least, most + 1):
        hits = list(_level(stages, plans, target, level, work, tally))
        if hits or tally.exhausted:
            return sorted(hits, key=lambda hit: hit.rank), tally
        tally.level = level
    return [], tally


def _level(
    stages: Sequence[Stage], plans: Plans, target: Target, level: int, work: float, tally: Tally
) -> Iterator[Hit]:
    for band in _BANDS[level]:
        for in_text in range(level, -1, -1):
            if level - in_text > 2:
                continue
            found = False
            for hit in _split(stages, plans.by_mistakes[level - in_text], target, in_text, band, work, tally):
                found = True
                yield hit
            if tally.exhausted or (found and level == MOST_MISTAKES):
                return


def _split(
    stages: Sequence[Stage],
    plans: Sequence[Plan],
    target: Target,
    in_text: int,
    band: tuple[int, int],
    work: float,
    tally: Tally,
) -> Iterator[Hit]:
    least_rank, most_rank = band
    for plan in plans:
        for step in plan.steps:
            for option in step:
                tally.by_dimension[option.dimension] = tally.by_dimension.get(option.dimension, 0) + 1
    match, exact = target.match, target.exact
    simple = not target.prefixes
    cheapest = min((plan.rank for plan in plans), default=0)
    plan_ranks = plans[-1].rank if plans else 0
    for path, text in leaves(stages, None, in_text, most_rank - cheapest, tally.by_dimension):
        rank = sum(step[0].rank for step in path)
        if in_text and not plan_ranks and rank < least_rank:
            continue
        cost = 1 + len(text) / 1500
        for plan in plans:
            if rank + plan.rank > most_rank:
                break
            if rank + plan.rank < least_rank:
                continue
            tally.hypotheses += 1
            if not text and plan.keyless:
                # The hash of nothing is a placeholder that anybody may have put there.
                continue
            digest = plan.run(text)
            if simple:
                if digest in exact:
                    yield Hit(path, plan, exact[digest], text, digest)
            elif (reading := match(digest)) is not None:
                yield Hit(path, plan, reading, text, digest)
            tally.work += cost
        tally.work += 4 * cost
        if tally.work > work:
            tally.exhausted = True
            return


def enough_bits(reading: Reading, hypotheses: int) -> bool:
    """Say whether a match excludes chance: bits matched >= log2(hypotheses tried) + 40."""
    return 8 * len(reading.digest) >= math.log2(max(hypotheses, 1)) + SAFETY_BITS
