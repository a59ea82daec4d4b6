"""Watches the tests of a run: a guard for each gateway that a test names, judged when the test has run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any

import pytest

from payproof.adapters.guard.guard import Guard, hosts_of
from payproof.adapters.plugin.reports import Reports
from payproof.adapters.plugin.ring import Ring
from payproof.adapters.plugin.wanted import Wanted, default_of, failing, loaded, named_by, names_of, wanted_of
from payproof.adapters.plugin.wording import told
from payproof.errors import ToolkitError
from payproof.model import Finding
from payproof.simulator.settings import settings_of

GUARDS = pytest.StashKey[dict[str, Guard]]()
RINGS = pytest.StashKey[list[tuple[Guard, Ring]]]()
#: How many exchanges were looked at, and which findings were told, by gateway.
JUDGED = pytest.StashKey[int]()
TOLD = pytest.StashKey[dict[str, list[Finding]]]()
#: What the test was failed with.
FAILED = pytest.StashKey[BaseException]()


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
        rows = [make_guard(wanted_of(item, name), item.nodeid) for name in self._names(item)]
        item.stash[RINGS], item.stash[TOLD] = rows, {}
        item.stash[GUARDS] = {guard.gateway.name: guard for guard, _ in rows}
        with ExitStack() as stack:
            for guard, _ in rows:
                stack.enter_context(guard.watching())
            result = yield
        for guard, _ in rows:
            self._reports.saw(guard)
        return result

    def _names(self, item: pytest.Item) -> list[str]:
        named = named_by(item)
        marked = item.get_closest_marker("payproof") is not None
        uses = marked or any(one.startswith("payproof_") for one in getattr(item, "fixturenames", ()))
        usual = [default_of(self._config)] if uses and not named else []
        return [name for name in dict.fromkeys((*named, *usual, *names_of(self._config))) if name]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Fail a test that passed by itself for what it exchanged."""
        result = yield
        _read_keys(item)
        _fail(item, _fresh(item))
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge again when fixtures exchanged something while they were torn down."""
        if JUDGED not in item.stash:
            # The test failed or was skipped by itself: that is over, and no finding of its teardown.
            _fresh(item)
        result = yield
        if item.stash[JUDGED] != _count(item):
            _fail(item, _fresh(item))
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show beside a failure of the test's own what it exchanged, and what is wrong with that."""
        report = yield
        # unittest's failures replace ours only now, so that it is the exception that tells them apart.
        own = call.excinfo is not None and call.excinfo.value is not item.stash.get(FAILED, None)
        if report.failed and own and (report.when != "teardown" or item.stash.get(JUDGED, 0) != _count(item)):
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


def _read_keys(item: pytest.Item) -> None:
    """Look at the environment once more: a test that fails for it had better say so."""
    for guard, ring in item.stash[RINGS]:
        try:
            ring.read()
        except ToolkitError as error:
            pytest.fail(f"payproof: {error}", pytrace=False)
        guard.exchanges = ring.exchanges


def _fresh(item: pytest.Item) -> list[tuple[Guard, list[Finding]]]:
    """Give the failures of each guard that were not told yet; from now on they count as told."""
    item.stash[JUDGED] = _count(item)
    found = []
    for name, guard in guards_of(item).items():
        failures, before = guard.failures(), list(item.stash[TOLD].get(name, ()))
        item.stash[TOLD][name] = failures
        fresh = []
        for one in failures:
            if one in before:
                before.remove(one)
            else:
                fresh.append(one)
        found += [(guard, fresh)] if fresh else []
    return found


def _fail(item: pytest.Item, found: list[tuple[Guard, list[Finding]]]) -> None:
    if not found:
        return
    try:
        pytest.fail("\n\n".join(told(guard, fresh) for guard, fresh in found), pytrace=False)
    except BaseException as error:
        item.stash[FAILED] = error
        raise


def _count(item: pytest.Item) -> int:
    return sum(len(guard.interactions) for guard in guards_of(item).values())


def make_guard(wanted: Wanted, source: str) -> tuple[Guard, Ring]:
    """Give a guard and its keys; raises pytest.UsageError when the settings do not fit the gateway."""
    found = loaded(wanted.name, wanted.testbed)
    try:
        settings_of(found.spec, wanted.switches)
        ring = Ring(wanted)
        ring.read()
        guard = Guard(
            gateway=found,
            exchanges=ring.exchanges,
            hosts=hosts_of(found) | set(wanted.hosts),
            fail_on=wanted.fail_on,
            source=source,
            undocumented=wanted.undocumented,
            heard=ring.hear,
        )
        guard.allow(*wanted.allow)
    except ToolkitError as error:
        raise failing(error) from None
    return guard, ring
