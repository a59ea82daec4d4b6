"""Signals that end a process without unwinding it: what was started is stopped, or told of them, first."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: SIGHUP comes when a terminal closes; not every system has it.
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def heeding(act: Callable[[int], None]) -> Iterator[None]:
    """Call `act` with the number of a signal that would end the process, while the block runs.

    Signals that are ignored stay ignored, as under nohup. Outside the main thread nothing is changed, since
    Python allows it there only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.getsignal(number) for number in ENDING}
    heeded = [number for number, held in former.items() if held not in (signal.SIG_IGN, None)]
    for number in heeded:
        signal.signal(number, lambda got, _: act(got))
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, former[number])


@contextmanager
def cleaning(clean: Callable[[], None]) -> Iterator[None]:
    """Clean up before a signal ends the process in the block; the process then ends as it would have."""
    former = {number: signal.getsignal(number) for number in ENDING}

    def act(number: int) -> None:
        for other in ENDING:
            # A second one must not cut the cleaning short.
            signal.signal(other, signal.SIG_IGN)
        try:
            clean()
        finally:
            signal.signal(number, former[signal.Signals(number)])
            os.kill(os.getpid(), number)

    with heeding(act):
        yield
