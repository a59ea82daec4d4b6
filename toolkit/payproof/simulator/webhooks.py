"""What the gateway wants to tell its merchants: queued, attempted, tried again, given up."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from payproof.model import Message
from payproof.simulator.rng import Draw

Standing = Literal["waiting", "in-flight", "delivered", "given-up", "withheld"]
MOST_KEPT = 20_000
#: How long a notice that a fault makes late is held back, so that others overtake it.
LATE_S = 60.0


@dataclass(slots=True)
class Notice:
    """One event for one merchant, with what became of it.

    Args:
        id: Of this event; the same at every attempt.
        event: The webhook's name in the spec.
        merchant: The merchant's name in the testbed.
        body: The JSON tree as it stood when the event happened; later changes do not show in it.
        url: Where to; empty for the address that the server was given.
        object_id: What the event is about.
        made_s: When it happened.
    """

    id: str
    event: str
    merchant: str
    body: Any
    url: str
    object_id: str
    made_s: float
    standing: Standing = "waiting"
    attempts: list[Mapping[str, Any]] = field(default_factory=list)
    delays_s: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver: send `message` to `url` and report what came of it.

    Args:
        id: Of the notice; `Simulator.delivered` wants it.
        attempt: 1 for the first.
        message: Method, target, headers and signed body; the target is the URL's path and query.
    """

    id: str
    event: str
    url: str
    attempt: int
    due_s: float
    message: Message


class Outbox:
    """Notices in order of time, with their attempts.

    Args:
        draw: Makes the ids.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.notices: dict[str, Notice] = {}
        self._due: list[tuple[float, int, str]] = []
        self._count = 0
        # Faults of delivery: how many of the next notices are sent twice, late or not at all.
        self.twice = 0
        self.late = 0
        self.drop = 0

    def post(
        self,
        event: str,
        merchant: str,
        body: Any,
        *,
        now_s: float,
        url: str = "",
        object_id: str = "",
        delay_s: float = 0.0,
        delays_s: Sequence[float] = (),
    ) -> Notice:
        """Queue an event; `delay_s` seconds pass before its first attempt."""
        self._count += 1
        made = Notice(
            self._draw.uuid("notice", self._count),
            event,
            merchant,
            body,
            url,
            object_id,
            now_s,
            delays_s=tuple(delays_s),
        )
        self.notices[made.id] = made
        self._trim()
        if self.drop > 0:
            self.drop -= 1
            made.standing = "withheld"
        elif self.late > 0:
            self.late -= 1
            self._schedule(made, now_s + delay_s + LATE_S)
        else:
            self._schedule(made, now_s + delay_s)
        return made

    def _schedule(self, notice: Notice, at_s: float) -> None:
        times = 1
        if self.twice > 0 and not notice.attempts:
            self.twice -= 1
            times = 2
        for _ in range(times):
            self._count += 1
            heapq.heappush(self._due, (at_s, self._count, notice.id))
        notice.standing = "waiting"

    def _trim(self) -> None:
        # Only what is settled is forgotten: an undelivered event must stay to be reported.
        if len(self.notices) <= MOST_KEPT:
            return
        oldest = next(
            (key for key, row in self.notices.items() if row.standing in ("delivered", "given-up")), ""
        )
        self.notices.pop(oldest, None)

    def take(self, now_s: float) -> Iterator[tuple[Notice, float]]:
        """Give the notices whose attempt is due, with the time when it fell due, in order."""
        while self._due and self._due[0][0] <= now_s:
            at_s, _, key = heapq.heappop(self._due)
            notice = self.notices.get(key)
            if notice is not None:
                notice.standing = "in-flight"
                yield notice, at_s

    def next_s(self) -> float | None:
        """Give the time at which the next attempt falls due, or None."""
        return self._due[0][0] if self._due else None

    def settle(self, key: str, *, ok: bool, outcome: str, now_s: float) -> Standing:
        """Record what came of an attempt; a failed one is tried again as long as the schedule lasts.

        Raises:
            KeyError: when there is no such notice.
        """
        notice = self.notices[key]
        notice.attempts.append({"at_s": now_s, "outcome": outcome, "ok": ok})
        if ok or notice.standing == "delivered":
            notice.standing = "delivered"
        elif len(notice.attempts) <= len(notice.delays_s):
            self._schedule(notice, now_s + notice.delays_s[len(notice.attempts) - 1])
        else:
            notice.standing = "given-up"
        return notice.standing
