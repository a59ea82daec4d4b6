"""What ends a thread of the package named is collected; what ends another goes where it always went."""

from __future__ import annotations

import sched
import threading

import pytest

from payproof.adapters.thread_deaths import deaths_in


def _raise() -> None:
    raise RuntimeError("the thread is over")


def _in_a_thread() -> None:
    """End a thread whose outermost code is the standard library's `sched`."""
    work = sched.scheduler()
    work.enter(0, 0, _raise)
    thread = threading.Thread(target=work.run)
    thread.start()
    thread.join()


def test_a_thread_of_the_package_is_collected_and_the_hook_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere: list[BaseException | None] = []

    def former(args: threading.ExceptHookArgs) -> None:
        elsewhere.append(args.exc_value)

    monkeypatch.setattr(threading, "excepthook", former)
    with deaths_in("sched") as deaths:
        _in_a_thread()
    assert [str(one) for one in deaths] == ["the thread is over"]
    assert elsewhere == []
    assert threading.excepthook is former


@pytest.mark.parametrize("package", ["sche", "tests", "threading"])
def test_another_thread_is_left_to_the_former_hook(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: elsewhere.append(args.exc_value))
    with deaths_in(package) as deaths:
        _in_a_thread()
    assert deaths == []
    assert [str(one) for one in elsewhere] == ["the thread is over"]
