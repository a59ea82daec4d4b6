"""Exceptions that end threads of another package, collected where Python would only print them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


@contextmanager
def deaths_in(package: str) -> Iterator[list[BaseException]]:
    """Give a list that fills with what ends threads which run code of a package, while the block runs.

    Python prints such an exception and goes on, so whoever waits for the thread's work sees it done. Other
    threads' exceptions go where they went before.
    """
    former = threading.excepthook
    deaths: list[BaseException] = []

    def hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or not _runs(args.exc_traceback, package):
            former(args)
            return
        deaths.append(args.exc_value)

    threading.excepthook = hook
    try:
        yield deaths
    finally:
        threading.excepthook = former


def _runs(traceback: TracebackType | None, package: str) -> bool:
    """Say whether a thread was the package's: its outermost code, after threading's own, stands there."""
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if module != "threading":
            return module == package or module.startswith(f"{package}.")
        traceback = traceback.tb_next
    return False
