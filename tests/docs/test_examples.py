"""Every example of README.md, CONTRIBUTING.md and the pages that users read runs as it stands.

A line `$ payproof ...` in a `console` block is a command; `# exit N` after it names its exit code. A
`python` block runs as a script; one that begins with `# NAME.py` is a file, and `$ pytest ...` runs beside
the files of its page. Lines of output below a command must appear in what it prints. Nothing but loopback can
be reached meanwhile.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from tests.docs.pages import ROOT, blocks, commands, files, scripts, squeezed

from payproof import gateway
from payproof.cli.main import main

ROWS = [row for row in commands() if row[1].startswith("payproof ")]
RUNS = [row for row in commands() if row[1].startswith("pytest")]
#: The pages' receiver: the shop of examples/requests_flask.
RECEIVER = "127.0.0.1:5000"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(one: socket.socket, address: Any) -> None:
        if one.family != socket.AF_UNIX and not ip_address(address[0]).is_loopback:
            pytest.fail(f"an example wants to reach {address[0]}")
        connect(one, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="module")
def receiver() -> Iterator[str]:
    """The address at which the shop of the examples takes webhooks."""
    where = ROOT / "examples" / "requests_flask" / "shop.py"
    made = importlib.util.spec_from_file_location("documented_shop", where)
    assert made is not None
    assert made.loader is not None
    shop = importlib.util.module_from_spec(made)
    made.loader.exec_module(shop)
    keys = gateway.load("paykun").testbed.merchants["main"]
    os.environ["PAYPROOF_PAYKUN_ENCRYPTION_KEY"] = keys["encryption_key"]
    with make_server("127.0.0.1", 0, shop.create_app({}), handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
    del os.environ["PAYPROOF_PAYKUN_ENCRYPTION_KEY"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize(("page", "command", "code", "output"), ROWS, ids=[row[1] for row in ROWS])
def test_a_console_example_runs_and_prints_what_the_page_shows(
    page: str,
    command: str,
    code: int,
    output: list[str],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    if RECEIVER in command:
        command = command.replace(RECEIVER, request.getfixturevalue("receiver"))
    assert main(shlex.split(command)[1:]) == code
    captured = capsys.readouterr()
    printed = squeezed(captured.out + captured.err)
    for row in output:
        assert squeezed(row) in printed


@pytest.mark.parametrize(
    ("page", "command", "code", "output"), RUNS, ids=[f"{row[0]} {row[1]}" for row in RUNS]
)
def test_a_pytest_example_runs_beside_the_files_of_its_page(
    page: str, command: str, code: int, output: list[str], tmp_path: Path
) -> None:
    for name, text in files(page).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    started = [sys.executable, "-m", "pytest", "-p", "payproof.adapters.pytest_plugin", "-p", "xdist"]
    done = subprocess.run(
        [*started, *shlex.split(command)[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    printed = squeezed(done.stdout + done.stderr)
    for row in output:
        assert squeezed(row) in printed


@pytest.mark.parametrize(("page", "code"), list(scripts()))
def test_a_python_example_runs(page: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, page, "exec"), {})
    assert capsys.readouterr().out


def test_there_are_examples_to_run() -> None:
    assert len(ROWS) >= 8
    assert {page for page, *_ in RUNS} >= {"README.md", "docs/plugin.md"}
    assert all(command.startswith(("payproof ", "pytest")) for _, command, *_ in commands())


def test_the_two_commands_are_single_lines_that_start_from_a_fresh_clone() -> None:
    first, second = [text for page, text in blocks("sh") if page == "README.md"]
    for command in (first, second):
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert first.rstrip().endswith("payproof check paykun")
