"""A signal that ends the process leaves nothing running that it started."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from payproof.adapters.termination import ENDING, heeding

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
SERVE = f"{shlex.quote(sys.executable)} -m http.server --bind 127.0.0.1 {{port}}"
CHECK = f"""
import signal, time
# Whoever started the tests may have had some of them ignored, as nohup does.
for number in {[int(one) for one in ENDING]}:
    signal.signal(number, signal.SIG_DFL)
from payproof.adapters.command_target import running
with running({SERVE!r}) as origin:
    print(origin.rpartition(":")[2], flush=True)
    time.sleep(60)
"""


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("number", ENDING)
def test_a_command_is_stopped_and_the_process_ends_by_the_signal(number: int) -> None:
    with subprocess.Popen([sys.executable, "-c", CHECK], stdout=subprocess.PIPE) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        assert listens(port)
        process.send_signal(number)
        assert process.wait(30) == -number
    assert not listens(port)


def test_what_is_recorded_around_gets_the_signal_and_the_journal_is_closed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    around = (
        "import os, time, pathlib\n"
        f"pathlib.Path({str(tmp_path / 'new')!r}).write_text(str(os.getpid()))\n"
        f"os.rename({str(tmp_path / 'new')!r}, {str(pid)!r})\n"
        "time.sleep(60)"
    )
    words = ["cassette", "record", "paykun", "--url", "http://127.0.0.1:1", "-o", str(tmp_path / "j.ndjson")]
    code = "import sys; from payproof.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *words, "--around", sys.executable, "-c", around]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 30
        while not pid.exists() and time.monotonic() < end and process.poll() is None:
            time.sleep(0.05)
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert b"0 entries in" in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_handlers_come_back_and_what_is_ignored_stays_ignored() -> None:
    former = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with heeding(lambda number: pytest.fail("it was ignored")):
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            os.kill(os.getpid(), signal.SIGTERM)
        got: list[int] = []
        mine = signal.signal(signal.SIGTERM, lambda *_: None)
        assert mine is signal.SIG_IGN
        held = signal.getsignal(signal.SIGTERM)
        with heeding(got.append):
            os.kill(os.getpid(), signal.SIGTERM)
        assert got == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is held
    finally:
        signal.signal(signal.SIGTERM, former)


def test_outside_the_main_thread_nothing_is_changed() -> None:
    seen: list[bool] = []

    def work() -> None:
        with heeding(lambda number: None):
            seen.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]
