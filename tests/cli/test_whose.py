"""Whose recordings a path holds, where no option says it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from payproof.cli.main import main
from payproof.cli.whose import whose
from payproof.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "cassettes" / "plural"
REFUND = KEPT / "flow-full-refund.yaml"


def test_a_recording_tells_its_gateway_wherever_it_lies(tmp_path: Path) -> None:
    assert whose([Path(shutil.copy(REFUND, tmp_path / "mine.yaml"))]) == "plural"


def test_what_tells_nothing_is_taken_for_its_folder_s_gateway(tmp_path: Path) -> None:
    folder = tmp_path / "paykun"
    folder.mkdir()
    (folder / "a.yaml").write_text("interactions: []\nversion: 1\n")
    assert whose([folder]) == "paykun"


@pytest.mark.parametrize("text", ["interactions: []", "- [", "metadata: {payproof: {gateway: [x]}}", ""])
def test_where_nothing_says_it_the_option_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(UsageError, match="nothing says whose") as caught:
        whose([tmp_path / "a.yaml"])
    assert "--gateway" in caught.value.hint


def test_recordings_are_linted_without_naming_their_gateway(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cassette", "lint", str(KEPT)]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_a_gateway_s_name_stands_for_its_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "plural", str(REFUND)]) == 0
    assert main(["drift", "plurl", str(REFUND)]) == 2
    assert "paykun, plural" in capsys.readouterr().err
