"""Each typical fault turns its test red with a message that names it; mended, the same test is green."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.plugin.faults.catalogue import ALL
from tests.plugin.faults.fault import SHOP, source

#: Makes the run write one line of JSON for each test that it called.
CONFTEST = """
import json, pathlib
def pytest_runtest_logreport(report):
    if report.when == "call":
        text = report.longreprtext + "".join(f"{name} {body}" for name, body in report.sections)
        row = {"file": report.nodeid.partition("::")[0], "passed": report.passed, "text": text}
        with pathlib.Path("results.ndjson").open("a") as file:
            file.write(json.dumps(row) + "\\n")
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run(tmp_path_factory.mktemp("faults"))


def run(folder: Path) -> dict[str, Any]:
    (folder / "shop.py").write_text(SHOP)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    for fault in ALL.values():
        for word, code in (("faulty", fault.faulty), ("mended", fault.mended)):
            (folder / f"test_{fault.id.replace('-', '_')}_{word}.py").write_text(source(fault, code))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-W",
        "error",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
    ]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugin = ["-p", "payproof.adapters.pytest_plugin"]
    done = subprocess.run(
        [*command, *plugin], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    assert (folder / "results.ndjson").exists(), done.stdout + done.stderr
    rows = [json.loads(line) for line in (folder / "results.ndjson").read_text().splitlines()]
    return {Path(row["file"]).stem: row for row in rows}


@pytest.mark.parametrize("name", ALL)
def test_the_fault_turns_its_test_red_and_is_named(name: str, outcomes: dict[str, Any]) -> None:
    found = outcomes[f"test_{name.replace('-', '_')}_faulty"]
    assert not found["passed"]
    assert ALL[name].says in found["text"]


@pytest.mark.parametrize("name", ALL)
def test_mended_the_same_test_is_green(name: str, outcomes: dict[str, Any]) -> None:
    found = outcomes[f"test_{name.replace('-', '_')}_mended"]
    assert found["passed"], found["text"]


def test_there_are_thirty_faults_at_least() -> None:
    assert len(ALL) >= 30


def test_the_page_in_the_docs_is_fresh() -> None:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, str(root / "tools" / "make_client_faults.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
