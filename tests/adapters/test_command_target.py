"""A command is started on a free port, waited for, and stopped with its children."""

from __future__ import annotations

import shlex
import socket
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from payproof.adapters.command_target import running
from payproof.errors import NothingCheckedError, UsageError

SERVE = f"{shlex.quote(sys.executable)} -m http.server --bind 127.0.0.1 {{port}}"


def listens(origin: str) -> bool:
    port = urlsplit(origin).port
    assert port
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_it_answers_inside_and_is_gone_afterwards() -> None:
    with running(SERVE) as origin, urllib.request.urlopen(origin, timeout=10) as answer:
        assert answer.status == 200
    assert not listens(origin)


def test_its_children_are_stopped_too(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, subprocess, sys\n"
        "serve = [sys.executable, '-m', 'http.server', '--bind', '127.0.0.1', os.environ['PORT']]\n"
        "sys.exit(subprocess.call(serve))\n"
    )
    with running(shlex.join([sys.executable, str(script)])) as origin:
        assert listens(origin)
    assert not listens(origin)


def test_it_is_stopped_when_the_run_goes_wrong() -> None:
    seen: list[str] = []

    def fail() -> None:
        with running(SERVE) as origin:
            seen.append(origin)
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert not listens(seen[0])


def test_a_command_that_ends_says_its_last_words() -> None:
    command = shlex.join([sys.executable, "-c", "import sys; sys.exit('no license for you')"])
    with pytest.raises(NothingCheckedError) as raised, running(command):
        raise AssertionError("it was used")
    assert "ended with 1" in raised.value.what
    assert "no license for you" in raised.value.hint


def test_a_command_that_never_listens_is_given_up() -> None:
    command = shlex.join([sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(NothingCheckedError, match="did not listen"), running(command, start_s=0.5):
        raise AssertionError("it was used")


@pytest.mark.parametrize("command", ["", "'unclosed", "/no/such/program {port}"])
def test_what_cannot_be_started_is_said(command: str) -> None:
    with pytest.raises(UsageError), running(command):
        raise AssertionError("it was used")
