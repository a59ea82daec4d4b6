"""Accepted findings stay away until their day has passed; every finding tells since when it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from payproof.drift import Baseline, read_baseline
from payproof.errors import UnreadableInput
from payproof.model import Finding, Location, Severity

FOUND = Finding("response-field-added", Severity.NOTE, Location("act", "response 200", "/fee"), "it is new")


def test_an_accepted_finding_is_told_apart_until_it_expires() -> None:
    known = Baseline()
    known.accept([FOUND], "announced", "2026-12-31", "2026-11-21")

    counted, accepted = known.split([FOUND], "2026-12-31")
    assert (counted, [one.details["accepted"] for one in accepted]) == ([], ["announced"])

    counted, accepted = known.split([FOUND], "2027-01-01")
    assert ([one.details["acceptance expired"] for one in counted], accepted) == (["2026-12-31"], [])


def test_first_and_last_seen_survive_the_file(tmp_path: Path) -> None:
    known = Baseline()
    known.split([FOUND], "2026-11-20")
    known.write(tmp_path / "b.yaml")

    counted, _ = read_baseline(tmp_path / "b.yaml").split([FOUND], "2026-11-23")

    assert (counted[0].details["first seen"], counted[0].details["last seen"]) == ("2026-11-20", "2026-11-23")


def test_what_is_accepted_and_gone_is_stale() -> None:
    known = Baseline()
    known.accept([FOUND], "announced", "", "2026-11-21")

    assert [one.rule for one in known.stale([])] == ["response-field-added"]
    assert known.stale([FOUND]) == []


@pytest.mark.parametrize(
    "text",
    [
        "a: 1",
        "payproof-baseline: 2",
        "payproof-baseline: 1\naccepted: {abc: {rule: x, reason: ''}}",
        "payproof-baseline: 1\naccepted: {abc: {rule: x, reason: y, expires: soon}}",
        "payproof-baseline: 1\naccepted: []\nseen: [1]",
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(text)

    with pytest.raises(UnreadableInput) as caught:
        read_baseline(path)
    assert str(path) in caught.value.where


def test_an_entry_says_on_which_day_it_was_accepted(tmp_path: Path) -> None:
    one = Finding("no-answer", Severity.ERROR, Location("getOrder", "response"), "none came")
    known = Baseline()
    known.accept([one], "ticket 4711", "2027-03-31", "2026-11-20")
    known.write(tmp_path / "b.yaml")
    (again,) = read_baseline(tmp_path / "b.yaml").accepted.values()
    assert (again.reason, again.expires, again.accepted_on) == ("ticket 4711", "2027-03-31", "2026-11-20")
    _, (set_aside,) = read_baseline(tmp_path / "b.yaml").split([one], "2026-12-01")
    assert (set_aside.details["accepted"], set_aside.details["accepted on"]) == ("ticket 4711", "2026-11-20")


def test_what_writes_a_baseline_is_said_by_commands_that_have_it(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("a: 1")
    with pytest.raises(UnreadableInput) as caught:
        read_baseline(tmp_path / "b.yaml")
    assert all(words in caught.value.hint for words in ("drift --accept", "check --write-baseline"))
