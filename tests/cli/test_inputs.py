"""An input that cannot be read is told in one way by every command: code 3, place and remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from payproof.cassettes.journal_lines import entry_line, header_line
from payproof.cassettes.read import read_all
from payproof.cli.main import main

RECORDINGS = str(Path(__file__).parents[2] / "cassettes/paykun")
COMMANDS = [
    ("audit", "paykun", "{}"),
    ("audit", "paykun", RECORDINGS, "--testbed", "{}"),
    ("drift", "paykun", "{}"),
    ("drift", "paykun", RECORDINGS, "--testbed", "{}"),
    ("drift", "paykun", RECORDINGS, "--baseline", "{}"),
    ("cassette", "lint", "{}"),
    ("cassette", "lint", RECORDINGS, "--used", "{}"),
    ("cassette", "replay", "{}"),
    ("cassette", "redact", "{}", "-o", "out.yaml"),
    ("cassette", "recover", "{}", "-o", "out.yaml"),
    ("check", "paykun", "--cassettes", "{}"),
    ("check", "paykun", "--baseline", "{}"),
    ("check", "paykun", "--testbed", "{}"),
    ("sandbox", "paykun", "--testbed", "{}"),
    ("webhook", "send", "plural", "--testbed", "{}"),
    ("webhook", "attack", "plural", "http://127.0.0.1:1/", "--testbed", "{}"),
    ("lifecycle", "check", "plural", "{}"),
    ("sign", "paykun.request", "{}", "--test-keys"),
    ("verify", "paykun.request", "{}", "--test-keys"),
    ("diagnose", "paykun.request", "{}", "--test-keys"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words[:2] + words[-2:]))
def test_a_missing_input_exits_with_3(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([word.replace("{}", "missing.ndjson") for word in command]) == 3
    error, at, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert at.startswith("  at:  ")
    assert ("missing.ndjson" in error + at, hint[:7]) == (True, "  try: ")
    assert os.listdir(tmp_path) == []


def test_a_folder_in_a_file_s_place_and_a_file_that_may_not_be_read_are_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cassette", "recover", str(tmp_path), "-o", "out.yaml"]) == 3
    assert "it is a folder" in capsys.readouterr().err
    (tmp_path / "a").write_text("")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert main(["audit", "paykun", str(tmp_path / "a")]) == 3
    assert "Permission denied" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("redact", "-o", "out.yaml"), ("replay",)])
def test_recordings_that_hold_nothing_are_refused(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    name, *more = command
    assert main(["cassette", name, str(tmp_path), "--gateway", "paykun", *more]) == 2
    assert (f"at:  {tmp_path}" in capsys.readouterr().err, os.listdir(tmp_path)) == (True, [])


@pytest.mark.parametrize(
    ("command", "start"),
    [
        (("lifecycle", "show", "plural", "-o", "-"), "plural.order"),
        (("cassette", "redact", "journal.ndjson", "-o", "-"), "interactions:"),
        (("cassette", "recover", "journal.ndjson", "-o", "-"), "interactions:"),
    ],
)
def test_a_dash_stands_for_standard_output(
    command: tuple[str, ...],
    start: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    one = next(read_all([Path(RECORDINGS)]))
    Path("journal.ndjson").write_bytes(header_line({"gateway": "paykun"}) + entry_line(one))
    assert main(list(command)) == 0
    shown = capfd.readouterr()
    assert (start in shown.out, os.listdir(tmp_path)) == (True, ["journal.ndjson"])
    assert "written to -" not in shown.err


def test_a_name_that_is_too_long_for_a_report_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "paykun", "-o", "x" * 100_000 + "/report"]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_a_document_whose_name_is_too_long_is_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lifecycle", "show", "x" * 100_000 + ".yaml"]) == 3
    assert "File name too long" in capsys.readouterr().err
