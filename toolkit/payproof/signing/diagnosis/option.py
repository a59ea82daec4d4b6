"""One way in which a signer may have departed from the recipe, and the walk over all of them.

Theory of operation. A recipe is a row of stages, each a function of the value before. A mistake
replaces one stage's step by another one's. The walk goes through the stages depth first with a budget
of mistakes: every value is computed once and shared by all that comes after it, and a mistake which
changes nothing (sorting what is sorted, escaping what needs no escape) is cut off where it stands,
because all that would follow is the same as without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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


Step = tuple[Option, ...]
"""Options at one stage which give the same value here: one cause and its alternatives."""
Path = tuple[Step, ...]


def leaves(
    stages: Sequence[Stage], value: Any, mistakes: int, most_rank: int, tried: dict[str, int] | None = None
) -> Iterator[tuple[Path, Any]]:
    """Give every final value that takes exactly `mistakes` departures, with the path to it.

    Args:
        stages: The recipe's stages in order.
        value: What the first stage starts from.
        mistakes: How many departures, each at another stage.
        most_rank: Largest sum of ranks of the departures.
        tried: Counts the options looked at by dimension.
    """
    index = {stage.name: at for at, stage in enumerate(stages)}
    return _walk(stages, index, 0, value, mistakes, most_rank, (), {} if tried is None else tried)


def _walk(
    stages: Sequence[Stage],
    index: dict[str, int],
    at: int,
    value: Any,
    mistakes: int,
    most_rank: int,
    path: Path,
    tried: dict[str, int],
) -> Iterator[tuple[Path, Any]]:
    if mistakes == 0:
        done = _finish(stages, at, value)
        if done is not None:
            yield path, done
        return
    if at == len(stages):
        return
    stage = stages[at]
    base = attempt(stage.base, value)
    if base is not None:
        yield from _walk(stages, index, at + 1, base, mistakes, most_rank, path, tried)
    for new, step in _different(stage, value, base, most_rank - (mistakes - 1), tried):
        to = index[step[0].skip_to] if step[0].skip_to else at + 1
        rank = step[0].rank
        yield from _walk(stages, index, to, new, mistakes - 1, most_rank - rank, (*path, step), tried)


def _different(
    stage: Stage, value: Any, base: Any, most_rank: int, tried: dict[str, int]
) -> list[tuple[Any, Step]]:
    """Give the values that differ from the right one and from each other, likeliest options first."""
    found: list[tuple[Any, Step]] = []
    for option in sorted(stage.options(value), key=lambda row: row.rank):
        if option.rank > most_rank:
            break
        tried[option.dimension] = tried.get(option.dimension, 0) + 1
        new = attempt(option.run, value)
        if new is None or (new == base and not option.skip_to):
            continue
        for at, (known, step) in enumerate(found):
            if known == new and step[0].skip_to == option.skip_to:
                found[at] = (known, (*step, option))
                break
        else:
            found.append((new, (option,)))
    return found


def _finish(stages: Sequence[Stage], at: int, value: Any) -> Any:
    for stage in stages[at:]:
        value = attempt(stage.base, value)
        if value is None:
            return None
    return value


def attempt(run: Callable[[Any], Any], value: Any) -> Any:
    """Run a step; None when the message does not allow it."""
    try:
        return run(value)
    except (CannotSign, UnreadableBody, UnicodeError, RecursionError):
        return None
