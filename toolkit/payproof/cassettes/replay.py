"""Answering requests from a recording: one lookup, however long the recording is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from payproof.cassettes.keys import KeyMaker, RequestKey
from payproof.model import Interaction, Message
from payproof.signing import Keys
from payproof.spec import Spec

AtEnd = Literal["repeat", "error"]
_COMPARED = 500
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Played:
    """A recorded answer.

    Args:
        interaction: The entry.
        at_s: When it was recorded, in seconds since the epoch, for callers that freeze time; 0 when unknown.
        turn: How many times this request was asked for before.
    """

    interaction: Interaction
    at_s: float
    turn: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A request that was not recorded.

    Args:
        why: One sentence.
        nearest: `source` of the entry that is most like it; empty when nothing is.
        differences: What differs there, such as `query/limit: recorded '10', asked '11'`; personal data is
            shown as its kind.
    """

    why: str
    nearest: str = ""
    differences: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.nearest:
            return self.why
        return "\n".join(
            [f"{self.why}; the nearest is {self.nearest}, where", *(f"  {row}" for row in self.differences)]
        )


@dataclass(slots=True)
class _Row:
    interaction: Interaction
    key: RequestKey


class Replay:
    """Plays recorded interactions.

    Args:
        interactions: In order of recording; webhooks and entries without a response are left out.
        spec: The gateway's document, which says what varies.
        at_end: What a request gets that is asked for more often than it was recorded: the last answer
            again, or a miss.
        keys: Opens encrypted requests, so that they are told apart by what they hold.
        switches: Settings of the spec's switches.

    Attributes:
        used: The `source` of every entry that was played.
        count: How many entries can be played.
        began_s: When the earliest of them was recorded, in seconds since the epoch; 0 when unknown.
    """

    def __init__(
        self,
        interactions: Iterable[Interaction],
        spec: Spec | None = None,
        *,
        at_end: AtEnd = "repeat",
        keys: Keys | None = None,
        switches: Mapping[str, str] | None = None,
    ) -> None:
        self._maker = KeyMaker(spec, keys=keys, switches=switches)
        self._at_end = at_end
        self._webhooks = frozenset(spec.webhooks) if spec is not None else frozenset()
        self._sharp: dict[object, list[_Row]] = {}
        self._blunt: dict[object, list[_Row]] = {}
        self._routes: dict[str, list[_Row]] = {}
        self._turns: dict[int, int] = {}
        self.used: set[str] = set()
        self.count = 0
        self.began_s = 0.0
        for interaction in interactions:
            self.add(interaction)

    def add(self, interaction: Interaction) -> None:
        """Add an entry at the end."""
        if interaction.response is None or interaction.operation in self._webhooks:
            return
        row = _Row(interaction, self._maker.of(interaction.request))
        self._sharp.setdefault(row.key.sharp, []).append(row)
        if "redacted" in interaction.tags:
            self._blunt.setdefault(row.key.blunt, []).append(row)
        self._routes.setdefault(row.key.route, []).append(row)
        self.count += 1
        # The earliest that is known: entries may stand in another order, or have no time.
        known = [at_s for at_s in (self.began_s, interaction.started_s) if at_s]
        self.began_s = min(known, default=0.0)

    def play(self, message: Message) -> Played | Miss:
        """Give the next recorded answer to a request; equal requests get their answers in recorded order."""
        key = self._maker.of(message)
        rows = self._sharp.get(key.sharp) or self._blunt.get(key.blunt)
        if not rows:
            return self._miss(key)
        turn = self._turns.get(id(rows), 0)
        if turn >= len(rows) and self._at_end == "error":
            return Miss(f"{key.route} was recorded {len(rows)} time(s) and asked for once more")
        self._turns[id(rows)] = turn + 1
        interaction = rows[min(turn, len(rows) - 1)].interaction
        self.used.add(interaction.source)
        return Played(interaction, interaction.started_s, turn)

    def rewind(self) -> None:
        """Begin again with the first answer to each request."""
        self._turns.clear()

    def _miss(self, key: RequestKey) -> Miss:
        rows = self._routes.get(key.route)
        if not rows:
            known = ", ".join(sorted(self._routes)[:8]) or "nothing"
            return Miss(f"{key.route} was not recorded; there is {known}")
        asked = dict(key.parts)
        # The best of the first few hundred says enough, and a miss must not cost more with every entry.
        best = min(rows[:_COMPARED], key=lambda row: len(set(row.key.parts) ^ set(key.parts)))
        differences = tuple(_differences(dict(best.key.parts), asked))
        return Miss(f"{key.route} was not recorded like this", best.interaction.source, differences[:_SHOWN])


def _differences(recorded: Mapping[str, str], asked: Mapping[str, str]) -> Iterable[str]:
    for place in sorted({*recorded, *asked}):
        old, new = recorded.get(place), asked.get(place)
        if old is None:
            yield f"{place}: not recorded, asked {_short(new)}"
        elif new is None:
            yield f"{place}: recorded {_short(old)}, not asked"
        elif old != new:
            yield f"{place}: recorded {_short(old)}, asked {_short(new)}"


def _short(text: str | None) -> str:
    shown = repr(text or "")
    return shown if len(shown) <= 60 else shown[:56] + "...'"
