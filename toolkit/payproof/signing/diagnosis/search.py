"""The search: outward from the scheme's own point, fewest and likeliest departures first.

Each hypothesis is exact: it reproduces the whole received digest or it is nothing. The number of
hypotheses is bounded by the work they cost (not by a clock), so that a search repeats exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from payproof.signing.diagnosis.option import Path, Stage, Step, Walk
from payproof.signing.diagnosis.plans import Plan, Plans
from payproof.signing.diagnosis.readings import Reading
from payproof.signing.diagnosis.target import Target

MOST_MISTAKES = 3
_BANDS = (((0, 0),), ((1, 9),), ((2, 5),), ((3, 3), (4, 4), (5, 5)))
"""Sums of ranks (least, most) tried at each number of mistakes: rare ones alone, not in threes."""
WORK = 300_000
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
    if not any(plans.by_mistakes):
        return [], tally  # The received text is no digest: nothing is tried, at any number of mistakes.
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
        # Of three, those with mistakes in the hashing come first: they are far fewer.
        for in_text in range(max(level - 2, 0), level + 1) if level == 3 else range(level, -1, -1):
            if level - in_text > 2:
                continue
            split = _Split(plans.by_mistakes[level - in_text], target, band, work, tally)
            split.run(stages, in_text, level)
            yield from split.hits
            if tally.exhausted or (split.hits and level == MOST_MISTAKES):
                return


class _Enough(Exception):
    """The budget is spent."""


class _Split:
    """The search over one number of departures in the text and one in the hashing."""

    def __init__(
        self, plans: Sequence[Plan], target: Target, band: tuple[int, int], work: float, tally: Tally
    ) -> None:
        self.plans, self.target, self.work, self.tally = plans, target, work, tally
        self.least_rank, self.most_rank = band
        self.hits: list[Hit] = []
        self._known = target.match if target.prefixes else target.exact.get
        self._rows: dict[int, tuple[list[Plan], list[Plan]]] = {}

    def run(self, stages: Sequence[Stage], in_text: int, level: int) -> None:
        """Search; `hits` holds what was found."""
        if not self.plans:
            return
        # Counted once: how many different options there are, not how often each was met.
        counts = self.tally.by_dimension if level == 1 else None
        for plan in self.plans if counts is not None else ():
            for option in (option for step in plan.steps for option in step):
                self.tally.by_dimension[option.dimension] = (
                    self.tally.by_dimension.get(option.dimension, 0) + 1
                )
        try:
            most, least = self.most_rank - self.plans[0].rank, self.least_rank - self.plans[-1].rank
            Walk(stages, self._leaf, counts).run(None, in_text, most, least)
        except _Enough:
            self.tally.exhausted = True

    def _leaf(self, path: Path, rank: int, text: bytes) -> None:
        tally, known = self.tally, self._known
        every, keyed = self._rows.get(rank) or self._fitting(rank)
        # The hash of nothing is a placeholder that anybody may have put there.
        for plan in every if text else keyed:
            digest = plan.run(text)
            reading = known(digest)
            if reading is not None:
                self.hits.append(Hit(path, plan, reading, text, digest))
        tally.hypotheses += len(every)
        tally.work += (len(every) + 4) * (1 + len(text) / 1500)
        if tally.work > self.work:
            raise _Enough

    def _fitting(self, rank: int) -> tuple[list[Plan], list[Plan]]:
        """Give the plans that are likely enough beside a path of that rank, and those with a key."""
        every = [plan for plan in self.plans if self.least_rank <= rank + plan.rank <= self.most_rank]
        made = self._rows[rank] = every, [plan for plan in every if not plan.keyless]
        return made


def enough_bits(reading: Reading, hypotheses: int) -> bool:
    """Say whether a match excludes chance: bits matched >= log2(hypotheses tried) + 40."""
    return reading.bits >= math.log2(max(hypotheses, 1)) + SAFETY_BITS
