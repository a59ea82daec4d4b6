"""A `--root` without the gateway is told; nothing else is checked or served in its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from payproof.cli.main import main

OWN = Path(__file__).parents[2]
COMMANDS = [
    ["spec", "lint", "paykun"],
    ["spec", "show", "paykun"],
    ["spec", "testbed", "paykun"],
    ["sandbox", "paykun", "--list-outcomes"],
    ["defects", "paykun"],
    ["webhook", "send", "paykun", "--list"],
    ["cassette", "lint", str(OWN / "cassettes/paykun"), "--gateway", "paykun"],
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with PayKun's documents and nothing else."""
    shutil.copytree(OWN / "openapi/paykun", tmp_path / "root/openapi/paykun")
    return tmp_path / "root"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_root_without_the_gateway_is_a_usage_error(
    command: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "empty").mkdir()
    for wrong in (root / "openapi", root / "empty"):
        assert main([*command, "--root", str(wrong)]) == 2
        shown = capsys.readouterr()
        assert (shown.out, f"at:  --root {wrong}" in shown.err) == ("", True)
        assert f"looked for {wrong}/openapi/paykun/openapi.yaml" in shown.err
    # One root that holds it is enough.
    assert main([*command, "--root", str(root / "empty"), "--root", str(root)]) == 0


def test_the_folder_above_is_named_where_the_documents_own_was_given(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spec", "lint", "paykun", "--root", str(root / "openapi")]) == 2
    assert f"try: give {root}; looked for" in capsys.readouterr().err


def test_a_built_in_gateway_is_not_taken_where_a_root_was_given(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spec", "lint", "plural", "--root", str(root)]) == 2
    assert "no --root holds the gateway 'plural'" in capsys.readouterr().err
    (root / "openapi/plural").symlink_to(OWN / "openapi/plural")
    assert main(["spec", "lint", "plural", "--root", str(root)]) == 2
    assert "a link that leads out" in capsys.readouterr().err


def test_no_gateway_is_listed_and_no_recording_judged_beside_a_root_that_holds_none(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "empty").mkdir()
    recordings = str(OWN / "cassettes/paykun")
    for command in (["spec", "show"], ["cassette", "lint", recordings]):
        assert main([*command, "--root", str(root / "empty")]) == 2
        assert "this root holds no gateway" in capsys.readouterr().err
        assert main([*command, "--root", str(root)]) == 0


def test_recordings_of_several_gateways_need_not_all_be_of_a_root(root: Path) -> None:
    flows = sorted((OWN / "cassettes").glob("*/documentation.yaml"))
    assert len(flows) > 1
    assert main(["cassette", "lint", *map(str, flows), "--root", str(root), "--fail-days", "100000"]) in (
        0,
        1,
    )
