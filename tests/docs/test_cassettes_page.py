"""The commands of docs/cassettes.md work one after the other, the nightly job's too; the hook is there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from payproof import gateway
from payproof.adapters.server import serve
from payproof.cassettes.read import read
from payproof.cli.main import main
from payproof.files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cassettes.md").read_text("utf-8")
COMMAND = re.compile(r"^(?:\s*(?:- )?run: )?(payproof .*)$", re.MULTILINE)
ADDRESS = "http://127.0.0.1:8400"
CLIENT = """
import os, urllib.request
path = "/merchant/transaction/20001-00000-00000-00001"
keys = {"MerchantId": "900000000000001", "AccessToken": "A11CE000000000000000000000000001"}
urllib.request.urlopen(urllib.request.Request(os.environ["PAYPROOF_BASE_URL"] + path, headers=keys)).read()
"""


def block(language: str, starting: str = "") -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return "\n".join(text for text in found if starting in text)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as the page has it, and the sandbox under the page's address."""
    shutil.copytree(ROOT / "cassettes" / "paykun", tmp_path / "cassettes" / "paykun")
    (tmp_path / "client.py").write_text(CLIENT)
    shutil.copy(ROOT / "cassettes" / "paykun" / "flow-refund.yaml", tmp_path / "theirs.har")
    monkeypatch.chdir(tmp_path)
    with serve(gateway.load("paykun").simulator()) as server:
        monkeypatch.setenv("SANDBOX", server.url)
        yield tmp_path


def run(line: str, url: str) -> None:
    """Run a command of the page; `>>` is the shell's."""
    words = shlex.split(line.partition(" >> ")[0].replace(ADDRESS, url))
    assert main([sys.executable if word == "python" else word for word in words[1:]]) == 0, line


def test_the_commands_and_the_workflow_run_as_they_stand(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = COMMAND.findall(block("sh"))
    nightly = COMMAND.findall(block("yaml", "schedule"))
    assert (len(lines), len(nightly)) == (6, 4)

    for line in lines:
        run(line, os.environ["SANDBOX"])
    (project / "fresh.ndjson").unlink()
    for line in nightly:
        run(line, os.environ["SANDBOX"])

    (row,) = read(project / "fresh.ndjson")
    assert row.operation == "getTransaction"
    assert "drift" in capsys.readouterr().out.lower()


@pytest.mark.slow
def test_the_test_of_the_page_is_recorded_and_plays_when_the_sandbox_is_gone(project: Path) -> None:
    text = block("python")
    name = text.partition("# ")[2].partition("\n")[0]
    (project / name).write_text(text)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", name]
    base = {**os.environ, "PAYPROOF_BASE_URL": f"{os.environ['SANDBOX']}/v1"}
    gone = {**base, "PAYPROOF_BASE_URL": "http://127.0.0.1:9/v1"}

    for options, environ in ((["--payproof-record"], base), ([], gone)):
        done = subprocess.run([*words, *options], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    assert (project / "cassettes" / "test_status" / "test_status.yaml").is_file()


def test_the_hook_of_the_page_is_offered_and_takes_what_pre_commit_gives_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (hook,) = read_yaml(ROOT / ".pre-commit-hooks.yaml").data
    assert f"- id: {hook['id']}" in block("yaml", "pre-commit")
    known = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "cassettes").rglob("*.yaml"))]
    taken = [name for name in known if re.search(hook["files"], name)]

    assert taken == known
    assert main([*shlex.split(hook["entry"])[1:], *(str(ROOT / name) for name in taken)]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
