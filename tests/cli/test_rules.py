"""`payproof rules` lists and explains every rule."""

from __future__ import annotations

import json

import pytest

from payproof.cli.main import main
from payproof.rules import all_rules


def test_every_rule_has_an_example_and_a_fix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["id"] for row in rows} >= {"server-error", "operation-not-reached", "response-schema"}
    assert [row["id"] for row in rows if not row["example"]] == []
    assert [row["id"] for row in rows if not row["fix"] and row["severity"] != "note"] == []


def test_the_list_has_one_line_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(all_rules())


def test_one_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "server-error"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("server-error (error, check)\n")
    assert "example:" in shown
    assert "fix:" in shown


def test_an_unknown_rule_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "server-eror"]) == 2
    assert "server-error" in capsys.readouterr().err
