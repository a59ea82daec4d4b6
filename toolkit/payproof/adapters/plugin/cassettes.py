"""The recording of one test: played, or made when the run asks for it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from payproof.adapters.live_guard import LiveGuard
from payproof.adapters.plugin.frozen import clock_of
from payproof.adapters.plugin.wanted import Wanted, failing, wanted_of
from payproof.adapters.secrets import find_key
from payproof.adapters.vcr_hooks import Player, Recorder, in_place
from payproof.cassettes.journal import Journal, recover
from payproof.cassettes.read import read
from payproof.cassettes.redaction.redact import Policy, Redactor
from payproof.cassettes.replay import Replay
from payproof.errors import ToolkitError, UsageError
from payproof.gateway import Gateway
from payproof.signing import Keys

MARK = "payproof_cassette"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,120}")


@dataclass(frozen=True)
class TestCassette:
    """The recording that a test uses.

    Args:
        path: The file, as vcrpy writes them.
        recording: Whether it is being made anew.
    """

    __test__ = False
    path: Path
    recording: bool


def cassette(item: pytest.Item, gateway: Gateway) -> Iterator[TestCassette]:
    """Play the test's recording, or make it when the run has `--payproof-record`."""
    recording = bool(item.config.getoption("payproof_record"))
    try:
        path = path_of(item)
        wanted = wanted_of(item, gateway.name)
        yield from (
            _recorded(path, gateway, wanted) if recording else _played(path, gateway, wanted, _frozen(item))
        )
    except ToolkitError as error:
        raise failing(error) from None


def path_of(item: pytest.Item) -> Path:
    """Give the file of a test: where pytest-recording looks too, unless the marker names another one.

    Raises:
        UsageError: The marker's name is none.
    """
    marker = item.get_closest_marker(MARK)
    folder = item.path.parent / "cassettes"
    if marker is None or not marker.args:
        return folder / item.path.stem / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', item.name)}.yaml"
    name = str(marker.args[0])
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise UsageError(
            f"{name[:80]!r} is no name of a cassette",
            where=f"@pytest.mark.{MARK}",
            hint="use letters, digits, '-', '_' and '.'; it stands in the folder cassettes",
        )
    return folder / (name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")


def _frozen(item: pytest.Item) -> bool:
    marker = item.get_closest_marker(MARK)
    return marker is not None and bool(marker.kwargs.get("frozen"))


def _played(path: Path, gateway: Gateway, wanted: Wanted, frozen: bool) -> Iterator[TestCassette]:
    if not path.is_file():
        raise UsageError(
            "this test has no recording yet", where=str(path), hint="make it: pytest --payproof-record"
        )
    switches = {**gateway.testbed.switches, **wanted.switches}
    replay = Replay(read(path), gateway.spec, keys=Keys.of(_test_keys(gateway)), switches=switches)
    clock = clock_of(replay, str(path)) if frozen else nullcontext()
    with clock as moved, in_place(Player, str(path), spec=gateway.spec, replay=replay, moved=moved):
        yield TestCassette(path, recording=False)


def _recorded(path: Path, gateway: Gateway, wanted: Wanted) -> Iterator[TestCassette]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the file that it becomes, so that what a killed run recorded can be recovered.
    journal = path.with_suffix(".recording.ndjson")
    journal.unlink(missing_ok=True)
    tests = _test_keys(gateway)
    found = {role: find_key(gateway.name, role, environ=os.environ) for role in tests}
    real = {role: text for role, text in found.items() if text is not None}
    switches = {**gateway.testbed.switches, **wanted.switches}
    # No real gateway is recorded here, so the test bed's keys are the real ones unless others are given.
    policy = Policy(gateway.spec, tests, os.urandom(32), real or tests, "personal", switches)
    facts = {"gateway": gateway.name, "spec": gateway.spec.version, "redacted": True}
    with Journal(journal, facts) as kept:
        tape = {"redactor": Redactor(policy), "keep": kept.append, "clock": time.time}
        guard = LiveGuard.of([server.url for server in gateway.spec.servers])
        with in_place(Recorder, str(path), spec=gateway.spec, guard=guard, **tape):
            yield TestCassette(path, recording=True)
    recover(journal, path)
    journal.unlink()


def _test_keys(gateway: Gateway) -> dict[str, str]:
    rows = gateway.testbed.merchants
    return dict(rows.get("main") or next(iter(rows.values()), {}))
