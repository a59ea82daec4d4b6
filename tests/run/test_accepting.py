"""What a baseline accepts fails nothing, until its day has passed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.reports import finding, result

from payproof.drift.baseline import Baseline, read_baseline
from payproof.model import Severity
from payproof.run.accepting import accepted, written

TODAY = "2026-11-21"


def known(path: Path, *findings: object, expires: str = "") -> Path:
    run = result(*findings)  # type: ignore[arg-type]
    assert written(path, run, "agreed with the gateway", expires, TODAY) == len(findings)
    return path


def test_an_accepted_finding_fails_nothing_and_says_why(tmp_path: Path) -> None:
    one, other = finding(number=1), finding(number=2)
    path = known(tmp_path / "baseline.yaml", one)
    run = accepted(result(one, other), read_baseline(path), TODAY)
    assert [f.fingerprint for f in run.findings] == [other.fingerprint]
    assert [f.details["accepted"] for f in run.accepted] == ["agreed with the gateway"]
    assert run.failed
    assert not accepted(result(one), read_baseline(path), TODAY).failed


def test_it_counts_again_and_is_named_when_its_day_has_passed(tmp_path: Path) -> None:
    one = finding(number=1)
    path = known(tmp_path / "baseline.yaml", one, expires="2026-11-21")
    assert not accepted(result(one), read_baseline(path), "2026-11-21").failed
    run = accepted(result(one), read_baseline(path), "2026-11-22")
    assert run.failed
    assert run.outdated == [
        "expired on 2026-11-21: response-schema at refundTransaction response /data/it is wrong/1x"
        " (agreed with the gateway) counts again"
    ]


def test_what_was_not_found_any_more_is_named_unless_only_a_part_ran(tmp_path: Path) -> None:
    one = finding(number=1)
    path = known(tmp_path / "baseline.yaml", one)
    whole = accepted(result(), read_baseline(path), TODAY)
    assert [line.split(":")[0] for line in whole.outdated] == ["not found any more"]
    assert one.fingerprint in whole.outdated[0]
    assert accepted(result(), read_baseline(path), TODAY, whole=False).outdated == []


def test_only_what_fails_the_run_is_accepted_and_older_reasons_stay(tmp_path: Path) -> None:
    path = known(tmp_path / "baseline.yaml", finding(number=1))
    note = finding(severity=Severity.NOTE, number=3)
    assert written(path, result(finding(number=2), note), "another reason", "", TODAY) == 1
    reasons = sorted(entry.reason for entry in read_baseline(path).accepted.values())
    assert reasons == ["agreed with the gateway", "another reason"]


@pytest.mark.parametrize("rule", ["runner-error", "operation-not-reached", "gateway-stopped-answering"])
def test_what_the_run_missed_is_never_accepted(rule: str, tmp_path: Path) -> None:
    missed, one = replace(finding(number=1), rule=rule), finding(number=2)
    path = tmp_path / "baseline.yaml"
    assert written(path, result(missed, one), "x", "", TODAY) == 1
    assert [entry.rule for entry in read_baseline(path).accepted.values()] == [one.rule]
    baseline = Baseline()
    baseline.accept([missed], "written by hand", "", TODAY)
    run = accepted(result(missed), baseline, TODAY)
    assert run.failed
    assert ([f.rule for f in run.findings], run.accepted) == ([rule], [])
    assert [line.split(":")[0] for line in run.outdated] == ["cannot be accepted"]
