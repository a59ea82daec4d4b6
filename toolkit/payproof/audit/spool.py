"""Observations of objects on their way to the life cycles: set down by object, judged bucket by bucket.

An archive holds more objects than memory does, and what happened to one of them stands anywhere in it. So
each observation goes into the file which its object's name chooses, and at the end one file at a time is
judged.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from payproof.lifecycle import LifeCycle, Observation, from_interactions, judge, observations
from payproof.model import Finding, Interaction

BUCKETS = 128
_FLUSH = 20_000


class Spool:
    """Takes the observations of one attempt at one piece.

    Args:
        folder: Where the buckets are.
        cycles: The gateway's life cycles.
        webhooks: Names of its webhooks.
        attempt: Tells the lines of this attempt from those of one that was cut short.
    """

    def __init__(
        self, folder: Path, cycles: Mapping[str, LifeCycle], webhooks: Set[str], attempt: str
    ) -> None:
        self._folder, self._cycles, self._webhooks, self._attempt = folder, cycles, webhooks, attempt
        self._held: dict[int, list[bytes]] = {}
        self._count = 0

    def __call__(self, one: Interaction) -> None:
        """Take in one interaction."""
        for seen in from_interactions([one], self._cycles, webhooks=self._webhooks):
            bucket = zlib.crc32(f"{seen.life_cycle}\0{seen.parent or seen.subject}".encode()) % BUCKETS
            line = json.dumps([self._attempt, _plain(seen)], separators=(",", ":")).encode() + b"\n"
            self._held.setdefault(bucket, []).append(line)
            self._count += 1
        if self._count >= _FLUSH:
            self.flush()

    def flush(self) -> None:
        """Write what is held; one write for each bucket, so that other processes' lines stay whole."""
        for bucket, lines in self._held.items():
            descriptor = os.open(
                self._folder / f"{bucket:03}.ndjson", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
            )
            try:
                os.write(descriptor, b"".join(lines))
            finally:
                os.close(descriptor)
        self._held, self._count = {}, 0


def judged(
    folder: Path, cycles: Mapping[str, LifeCycle], attempts: Set[str], switches: Mapping[str, str]
) -> Iterator[tuple[int, list[Finding]]]:
    """Give, bucket by bucket, how many objects were judged and what was found.

    Args:
        attempts: Those that were finished; lines of others do not count.
    """
    for file in sorted(folder.glob("*.ndjson")):
        seen: list[Observation] = []
        with file.open("rb") as lines:
            for line in lines:
                attempt, record = json.loads(line)
                if attempt in attempts:
                    seen += observations(record, cycles, where=record["where"])
        results = judge(cycles, seen, switches=dict(switches)) if seen else []
        yield len(results), [finding for one in results for finding in one.findings]


def _plain(seen: Observation) -> dict[str, Any]:
    whole = {name: int(value) if value == int(value) else str(value) for name, value in seen.money.items()}
    row = {
        "life_cycle": seen.life_cycle,
        "id": seen.subject,
        "status": seen.status,
        "at": seen.at_s,
        "seen": seen.seen_s,
        "source": seen.source,
        "delivery": seen.delivery,
        "event": seen.event,
        "operation": seen.operation,
        "parent": seen.parent,
        "facts": dict(seen.facts),
        "money": whole | dict.fromkeys(seen.unreadable, "unreadable"),
    }
    return {key: value for key, value in row.items() if value not in (None, "", {})} | {"where": seen.where}
