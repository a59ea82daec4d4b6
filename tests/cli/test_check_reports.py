"""`payproof check`: each format, baselines and the step summary, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from payproof.cli.main import main
from payproof.report import FORMATS

ONE = ("--case", "refundTransaction/signature/changed-remarks")
BROKEN = ("check", "paykun", "--no-generated", "--defect", "remarks-not-covered", *ONE)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_each_format_can_be_asked_for(form: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    assert main([*BROKEN, "--format", form, "-o", str(path)]) == 1
    assert "request-signature-covers-too-little" in path.read_text("utf-8")


def test_an_annotation_stands_at_the_operation_in_the_spec(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert main([*BROKEN, "--format", "github"]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    head = first.removeprefix("::error ").split("::")[0]
    given = dict(pair.split("=", 1) for pair in head.split(","))
    lines = Path("openapi/paykun/openapi.yaml").read_text("utf-8").splitlines()
    assert given["file"] == "openapi/paykun/openapi.yaml"
    near = lines[int(given["line"]) - 2 : int(given["line"]) + 1]
    assert any("operationId: refundTransaction" in line or "post:" in line for line in near)
    assert summary.read_text("utf-8").startswith("before\n# payproof: `paykun` ")


def test_no_summary_is_written_where_nobody_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    assert main([*BROKEN, "--format", "github"]) == 1
    assert list(tmp_path.iterdir()) == []
    assert "file=openapi/paykun/openapi.yaml" in capsys.readouterr().out


def test_a_written_baseline_makes_the_next_run_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baseline.yaml"
    assert main([*BROKEN, "--write-baseline", str(path), "--reason", "ticket 4711"]) == 0
    assert "1 accepted in" in capsys.readouterr().err
    assert main([*BROKEN, "--baseline", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "accepted: request-signature-covers-too-little" in shown
    assert "because ticket 4711" in shown
    whole = [*BROKEN[:-2], "--only", "refundTransaction", "--defect", "refund-of-nothing"]
    assert main([*whole, "--baseline", str(path)]) == 1


def test_an_expired_acceptance_fails_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "baseline.yaml"
    asked = ["--write-baseline", str(path), "--reason", "for a day", "--expires", "2020-01-01"]
    assert main([*BROKEN, *asked]) == 1
    assert main([*BROKEN, "--baseline", str(path), "--format", "junit"]) == 1
    assert "expired on 2020-01-01" not in capsys.readouterr().err
    assert main([*BROKEN, "--baseline", str(path), "--format", "json"]) == 1
    outdated = json.loads(capsys.readouterr().out)["baseline"]["outdated"]
    assert [line.split(":")[0] for line in outdated] == ["expired on 2020-01-01"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--write-baseline", "b.yaml"], "--reason"),
        (["--reason", "x"], "--write-baseline"),
        (["--write-baseline", "b.yaml", "--reason", "x", "--expires", "tomorrow"], "YYYY-MM-DD"),
        (["--write-baseline", "b.yaml", "--reason", "x", "--expires", "2026-02-30"], "YYYY-MM-DD"),
    ],
)
def test_a_baseline_needs_reason_and_day(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*BROKEN, *(str(tmp_path / one) if one == "b.yaml" else one for one in arguments)]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_broken_baseline_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "baseline.yaml"
    path.write_text("payproof-baseline: 1\naccepted:\n  0123456789abcdef: {rule: x}\n")
    assert main([*BROKEN, "--baseline", str(path)]) == 3
    assert "baseline.yaml:3" in capsys.readouterr().err


def test_junit_names_the_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*BROKEN, "--format", "junit"]) == 1
    root = ElementTree.fromstring(capsys.readouterr().out)
    assert [one.get("type") for one in root.iter("failure")] == ["request-signature-covers-too-little"]
