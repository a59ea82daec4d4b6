"""A stream that is closed, full or read by nobody ends the command with a code that says what happened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FULL = Path("/dev/full")
SIGN = ("sign", "paykun.request", "missing.json", "--test-keys")


def run(
    *arguments: str, unbuffered: bool = False, closed: int | None = None, **streams: int
) -> tuple[int, str]:
    """Give code and errors; `closed` is a descriptor that the command begins without."""
    close: Callable[[], None] | None = None if closed is None else lambda: os.close(closed)
    done = subprocess.run(
        [sys.executable, "-m", "payproof", *arguments],
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},  # type: ignore[call-overload]
        env={**os.environ, "PYTHONUNBUFFERED": "1" if unbuffered else ""},
        preexec_fn=close,
        check=False,
    )
    return done.returncode, (done.stderr or b"").decode()


@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize("arguments", [("--help",), ("rules",), ("spec", "show", "paykun")])
def test_a_result_that_cannot_be_handed_over_is_no_crash(
    arguments: tuple[str, ...], unbuffered: bool
) -> None:
    code, err = run(*arguments, unbuffered=unbuffered, closed=1)
    assert (code, err.partition("\n")[0]) == (2, "error: the output cannot be written: Bad file descriptor")
    if FULL.exists():
        with FULL.open("wb") as full:
            code, err = run(*arguments, unbuffered=unbuffered, stdout=full.fileno())
        assert (code, err.partition("\n")[0]) == (
            2,
            "error: the output cannot be written: No space left on device",
        )


@pytest.mark.parametrize(("arguments", "code"), [(("check", "payku"), 2), (("check",), 2), (SIGN, 3)])
def test_an_error_that_nobody_can_read_keeps_its_code(arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments, closed=2)[0] == code
    reading, writing = os.pipe()
    os.close(reading)
    for unbuffered in (False, True):
        assert run(*arguments, unbuffered=unbuffered, stderr=writing)[0] == code
        if FULL.exists():
            with FULL.open("wb") as full:
                assert run(*arguments, unbuffered=unbuffered, stderr=full.fileno())[0] == code
    os.close(writing)


def test_a_closed_input_is_one_that_cannot_be_read() -> None:
    code, err = run("sign", "paykun.request", "-", "--test-keys", closed=0)
    assert (code, err.splitlines()[1:2]) == (3, ["  at:  standard input"])


def test_a_command_that_writes_to_a_file_needs_no_output(tmp_path: Path) -> None:
    report = tmp_path / "cycle.txt"
    assert run("lifecycle", "show", "plural", "-o", str(report), closed=1) == (0, "")
    assert report.read_text()
