"""The gateway's clock, and what happens by itself as it moves."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from payproof.errors import ToolkitError, UsageError
from payproof.simulator.log import Log
from payproof.simulator.protocol import Behaviours
from payproof.simulator.store import World

_MOST_JOBS = 100_000


class Timeline:
    """Keeps a world's time: the caller's clock plus what it was moved ahead by. It never runs back.

    Args:
        behaviours: Prepares the world at the first tick, and carries out events.
        log: Hears of every event.
    """

    def __init__(self, behaviours: Behaviours, log: Log) -> None:
        self._behaviours, self._log = behaviours, log
        self.heard_s = 0.0
        self.offset_s = 0.0
        self._started = False

    def restart(self) -> None:
        """Begin anew with a fresh world; the caller's clock is not forgotten."""
        self.offset_s = 0.0
        self._started = False

    def tick(self, world: World, heard_s: float) -> None:
        """Let everything happen that is due at the caller's time in seconds."""
        self.heard_s = max(self.heard_s, heard_s)
        now_s = self.heard_s + self.offset_s
        if not self._started:
            self._started = True
            world.now_s = now_s
            self._behaviours.prepare(world)
            world.changed()
        for _ in range(_MOST_JOBS):
            job = world.take_job(now_s)
            if job is None:
                break
            world.now_s = max(world.now_s, job.at_s)
            self._happen(world, job.name, job.facts)
        world.now_s = max(world.now_s, now_s)

    def _happen(self, world: World, name: str, facts: Mapping[str, Any]) -> None:
        try:
            said = self._behaviours.happen(name, facts, world)
            self._log.event(world.now_s, name, said)
        except ToolkitError as error:
            self._log.event(world.now_s, name, error.what)
        except Exception as error:  # one broken event must not stop the clock
            self._log.event(world.now_s, "bug", f"event {name}", "".join(traceback.format_exception(error)))
        world.changed()

    def advance(self, world: World, seconds: float) -> float:
        """Move the clock ahead and let what is then due happen; gives the new time.

        Raises:
            UsageError: for a step back, or one that is no number.
        """
        if not 0 <= seconds <= 10**10:
            raise UsageError("the clock only moves ahead", where="the clock", hint="give a later time")
        self.offset_s += seconds
        self.tick(world, self.heard_s)
        world.changed()
        return world.now_s

    def settle(self, world: World, event: str, facts: Mapping[str, Any]) -> str:
        """Let an outside event happen now; gives a sentence on what it did.

        Raises:
            UsageError: when the gateway has no such event, or it cannot happen in this state.
        """
        self.tick(world, self.heard_s)
        said = self._behaviours.happen(event, facts, world)
        world.changed()
        self._log.event(world.now_s, event, said)
        return said

    def next_s(self, world: World) -> float | None:
        """Give the caller's time at which something falls due by itself, or None."""
        times = [job.at_s for job in world.jobs[:1]]
        waiting = world.outbox.next_s()
        times += [waiting] if waiting is not None else []
        return min(times) - self.offset_s if times else None
