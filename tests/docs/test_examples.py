"""Every example of README.md and CONTRIBUTING.md runs as it stands.

A line `$ payproof ...` in a `console` block is a command; `# exit N` after it names its exit code. A
`python` block runs as a script. Lines of output below a command must appear in what it prints.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from payproof.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CONTRIBUTING.md"]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for found in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
            if found[1] == language:
                yield page, found[2]


def commands() -> Iterator[tuple[str, int, list[str]]]:
    for _, text in blocks("console"):
        for piece in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            line, *output = piece.rstrip().split("\n")
            command, _, note = line.partition("  # exit ")
            yield (
                command,
                int(note or 0),
                [row.strip() for row in output if row.strip() and row.strip() != "..."],
            )


@pytest.mark.parametrize(("command", "code", "output"), list(commands()), ids=[row[0] for row in commands()])
def test_a_console_example_runs_and_prints_what_the_page_shows(
    command: str,
    code: int,
    output: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    program, *argv = shlex.split(command)
    assert program == "payproof"
    assert main(argv) == code
    captured = capsys.readouterr()
    printed = " ".join((captured.out + captured.err).split())
    for row in output:
        assert " ".join(row.split()) in printed


@pytest.mark.parametrize(("page", "code"), list(blocks("python")))
def test_a_python_example_runs(page: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, page, "exec"), {})
    assert capsys.readouterr().out


def test_there_are_examples_to_run() -> None:
    assert len(list(commands())) >= 8


def test_the_two_commands_are_single_lines_that_start_from_a_fresh_clone() -> None:
    first, second = [text for page, text in blocks("sh") if page == "README.md"]
    for command in (first, second):
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert first.rstrip().endswith("payproof check paykun")
