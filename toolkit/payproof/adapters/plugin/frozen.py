"""The clock of a test that plays a recording: it stands where the recording was made, answer by answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from payproof.cassettes.replay import Replay
from payproof.errors import UsageError


@contextmanager
def clock_of(replay: Replay, where: str) -> Iterator[Callable[[float], object]]:
    """Stop the test's clock at the recording's first moment; what is given moves it to another one.

    Raises:
        UsageError: The recording does not say when it was made, or nothing is installed that stops clocks.
    """
    if not replay.began_s:
        raise UsageError(
            "the recording does not say when it was made, so time cannot be stopped there",
            where=where,
            hint="record it anew with --payproof-record, or leave out frozen=True",
        )
    try:
        import time_machine
    except ImportError:
        raise UsageError(
            "time-machine is not installed, and frozen=True needs it",
            where=where,
            hint="pip install 'payproof[time]'",
        ) from None
    with time_machine.travel(replay.began_s, tick=False) as traveller:
        yield traveller.move_to
