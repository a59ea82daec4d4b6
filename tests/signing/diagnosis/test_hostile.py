"""Hostile messages end with an answer, within bounded work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.signing.diagnosis.hostile import CASES

PROGRAM = Path(__file__).with_name("hostile.py")


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_message_ends_with_an_answer(name: str) -> None:
    # A program of its own, so that a hang ends; measured, the slowest takes 2 s of CPU.
    done = subprocess.run([sys.executable, PROGRAM, name], capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = json.loads(done.stdout)
    assert found["proven"] is False
    assert 0 < found["text"] < 6000
    assert found["data"] < 100_000
