"""Standard streams that are closed, full or read by nobody: words may be lost, the exit code is not."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import Any, Literal, TextIO


class _Watched(io.FileIO):
    """A stream's file that remembers why it took no more; what errors are told on takes all, or loses it."""

    def __init__(self, number: int, *, may_lose: bool) -> None:
        super().__init__(number, "wb", closefd=False)
        self._may_lose = may_lose
        self.failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self.failure = error
            if not self._may_lose:
                raise
            return len(memoryview(data).cast("B"))


def prepare() -> None:
    """Make each stream exist and be watched; that nobody can read the errors then changes nothing."""
    # Python has None for a stream that was closed before it began, and the next file opened gets its number.
    if sys.stdin is None:
        sys.stdin = _in_place_of(0, "r", os.O_WRONLY)
    if sys.stdout is None:
        # For reading only: a result that cannot be handed over is an error, as on a full disk.
        sys.stdout = _in_place_of(1, "w", os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _in_place_of(2, "w", os.O_WRONLY)
    sys.stdout = _watched(sys.stdout, may_lose=False)
    sys.stderr = _watched(sys.stderr, may_lose=True)


def _watched(stream: TextIO, *, may_lose: bool) -> TextIO:
    raw = _raw(stream)
    # A Windows console, or what a test put there, is no plain file.
    if type(raw) is not io.FileIO:
        return stream
    # Also with PYTHONUNBUFFERED there is a buffer: without one a pipe may take half a text unnoticed.
    buffer = io.BufferedWriter(_Watched(raw.fileno(), may_lose=may_lose))
    lines = bool(getattr(stream, "line_buffering", False) or getattr(stream, "write_through", False))
    return io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=lines)


def _raw(stream: TextIO) -> Any:
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)


def _in_place_of(number: int, mode: Literal["r", "w"], flags: int) -> TextIO:
    opened = os.open(os.devnull, flags)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    return open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False)


def failure_of(stream: TextIO) -> OSError | None:
    """Give why a stream takes nothing more; None where it took all that it was given."""
    try:
        stream.flush()
    except OSError as error:
        return error
    except ValueError:
        return OSError(errno.EBADF, os.strerror(errno.EBADF))
    return getattr(_raw(stream), "failure", None)


def abandon(stream: TextIO) -> None:
    """Let a stream's end go nowhere, so that the interpreter does not complain about it at its own end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
