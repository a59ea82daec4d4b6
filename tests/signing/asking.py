"""Asks the real languages: all questions of one language go through one process."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest

PROBES = Path(__file__).parent / "languages"
COMMANDS = {
    "php": ["php", "-n", str(PROBES / "probe.php")],
    "node": ["node", str(PROBES / "probe.mjs")],
    "go": ["go", "run", str(PROBES / "probe.go")],
    "java": ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", str(PROBES / "Probe.java")],
}
Question = tuple[str, str]
"""A task of the probe, and its argument."""


def ask(language: str, questions: Sequence[Question]) -> list[str]:
    """Give the language's own answers; skips the test where the language is not installed."""
    if shutil.which(COMMANDS[language][0]) is None:
        pytest.skip(f"{language} is not installed")
    return list(_asked(language, tuple(questions)))


@lru_cache(32)
def _asked(language: str, questions: tuple[Question, ...]) -> tuple[str, ...]:
    lines = "".join(f"{task}\t{base64.b64encode(text.encode()).decode()}\n" for task, text in questions)
    done = subprocess.run(COMMANDS[language], input=lines, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    answers = tuple(base64.b64decode(line).decode() for line in done.stdout.splitlines())
    assert len(answers) == len(questions)
    return answers
