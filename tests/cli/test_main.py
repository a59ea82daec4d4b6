"""The command line's own behaviour: codes, errors in words, lazy commands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from payproof.cli import main as command
from payproof.errors import ToolkitError, UnreadableInput

HEAVY = ("httpx", "httpcore", "yaml", "jsonschema", "jsonschema_rs", "schemathesis", "vcr", "cryptography")


def test_importing_main_loads_nothing_heavy() -> None:
    code = "import sys, json, payproof.cli.main; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)


def test_only_commands_whose_module_exists_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    command.COMMANDS["nowhere"] = "payproof.cli.nowhere:nowhere"
    try:
        assert command.main(["--help"]) == 0
        assert command.main(["nowhere"]) == 2
    finally:
        del command.COMMANDS["nowhere"]
    shown = capsys.readouterr()
    assert "check" in shown.out
    assert "nowhere" not in shown.out
    assert "there is no command 'nowhere'" in shown.err


def test_a_mistyped_command_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["chekc"]) == 2
    assert "did you mean 'check'?" in capsys.readouterr().err


def test_version_prints_and_ends_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("payproof ")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The error which the command `rules` raises, put in by the test."""
    errors: list[BaseException] = []

    @click.command()
    def broken() -> None:
        secret = "topsecret"
        assert secret
        raise errors[0]

    monkeypatch.setattr(command.LazyGroup, "get_command", lambda self, ctx, name: broken)
    return errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ToolkitError("it broke", where="here", hint="mend it"), 2),
        (UnreadableInput("it broke", where="here", hint="mend it"), 3),
    ],
)
def test_a_toolkit_error_becomes_three_lines_and_its_code(
    failing: list[BaseException], error: ToolkitError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(error)
    assert command.main(["rules"]) == code
    assert capsys.readouterr().err == "error: it broke\n  at:  here\n  try: mend it\n"


def test_control_characters_of_an_error_do_not_reach_the_terminal(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(ToolkitError("a\x1b[31mred\u202e", where="w", hint="h"))
    command.main(["rules"])
    assert capsys.readouterr().err.startswith("error: a\\x1b[31mred\\u202e\n")


def test_an_interrupt_ends_with_130(failing: list[BaseException]) -> None:
    failing.append(KeyboardInterrupt())
    assert command.main(["rules"]) == 130


def test_a_crash_ends_with_70_and_shows_neither_message_nor_locals(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(ValueError("the key is topsecret"))
    assert command.main(["rules"]) == 70
    shown = capsys.readouterr()
    assert "internal error: ValueError" in shown.err
    assert "report" in shown.err
    assert "topsecret" not in shown.out + shown.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_completion_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["completion", shell]) == 0
    assert "_PAYPROOF_COMPLETE" in capsys.readouterr().out


def test_a_reader_that_leaves_early_is_no_finding_and_no_complaint() -> None:
    arguments = [sys.executable, "-m", "payproof", "rules"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        complaint = run.stderr.read()
    assert (run.returncode, complaint) == (2, b"")


def test_a_folder_that_is_not_there_is_told_before_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check", "paykun", "-o", "missing/report.txt"]) == 2
    assert "there is no folder 'missing'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("shell", "ask"),
    [
        (
            "bash",
            "COMP_WORDS=(payproof check paykun --bud); COMP_CWORD=3\n"
            "_payproof_completion payproof; echo ${COMPREPLY[@]}",
        ),
        (
            "zsh",
            "_PAYPROOF_COMPLETE=zsh_complete COMP_WORDS='payproof check paykun --bud' COMP_CWORD=3 payproof",
        ),
        ("fish", "complete -C 'payproof check paykun --bud'"),
    ],
)
def test_a_shell_that_is_here_completes_with_it(shell: str, ask: str, tmp_path: Path) -> None:
    where, program = shutil.which(shell), Path(sys.executable).parent
    if where is None:
        pytest.skip(f"there is no {shell}")
    made = subprocess.run([program / "payproof", "completion", shell], capture_output=True, check=True)
    start = "autoload -U compinit; compinit -u\n" if shell == "zsh" else ""
    (tmp_path / "script").write_text(f"{start}{made.stdout.decode()}\n{ask}\n")
    environment = {"PATH": f"{program}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        [where, tmp_path / "script"], capture_output=True, text=True, env=environment, check=False
    )
    assert "--budget" in done.stdout, done.stderr
