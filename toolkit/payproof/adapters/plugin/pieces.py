"""The conformance run as tests: one for each operation and kind of case."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from payproof.adapters.plugin.wanted import default_of, gateway_of, loaded, wanted_of
from payproof.errors import ToolkitError
from payproof.gateway import Gateway
from payproof.run.piece import pieces

if TYPE_CHECKING:
    from payproof.report.result import Result
    from payproof.run.target import Target


class ConformanceItem(pytest.Item):
    """One piece as a test."""

    gateway: str
    piece: tuple[str, str]

    def runtest(self) -> None:
        """Run the piece; findings of severity error fail it."""
        found = loaded(self.gateway, wanted_of(self, self.gateway).testbed)
        run_piece(self, found, self.piece)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Give what stands in reports."""
        return self.path, None, self.name


class Conformance(pytest.Collector):
    """The pieces of one gateway."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give an item for each piece."""
        for operation, kind in pieces(loaded(self.name).spec):
            item: ConformanceItem = ConformanceItem.from_parent(self, name=f"{operation}-{kind}")
            item.gateway, item.piece = self.name, (operation, kind)
            item.add_marker("payproof_conformance")
            yield item


def collected(session: pytest.Session, config: pytest.Config) -> list[pytest.Item]:
    """Give the tests that `--payproof-check` asks for."""
    config.addinivalue_line("markers", "payproof_conformance: a piece of payproof's conformance run")
    found: list[pytest.Item] = []
    for name in dict.fromkeys(config.getoption("payproof_check") or ()):
        made = Conformance.from_parent(session, name=name, nodeid=f"payproof::{name}")
        rows = list(made.collect())
        # Says to the terminal that there are more tests than the files hold.
        report = pytest.CollectReport(made.nodeid, "passed", None, rows)  # type: ignore[arg-type]
        config.hook.pytest_collectreport(report=report)
        found += rows
    return found


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Make one test for each piece of the gateway that the test's marker names."""
    marker = metafunc.definition.get_closest_marker("payproof")
    name = marker.args[0] if marker and marker.args else default_of(metafunc.config)
    if not name:
        raise pytest.UsageError("payproof_check needs @pytest.mark.payproof('NAME')")
    rows = pieces(loaded(name).spec)
    ids = [f"{operation}-{kind}" for operation, kind in rows]
    metafunc.parametrize("payproof_check", rows, ids=ids, indirect=True)


def runner(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Give what runs the piece of a parametrized test."""
    item: Any = request.node
    return lambda: run_piece(item, gateway_of(item), request.param)


def run_piece(item: pytest.Item, gateway: Gateway, piece: tuple[str, str]) -> None:
    """Run one piece, and fail with its report when it has errors."""
    from payproof.report import render

    try:
        result = _result(item, gateway, piece)
    except ToolkitError as error:
        pytest.fail(f"payproof: {error}", pytrace=False)
    if not result.tally.total().run:
        skipped = result.tally.total().skipped
        pytest.skip(f"no case of this kind{': the test bed lacks what it needs' if skipped else ''}")
    if result.failed:
        pytest.fail(render("text", result), pytrace=False)


def _result(item: pytest.Item, gateway: Gateway, piece: tuple[str, str]) -> Result:
    from payproof.conformance.subject import Subject
    from payproof.run.piece import Piece
    from payproof.run.settings import Settings

    wanted = wanted_of(item, gateway.name)
    seed, url = int(item.config.getoption("payproof_seed") or 0), item.config.getoption("payproof_url")
    fixed = {**gateway.testbed.switches, **wanted.switches}
    command = f"pytest --payproof-check={gateway.name} --payproof-seed={seed} -k {piece[0]}-{piece[1]}"
    with _target(gateway, url, fixed, wanted.defects, seed) as target:
        return Piece(
            subject=Subject(gateway.spec, gateway.testbed, fixed, time.time(), seed),
            target=target,
            settings=Settings(only=(piece[0],), command=command),
            stopwatch=time.monotonic,
            kind=piece[1],
        ).run()


@contextmanager
def _target(
    gateway: Gateway, url: str | None, switches: dict[str, str], defects: tuple[str, ...], seed: int
) -> Iterator[Target]:
    if not url:
        from payproof.run.target import SandboxTarget

        base = urlsplit(gateway.spec.servers[0].url).path if gateway.spec.servers else ""
        made = gateway.simulator(switches=switches, defects=defects, seed=seed)
        yield SandboxTarget(made, base, time.time, time.perf_counter)
        return
    from payproof.adapters.http_client import HttpTarget
    from payproof.adapters.live_guard import LiveGuard

    # A pytest run never talks to a gateway's own hosts: `payproof check --allow-live` does.
    guard = LiveGuard.of([server.url for server in gateway.spec.servers], allowed=(), writes=False)
    with HttpTarget(url, guard) as target:
        yield target
