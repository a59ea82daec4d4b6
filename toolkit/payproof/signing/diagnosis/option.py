"""One way in which a signer may have departed from the recipe, and the walk over all of them.

Theory of operation. A recipe is a row of stages, each a function of the value before. A mistake
replaces one stage's step by another one's. The walk goes through the stages depth first with a budget
of mistakes: every value is computed once and shared by all that comes after it, and a mistake which
changes nothing (sorting what is sorted, escaping what needs no escape) is cut off where it stands,
because all that would follow is the same as without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from payproof.signing.fields import UnreadableBody
from payproof.signing.stages import CannotSign

COMMON, PLAUSIBLE, RARE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Option:
    """A named departure at one stage.

    Args:
        dimension, choice: Its name in the recipe space.
        says: One clause that fits after "the signature was made with".
        run: Computes the stage's value in the recipe's stead.
        rank: COMMON, PLAUSIBLE or RARE: how likely a mistake it is; the search goes by it.
        habit: The language, library or SDK that does so by itself.
        change: What the signer should do instead.
        skip_to: Name of the stage to go on with, when the value is not for the next one.
    """

    dimension: str
    choice: str
    says: str
    run: Callable[[Any], Any]
    rank: int = PLAUSIBLE
    habit: str = ""
    change: str = ""
    skip_to: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the recipe: what it does by right, and what may be done instead of it."""

    name: str
    base: Callable[[Any], Any]
    options: Callable[[Any], Iterable[Option]]
    """A list is taken as ranked."""


R = TypeVar("R")

Step = tuple[Option, ...]
"""Options at one stage which give the same value here: one cause and its alternatives."""
Path = tuple[Step, ...]


Leaf = Callable[[Path, int, Any], None]
"""Takes a path, the sum of its ranks, and the final value it leads to."""


def same(value: Any) -> Any:
    """Stand for a stage that does nothing by right; the walk does not even call it."""
    return value


def latest(run: Callable[[Any], R]) -> Callable[[Any], R]:
    """Give a function that remembers its last result, for options that ask the same of one value in turn."""
    kept: list[Any] = [None, None]

    def call(value: Any) -> R:
        if kept[0] is not value or value is None:
            kept[:] = value, run(value)
        return kept[1]  # type: ignore[no-any-return]

    return call


def kept(make: Callable[..., R]) -> Callable[..., R]:
    """Give a function that remembers its results by the identity of what it was given, a few hundred at most.

    Containers that stand in many rows are written again and again; they cannot be hashed.
    """
    made: dict[tuple[int, ...], tuple[R, tuple[Any, ...]]] = {}

    def call(*given: Any) -> R:
        key = tuple(map(id, given))
        if key not in made:
            if len(made) >= _MOST_KEPT:
                made.clear()
            # What was given is held on to, so that no other value gets its identity.
            made[key] = make(*given), given
        return made[key][0]

    return call


_MOST_KEPT = 256


def ranked(options: Iterable[Option]) -> list[Option]:
    """Give options with the likeliest first, the form in which a stage's table must be."""
    return sorted(options, key=lambda row: row.rank)


class Walk:
    """The walk over every final value that takes a number of departures, each at another stage.

    Args:
        stages: The recipe's stages in order.
        leaf: Called for each final value.
        tried: Counts the options looked at by dimension; None counts nothing.
    """

    def __init__(self, stages: Sequence[Stage], leaf: Leaf, tried: dict[str, int] | None = None) -> None:
        self._stages, self._leaf, self._tried, self._least = stages, leaf, tried, 0
        self._index = {stage.name: at for at, stage in enumerate(stages)}
        # What is left to do from each stage on when nothing else goes wrong.
        bases = [stage.base for stage in stages]
        self._tails = [[run for run in bases[at:] if run is not same] for at in range(len(stages) + 1)]

    def run(self, value: Any, mistakes: int, most_rank: int, least_rank: int = 0) -> None:
        """Visit the leaves with exactly so many departures, whose ranks sum to a number in these bounds."""
        self._least = least_rank
        if mistakes:
            self._from(0, value, mistakes, most_rank, (), 0)
        else:
            self._end(0, value, (), 0)

    def _from(self, at: int, value: Any, mistakes: int, most_rank: int, path: Path, rank: int) -> None:
        stages = self._stages
        rights = [value]
        for stage in stages[at:]:
            value = value if stage.base is same else attempt(stage.base, value)
            rights.append(value)
            if value is None:
                break
        for step_at in range(len(rights) - 2, -1, -1):
            here = at + step_at
            room = most_rank - rank - (mistakes - 1)
            for new, step in _different(
                stages[here], rights[step_at], rights[step_at + 1], room, self._tried
            ):
                first = step[0]
                total = rank + first.rank
                if mistakes == 1 and total < self._least:
                    continue
                to = self._index[first.skip_to] if first.skip_to else here + 1
                if mistakes == 1:
                    self._end(to, new, (*path, step), total)
                elif to < len(stages):
                    self._from(to, new, mistakes - 1, most_rank, (*path, step), total)

    def _end(self, at: int, value: Any, path: Path, rank: int) -> None:
        try:
            for run in self._tails[at]:
                value = run(value)
                if value is None:
                    return
        except IMPOSSIBLE:
            return
        self._leaf(path, rank, value)


def _different(
    stage: Stage, value: Any, base: Any, most_rank: int, tried: dict[str, int] | None
) -> list[tuple[Any, Step]]:
    """Give the values that differ from the right one and from each other, likeliest options first."""
    found: list[tuple[Any, Step]] = []
    places: dict[Any, int] = {}
    for option in _options(stage, value):
        if option.rank > most_rank:
            break
        if tried is not None:
            tried[option.dimension] = tried.get(option.dimension, 0) + 1
        try:
            new = option.run(value)
        except IMPOSSIBLE:
            continue
        if new is None or (new == base and not option.skip_to):
            continue
        if type(new) in _TEXTS:
            # Texts are looked up, other values compared; a text that goes on elsewhere is another one.
            key = (new, option.skip_to) if option.skip_to else new
            place = places.setdefault(key, len(found))
        else:
            place = _place(found, new, option.skip_to)
        if place == len(found):
            found.append((new, (option,)))
        else:
            found[place] = (new, (*found[place][1], option))
    return found


def _options(stage: Stage, value: Any) -> list[Option]:
    try:
        options = stage.options(value)
        return options if type(options) is list else ranked(options)
    except IMPOSSIBLE:
        return []


def _place(found: list[tuple[Any, Step]], new: Any, skip_to: str) -> int:
    """Give where the same value stands already, else the place after the last."""
    for at, (known, step) in enumerate(found):
        if known == new and step[0].skip_to == skip_to:
            return at
    return len(found)


_TEXTS = (str, bytes)
IMPOSSIBLE = (CannotSign, UnreadableBody, UnicodeError, RecursionError, OverflowError)
"""What a step raises where the message does not allow it."""


def attempt(run: Callable[[Any], Any], value: Any) -> Any:
    """Run a step; None when the message does not allow it."""
    try:
        return run(value)
    except IMPOSSIBLE:
        return None
