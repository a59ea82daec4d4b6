"""The state of a simulated gateway: tables, a clock that is told the time, and what is due later."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from payproof.simulator.rng import Draw
from payproof.simulator.webhooks import Outbox

if TYPE_CHECKING:
    from payproof.spec.testbed import Testbed


@dataclass(order=True, frozen=True, slots=True)
class Job:
    """Something that happens by itself at a time."""

    at_s: float
    number: int
    name: str = field(compare=False)
    facts: Mapping[str, Any] = field(compare=False)


class World:
    """Everything that a run can change.

    Args:
        testbed: What the state is filled from.
        switches: Every switch of the spec with the setting in force.
        seed: Of all ids that are made up.
    """

    def __init__(self, testbed: Testbed, switches: Mapping[str, str], seed: int) -> None:
        self.testbed = testbed
        self.switches = dict(switches)
        self.draw = Draw(seed)
        self.seed = seed
        self.now_s = 0.0
        # Every change counts up, so that a reply that depends on the state alone can be kept.
        self.version = 0
        self.tables: dict[str, dict[str, Any]] = {}
        self.outbox = Outbox(self.draw)
        self.jobs: list[Job] = []
        # Says whether a planted defect switches a guard off, where no call is at hand to ask.
        self.skips: Callable[[str], bool] = lambda guard: False
        self._made = 0

    def table(self, name: str) -> dict[str, Any]:
        """Give the records of one kind by id; an empty table when there are none yet."""
        return self.tables.setdefault(name, {})

    def changed(self) -> None:
        """Say that something which a reply could show has changed."""
        self.version += 1

    def next_number(self) -> int:
        """Give the next number of a count through this run, for labels of draws."""
        self._made += 1
        return self._made

    def later(self, delay_s: float, name: str, **facts: Any) -> None:
        """Let an event of the gateway's own happen after that many seconds."""
        heapq.heappush(self.jobs, Job(self.now_s + delay_s, self.next_number(), name, facts))

    def take_job(self, now_s: float) -> Job | None:
        """Give the next event that is due, or None."""
        return heapq.heappop(self.jobs) if self.jobs and self.jobs[0].at_s <= now_s else None

    def setting(self, switch: str, default: str = "") -> str:
        """Give a switch's setting; the default when the spec has no such switch."""
        return self.switches.get(switch, default)
