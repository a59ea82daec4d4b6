"""The conformance run as tests: one for each operation and kind of case, and for each life cycle."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from payproof.adapters.live_guard import LiveGuard, LiveHostError
from payproof.adapters.plugin.wanted import (
    Wanted,
    default_of,
    failing,
    gateway_of,
    loaded,
    named_by,
    testbed_of,
    wanted_of,
)
from payproof.conformance.subject import Subject
from payproof.errors import ToolkitError, UsageError
from payproof.gateway import Gateway
from payproof.run.piece import Piece, pieces
from payproof.run.settings import Budget, Settings, read_budget

if TYPE_CHECKING:
    from payproof.report.result import Result
    from payproof.run.settings import Generator
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
        for operation, kind in _pieces(self.name):
            item: ConformanceItem = ConformanceItem.from_parent(self, name=f"{operation}-{kind}")
            item.gateway, item.piece = self.name, (operation, kind)
            item.add_marker("payproof_conformance")
            yield item


def collected(session: pytest.Session, config: pytest.Config) -> list[pytest.Item]:
    """Give the tests that `--payproof-check` asks for."""
    config.addinivalue_line("markers", "payproof_conformance: a piece of payproof's conformance run")
    _options(config)
    found: list[pytest.Item] = []
    for name in dict.fromkeys(config.getoption("payproof_check") or ()):
        made = Conformance.from_parent(session, name=name, nodeid=f"payproof::{name}")
        # A test bed that cannot be read is told once, not by each test.
        loaded(name, testbed_of(config, name))
        rows = list(made.collect())
        # Says to the terminal that there are more tests than the files hold.
        report = pytest.CollectReport(made.nodeid, "passed", None, rows)  # type: ignore[arg-type]
        config.hook.pytest_collectreport(report=report)
        found += rows
    return found


@lru_cache
def _pieces(name: str) -> list[tuple[str, str]]:
    found = loaded(name)
    return pieces(Subject(found.spec, found.testbed, found.testbed.switches, 0.0, 0))


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Make one test for each piece of the gateway that the test's marker names."""
    name = next(iter(named_by(metafunc.definition)), "") or default_of(metafunc.config)
    if not name:
        raise pytest.UsageError("payproof_check needs @pytest.mark.payproof('NAME')")
    rows = _pieces(name)
    ids = [f"{operation}-{kind}" for operation, kind in rows]
    metafunc.parametrize("payproof_check", rows, ids=ids, indirect=True)


def runner(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Give what runs the piece of a parametrized test."""
    item: Any = request.node
    return lambda: run_piece(item, gateway_of(item), request.param)


def run_piece(item: pytest.Item, gateway: Gateway, piece: tuple[str, str]) -> None:
    """Run one piece, and fail with its report when it has errors."""
    from payproof.report import render

    result = _result(item, gateway, piece)
    if isinstance(result, str):
        pytest.fail(f"payproof: {result}", pytrace=False)
    if not result.tally.total().run:
        skipped = result.tally.total().skipped
        pytest.skip(f"no case of this kind{': the test bed lacks what it needs' if skipped else ''}")
    if result.failed:
        pytest.fail(render("text", result), pytrace=False)


def _result(item: pytest.Item, gateway: Gateway, piece: tuple[str, str]) -> Result | str:
    """Give the result, or why there is none."""
    try:
        return _ran(item, gateway, piece)
    except ToolkitError as error:
        if isinstance(error, LiveHostError):
            return f"{error.what}\n  try: payproof check {gateway.name} --allow-live, outside of pytest"
        return str(error)


def _ran(item: pytest.Item, gateway: Gateway, piece: tuple[str, str]) -> Result:
    wanted, (name, kind) = wanted_of(item, gateway.name), piece
    seed, budget, url = _options(item.config)
    only = () if kind == "walk" else (name,)
    fixed = {**gateway.testbed.switches, **wanted.switches}
    settings = Settings(
        budget=budget,
        only=only,
        cycle="" if only else name,
        command=_again(item, kind, wanted, url, seed, budget),
    )
    with _target(gateway, url, fixed, wanted.defects, seed) as target:
        return Piece(
            subject=Subject(gateway.spec, _testbed(gateway, url), fixed, time.time(), seed),
            target=target,
            settings=settings,
            generate=_generator(gateway, only) if kind == "generated" else None,
            stopwatch=time.monotonic,
            invariants=getattr(gateway.invariants, "CHECKS", ()),
            kind=kind,
        ).run()


def _options(config: pytest.Config) -> tuple[int, Budget, str | None]:
    """Give seed, budget and URL; raises pytest.UsageError for values that make no sense."""
    seed, url = str(config.getoption("payproof_seed") or 0), config.getoption("payproof_url")
    try:
        if not (seed.isascii() and seed.isdigit() and len(seed) <= 18):
            raise UsageError(
                f"{seed!r} is no seed", where="--payproof-seed", hint="give a whole number from 0"
            )
        if url and not config.getoption("payproof_testbed"):
            raise UsageError(
                "nothing says whose keys and ids to use at that URL",
                where="--payproof-url",
                hint="add --payproof-testbed FILE; `payproof spec testbed GATEWAY` prints a form to fill in",
            )
        budget = read_budget(config.getoption("payproof_budget") or "default")
    except ToolkitError as error:
        raise failing(error) from None
    return int(seed), budget, url


def _again(item: pytest.Item, kind: str, wanted: Wanted, url: str | None, seed: int, budget: Budget) -> str:
    """Give the command that runs this again; for a case of its own, `--case` is added to it."""
    testbed = ["--testbed", wanted.testbed] if wanted.testbed else []
    if kind == "generated":
        options = [f"--payproof-seed={seed}", f"--payproof-budget={budget.name}"]
        options += [f"--payproof-url={url}"] if url else []
        options += [f"--payproof-testbed={wanted.testbed}"] if testbed else []
        of_option = isinstance(item, ConformanceItem)
        chosen = [f"--payproof-check={wanted.name}", "-k", item.name] if of_option else [item.nodeid]
        return shlex.join(["pytest", *chosen, *options])
    words = [
        "payproof",
        "check",
        wanted.name,
        "--seed",
        str(seed),
        *(["--url", url] if url else []),
        *testbed,
    ]
    for name, setting in sorted(wanted.switches.items()):
        words += ["--switch", f"{name}={setting}"]
    for name in wanted.defects:
        words += ["--defect", name]
    return shlex.join(words)


def _generator(gateway: Gateway, only: tuple[str, ...]) -> Generator:
    from payproof.adapters.schemathesis_engine import SchemathesisGenerator, available

    if not available():
        pytest.skip("generated requests need schemathesis: pip install 'payproof[conformance]'")
    return SchemathesisGenerator(gateway.spec.resolved, only)


def _testbed(gateway: Gateway, url: str | None) -> Any:
    """Give the test bed, with the keys from the environment in it for a target of the user's own."""
    from payproof.adapters.secrets import from_environment
    from payproof.conformance.subject import MAIN
    from payproof.spec.testbed import Masked

    bed = gateway.testbed
    main = dict(bed.merchants.get(MAIN, {}))
    keys = from_environment(gateway.name, main, os.environ) if url else main
    return (
        bed
        if keys == main
        else replace(bed, merchants={**bed.merchants, MAIN: Masked(keys)}, test_keys=False)
    )


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

    # A pytest run never talks to a gateway's own hosts: `payproof check --allow-live` does.
    guard = LiveGuard.of([server.url for server in gateway.spec.servers], allowed=(), writes=False)
    with HttpTarget(url, guard) as target:
        yield target
