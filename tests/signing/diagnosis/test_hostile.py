"""Hostile messages end with an answer, within bounded work."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.signing.diagnosis.hostile import CASES, QUICK

PROGRAM = Path(__file__).with_name("hostile.py")


def test_what_is_soon_told_ends_with_an_answer() -> None:
    assert_answered(QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name not in QUICK])
def test_a_hostile_message_ends_with_an_answer(name: str) -> None:
    assert_answered([name])


def assert_answered(names: Sequence[str]) -> None:
    # A program of its own, so that a hang ends; measured, the slowest takes 2 s of CPU.
    done = subprocess.run([sys.executable, PROGRAM, *names], capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(names)
    for name, found in zip(names, rows, strict=True):
        assert found["proven"] is False, name
        assert 0 < found["text"] < 6000, name
        assert found["data"] < 100_000, name
