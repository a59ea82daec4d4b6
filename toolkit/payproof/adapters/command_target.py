"""A command that serves a gateway: started, waited for, and stopped with all its children."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from payproof.adapters.termination import cleaning
from payproof.errors import NothingCheckedError, UsageError

HOST = "127.0.0.1"
#: Stands in the command for the port to listen on; the variable `PORT` holds it as well.
PLACE = "{port}"
START_S, STOP_S = 60.0, 5.0
_STEP_S = 0.05
#: A killed child may be a zombie that nobody buries, so it is not waited for longer.
_GONE_S = 1.0
_TAIL_BYTES = 2000


@contextmanager
def running(command: str, *, start_s: float = START_S) -> Iterator[str]:
    """Give the origin, such as `http://127.0.0.1:8080`, at which a command listens until the block ends.

    Args:
        command: Split as a shell would, but run without one; `{port}` in it becomes a free port.
        start_s: Longest wait for it to listen, in seconds.

    Raises:
        UsageError: The command cannot be read or started.
        NothingCheckedError: It ended, or did not listen in time; its last words are shown.
    """
    port = free_port()
    words = _words(command, port)
    with tempfile.TemporaryFile() as output:
        started: list[subprocess.Popen[bytes]] = []
        with cleaning(lambda: _stop_all(started)):
            started.append(_started(words, port, output))
            try:
                _wait(started[0], port, start_s, output)
                yield f"http://{HOST}:{port}"
            finally:
                stop(started[0])


def free_port() -> int:
    """Give a port on loopback that nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _words(command: str, port: int) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _bad(f"the command cannot be read: {error}") from None
    if not words:
        raise _bad("the command is empty")
    return [word.replace(PLACE, str(port)) for word in words]


def _bad(what: str) -> UsageError:
    return UsageError(
        what, where="--command", hint=f"give such as --command 'python server.py --port {PLACE}'"
    )


def _started(words: list[str], port: int, output: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            env={**os.environ, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A group of its own, so that what it starts can be stopped too.
            start_new_session=True,
        )
    except OSError as error:
        raise _bad(f"the command cannot be started: {error.strerror or error}") from None


def _wait(process: subprocess.Popen[bytes], port: int, start_s: float, output: IO[bytes]) -> None:
    end = time.monotonic() + start_s
    while time.monotonic() < end:
        if process.poll() is not None:
            raise _silent(f"the command ended with {process.returncode} before it listened", output)
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(_STEP_S)
    raise _silent(f"the command did not listen on {HOST}:{port} within {start_s:g} s", output)


def _silent(what: str, output: IO[bytes]) -> NothingCheckedError:
    output.seek(max(0, output.seek(0, os.SEEK_END) - _TAIL_BYTES))
    said = output.read().decode("utf-8", "replace").strip()
    hint = f"let it listen on the port in {PLACE} or $PORT" + (f"; it said:\n{said}" if said else "")
    return NothingCheckedError(what, where="--command", hint=hint)


def _stop_all(started: list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children, politely first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_S)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(STOP_S)
    end = time.monotonic() + _GONE_S
    while time.monotonic() < end and _group_lives(process.pid):
        time.sleep(_STEP_S)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
