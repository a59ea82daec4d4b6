"""Watches the tests of a run: a guard for each gateway that a test names, judged when the test has run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

import pytest

from payproof.adapters.guard.guard import Guard, hosts_of
from payproof.adapters.plugin.reports import Reports
from payproof.adapters.plugin.wanted import Wanted, loaded, names_of, wanted_of
from payproof.adapters.plugin.wording import told
from payproof.errors import ToolkitError
from payproof.run.exchanges import Exchanges

GUARDS = pytest.StashKey[dict[str, Guard]]()
JUDGED = pytest.StashKey[int]()


def guard_of(item: pytest.Item, name: str) -> Guard:
    """Give the guard of a test that runs."""
    return item.stash[GUARDS][name]


def guards_of(item: pytest.Item) -> dict[str, Guard]:
    """Give the guards of a test by gateway; empty when it has none."""
    return item.stash.get(GUARDS, {})


class Watch:
    """The hooks of a run that uses payproof.

    Args:
        config: The run's.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reports = Reports(config)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Listen while the test is set up, runs and is torn down."""
        guards = {name: make_guard(wanted_of(item, name), item.nodeid) for name in self._names(item)}
        item.stash[GUARDS] = guards
        with ExitStack() as stack:
            for guard in guards.values():
                stack.enter_context(guard.watching())
            result = yield
        for guard in guards.values():
            self._reports.saw(guard)
        return result

    def _names(self, item: pytest.Item) -> list[str]:
        from payproof.adapters.plugin.wanted import _name, default_of

        marker = item.get_closest_marker("payproof")
        named = [_name(marker)] if marker is not None else []
        uses = any(one.startswith("payproof_") for one in getattr(item, "fixturenames", ()))
        usual = [default_of(self._config)] if uses and not named else []
        return [name for name in dict.fromkeys((*named, *usual, *names_of(self._config))) if name]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Fail a test that passed by itself for what it exchanged."""
        result = yield
        self._judge(item)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge again when fixtures exchanged something while they were torn down."""
        result = yield
        if JUDGED in item.stash and item.stash[JUDGED] != _count(item):
            self._judge(item)
        return result

    def _judge(self, item: pytest.Item) -> None:
        item.stash[JUDGED] = _count(item)
        for guard in guards_of(item).values():
            failures = guard.failures()
            if failures:
                pytest.fail(told(guard, failures), pytrace=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show beside a test's own failure what it exchanged, and what is wrong with that."""
        report = yield
        if report.when == "call" and report.failed and JUDGED not in item.stash:
            for name, guard in guards_of(item).items():
                if guard.interactions:
                    report.sections.append(
                        (f"payproof: exchanges with {name}", told(guard, guard.findings()))
                    )
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand coverage on to the process that reports it."""
        self._reports.finish(session)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what an xdist worker saw."""
        self._reports.merge(getattr(node, "workeroutput", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what the run's options ask for."""
        self._reports.show(terminalreporter)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add the conformance run's tests, before `-k` and `-m` choose."""
        if self._config.getoption("payproof_check"):
            from payproof.adapters.plugin.pieces import collected

            items.extend(collected(session, self._config))


def _count(item: pytest.Item) -> int:
    return sum(len(guard.interactions) for guard in guards_of(item).values())


def make_guard(wanted: Wanted, source: str) -> Guard:
    """Give a guard; raises pytest.UsageError when the settings do not fit the gateway."""
    found = loaded(wanted.name, wanted.testbed)
    guard = Guard(
        gateway=found,
        exchanges=_exchanges(wanted.name, wanted.testbed, tuple(sorted(wanted.switches.items()))),
        hosts=hosts_of(found, wanted.hosts),
        fail_on=wanted.fail_on,
        source=source,
        undocumented=wanted.undocumented,
    )
    if wanted.allow:
        from payproof.adapters.plugin.wanted import failing

        try:
            guard.allow(*wanted.allow)
        except ToolkitError as error:
            raise failing(error) from None
    return guard


@lru_cache
def _exchanges(name: str, testbed: str, switches: tuple[tuple[str, str], ...]) -> Exchanges:
    from dataclasses import replace

    from payproof.adapters.plugin.wanted import failing
    from payproof.adapters.secrets import from_environment
    from payproof.simulator.settings import settings_of
    from payproof.spec.testbed import Masked

    import os  # isort: skip

    found = loaded(name, testbed)
    bed, main = found.testbed, dict(found.testbed.merchants.get("main", {}))
    try:
        settings_of(found.spec, dict(switches))
        keys = from_environment(name, main, os.environ)
    except ToolkitError as error:
        raise failing(error) from None
    if keys != main:
        # The test bed's own keys stay known: a sandbox in the same run uses them.
        rows = {"given": Masked(keys), **bed.merchants}
        bed = replace(bed, merchants=rows, test_keys=False)
    return Exchanges(found.spec, bed, {**bed.switches, **dict(switches)})
