"""Findings that somebody accepted: why, until when, and since when they are known.

The file is YAML (JSON where its name ends so) for people to read and edit:

    payproof-baseline: 1
    accepted:
      0123456789abcdef:
        rule: response-field-added
        place: getTransaction response 200 /data/bank
        reason: announced for March, our client ignores it
        expires: 2027-03-31
        accepted_on: 2026-11-20
        first_seen: 2026-11-20
        last_seen: 2026-11-21
    seen: {fedcba9876543210: {rule: ..., place: ..., first_seen: ..., last_seen: ...}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from payproof.errors import UnreadableInput
from payproof.files import read_yaml, write_data
from payproof.model import Finding

VERSION = 1
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding that is known.

    Args:
        reason: Why it is accepted; empty when it was only seen.
        expires: The last day (YYYY-MM-DD) on which it is accepted; empty for ever.
        first_seen, last_seen, accepted_on: Days likewise.
    """

    rule: str
    place: str
    reason: str = ""
    expires: str = ""
    first_seen: str = ""
    last_seen: str = ""
    accepted_on: str = ""

    def acceptance(self) -> dict[str, str]:
        """Give why and, where the file says so, since when it is accepted."""
        on = {"accepted on": self.accepted_on} if self.accepted_on else {}
        return {"accepted": self.reason, **on}

    def holds(self, today: str) -> bool:
        """Say whether it is accepted on that day."""
        return bool(self.reason) and (not self.expires or today <= self.expires)


@dataclass(slots=True)
class Baseline:
    """What is known of former runs, by fingerprint."""

    accepted: dict[str, Entry] = field(default_factory=dict)
    seen: dict[str, Entry] = field(default_factory=dict)

    def split(self, findings: Iterable[Finding], today: str) -> tuple[list[Finding], list[Finding]]:
        """Give the findings that count and those that are accepted; each told since when it is known.

        Args:
            findings: Of this run.
            today: YYYY-MM-DD; passed in, never read here.
        """
        counted: list[Finding] = []
        accepted: list[Finding] = []
        for one in findings:
            entry = self._note(one, today)
            details = {**one.details, "first seen": entry.first_seen, "last seen": entry.last_seen}
            if entry.holds(today):
                accepted.append(replace(one, details={**details, **entry.acceptance()}))
            else:
                late = {"acceptance expired": entry.expires} if entry.reason else {}
                counted.append(replace(one, details={**details, **late}))
        return counted, accepted

    def _note(self, one: Finding, today: str) -> Entry:
        table = self.accepted if one.fingerprint in self.accepted else self.seen
        known = table.get(one.fingerprint) or Entry(one.rule, str(one.location), first_seen=today)
        made = replace(known, first_seen=known.first_seen or today, last_seen=today)
        table[one.fingerprint] = made
        return made

    def accept(self, findings: Iterable[Finding], reason: str, expires: str, today: str) -> None:
        """Accept findings from now on."""
        for one in findings:
            known = self.seen.pop(one.fingerprint, None) or self.accepted.get(one.fingerprint)
            first = known.first_seen if known is not None and known.first_seen else today
            self.accepted[one.fingerprint] = Entry(
                one.rule, str(one.location), reason, expires, first, today, accepted_on=today
            )

    def stale(self, findings: Iterable[Finding]) -> list[Entry]:
        """Give what is accepted and was not found any more."""
        found = {one.fingerprint for one in findings}
        return [entry for key, entry in sorted(self.accepted.items()) if key not in found]

    def write(self, path: Path) -> None:
        """Put it into a file, whole or not at all."""
        data = {
            "payproof-baseline": VERSION,
            "accepted": {key: _row(one) for key, one in sorted(self.accepted.items())},
            "seen": {key: _row(one) for key, one in sorted(self.seen.items())},
        }
        write_data(path, data)


def read_baseline(path: Path) -> Baseline:
    """Give a baseline file's content.

    Raises:
        UnreadableInput: with file and line: not YAML, of another version, an entry without rule or reason.
    """
    parsed = read_yaml(path)
    data = parsed.data
    if not isinstance(data, dict) or data.get("payproof-baseline") != VERSION:
        hint = "write one with `drift --accept` or `check --write-baseline`, or read it with a newer payproof"
        raise UnreadableInput("this is no baseline of version 1", where=f"{path}:1", hint=hint)
    tables = {}
    for name in ("accepted", "seen"):
        rows = data.get(name) or {}
        if not isinstance(rows, dict):
            raise UnreadableInput(
                f"{name} is no mapping",
                where=f"{path}:{parsed.line_of(f'/{name}')}",
                hint="list fingerprints",
            )
        tables[name] = {
            str(key): _entry(
                row, accepted=name == "accepted", where=f"{path}:{parsed.line_of(f'/{name}/{key}')}"
            )
            for key, row in rows.items()
        }
    return Baseline(tables["accepted"], tables["seen"])


def _entry(row: Any, *, accepted: bool, where: str) -> Entry:
    texts = {key: str(value) for key, value in row.items()} if isinstance(row, dict) else {}
    known = {key: texts.get(key, "") for key in Entry.__slots__}
    if not known["rule"] or (accepted and not known["reason"].strip()):
        raise UnreadableInput(
            "this entry has no rule, or no reason", where=where, hint="say why it is accepted"
        )
    for name in ("expires", "accepted_on"):
        if known[name] and not _DAY.fullmatch(known[name]):
            raise UnreadableInput(f"{name} is no day", where=where, hint="write it as YYYY-MM-DD")
    return Entry(**known)


def _row(one: Entry) -> dict[str, str]:
    return {key: text for key in Entry.__slots__ if (text := getattr(one, key))}
