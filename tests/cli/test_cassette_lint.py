"""`payproof cassette lint` on files of which nothing can be said."""

from __future__ import annotations

from pathlib import Path

import pytest

from payproof.cli.main import main


def test_a_file_without_entries_was_not_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("interactions: []\nversion: 1\n")
    assert main(["cassette", "lint", str(empty), "--gateway", "paykun"]) == 2
    said = capsys.readouterr()
    assert "no recorded interaction" in said.err
    assert said.out == ""
