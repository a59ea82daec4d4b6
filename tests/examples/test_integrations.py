"""The integrations under examples/ pass their own tests, which use the plugin as an integrator would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = sorted(one.parent.name for one in EXAMPLES.glob("*/pytest.ini"))


def run(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "payproof.adapters.pytest_plugin", *options]
    command += ["-p", "no:cacheprovider"]
    return subprocess.run(
        command, cwd=EXAMPLES / name, capture_output=True, text=True, env=environment, check=False
    )


def test_there_are_three_of_them() -> None:
    assert FOLDERS == ["aiohttp_client", "httpx_fastapi", "requests_flask"]


@pytest.mark.parametrize("name", FOLDERS)
def test_its_tests_pass(name: str) -> None:
    done = run(name)
    assert done.returncode == 0, done.stdout + done.stderr
