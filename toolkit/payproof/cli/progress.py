"""One line on a terminal that says how far a long run is; nothing in a pipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from payproof.report.printable import printable

#: Redrawing more often than this is flicker.
_EVERY_S = 0.1


class Progress:
    """Shows the current case on one line.

    Args:
        stream: Where to draw; nothing is drawn when it is no terminal.
        stopwatch: Gives seconds from any zero.
    """

    def __init__(self, stream: TextIO, stopwatch: Callable[[], float]) -> None:
        self._stream, self._stopwatch = stream, stopwatch
        self._shown = stream.isatty()
        self._drawn_s = float("-inf")

    def __call__(self, operation: str, kind: str, number: int) -> None:
        """Take note of one more case."""
        now_s = self._stopwatch()
        if self._shown and now_s - self._drawn_s >= _EVERY_S:
            self._drawn_s = now_s
            self._stream.write(f"\r\x1b[K{number} cases, {printable(operation, limit=40)}: {printable(kind)}")
            self._stream.flush()

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
