"""The pytest plugin: options, markers and fixtures; everything else is imported when a test asks for it.

pytest imports this module in every session of every project that has payproof installed, so it imports pytest
alone and stays short: entry-point packages are assertion-rewritten, and that is paid by the line. There is
nothing to rewrite here: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from payproof.adapters.guard.guard import Guard
    from payproof.adapters.plugin.cassettes import TestCassette
    from payproof.adapters.plugin.receivers import ReceiverSuite
    from payproof.adapters.plugin.webhooks import Webhooks
    from payproof.adapters.sandbox import Sandbox
    from payproof.gateway import Gateway

OPTIONS = (
    ("--payproof-guard", "append", "Judge every exchange that any test has with GATEWAY.", "GATEWAY"),
    ("--payproof-check", "append", "Collect the conformance run of GATEWAY as tests.", "GATEWAY"),
    ("--payproof-url", "store", "Check this running gateway; the sandbox when left out.", "URL"),
    ("--payproof-testbed", "store", "Whose keys and ids to use (YAML or JSON).", "FILE"),
    ("--payproof-seed", "store", "Repeats a conformance run.", "N"),
    ("--payproof-budget", "store", "How much is generated: quick, default, thorough or N.", "HOW-MUCH"),
    ("--payproof-coverage", "append", "Report contract coverage: term, json[:FILE] or html[:FILE].", "HOW"),
    ("--payproof-record", "store_true", "Make the recordings of payproof_cassette anew.", None),
    ("--payproof-fail-under", "store", "Fail when less of the contract is covered, in percent.", "N"),
)
INI = (
    ("payproof_gateway", "string", "The gateway of fixtures where no marker names one."),
    ("payproof_guard", "linelist", "Like --payproof-guard."),
    ("payproof_hosts", "linelist", "Further hosts (host, host:port or URL) that play a gateway."),
    ("payproof_switches", "linelist", "Settings (NAME=SETTING) of what the documents leave open."),
    ("payproof_fail_on", "string", "note, warning or error: what fails a guarded test; error by default."),
    ("payproof_undocumented", "string", "note, warning or error: how bad undocumented fields sent are."),
    ("payproof_coverage", "linelist", "Like --payproof-coverage."),
    ("payproof_fail_under", "string", "Like --payproof-fail-under."),
)
MARKER = (
    "payproof(gateway, *, switches={}, defects=[], seed=0, allow=[], fail_on='error', hosts=[]): "
    "judge the test's exchanges with that gateway, and give its fixtures that gateway"
)
CASSETTE = (
    "payproof_cassette(name, frozen=False): the recording that the fixture payproof_cassette plays or makes"
)
WATCH = "payproof-watch"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add one group of options, and their ini keys."""
    group = parser.getgroup("payproof", "payment gateway contracts")
    for name, action, text, shown in OPTIONS:
        named = {"metavar": shown} if shown else {}
        group.addoption(name, action=action, default=None, help=text, **named)
    for key, kind, text in INI:
        parser.addini(key, text, type=kind)  # type: ignore[arg-type]


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; load the rest only for a run that asks for it."""
    config.addinivalue_line("markers", MARKER)
    config.addinivalue_line("markers", CASSETTE)
    wanted = ("guard", "check", "coverage", "fail_under")
    if any(config.getoption(f"payproof_{name}") for name in wanted) or any(
        config.getini(f"payproof_{name}") for name in wanted if name != "check"
    ):
        _watch(config)


def _watch(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin(WATCH):
        # Our own modules hold no tests: rewriting their assertions would only cost time.
        getattr(config.pluginmanager.rewrite_hook, "_must_rewrite", set()).discard("payproof")
        from payproof.adapters.plugin.watch import Watch

        config.pluginmanager.register(Watch(config), WATCH)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Watch the run when any test asks for it by marker or fixture."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if item.get_closest_marker("payproof") or any(name.startswith("payproof_") for name in names):
            _watch(config)
            return


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test with the fixture `payproof_check` one test for each operation and kind of case."""
    if "payproof_check" in metafunc.fixturenames:
        from payproof.adapters.plugin.pieces import parametrize

        parametrize(metafunc)


@pytest.fixture
def payproof_gateway(request: pytest.FixtureRequest) -> Gateway:
    """The gateway that the test's `payproof` marker names, else the ini key `payproof_gateway`."""
    from payproof.adapters.plugin.wanted import gateway_of

    return gateway_of(request.node)


@pytest.fixture
def payproof_guard(request: pytest.FixtureRequest, payproof_gateway: Gateway) -> Guard:
    """The guard of this test: exchanges seen so far, findings, and `allow`."""
    from payproof.adapters.plugin.watch import guard_of

    return guard_of(request.node, payproof_gateway.name)


@pytest.fixture
def payproof_sandbox(
    request: pytest.FixtureRequest, payproof_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """A sandbox of the gateway for this test alone, with its URL and test credentials in the environment."""
    from payproof.adapters.plugin.sandboxes import sandbox

    yield from sandbox(request.node, payproof_gateway, monkeypatch)


@pytest.fixture
def payproof_cassette(request: pytest.FixtureRequest, payproof_gateway: Gateway) -> Iterator[TestCassette]:
    """Answers the test's requests from its recording; `--payproof-record` makes it, redacted."""
    from payproof.adapters.plugin.cassettes import cassette

    yield from cassette(request.node, payproof_gateway)


@pytest.fixture
def payproof_webhook(request: pytest.FixtureRequest, payproof_gateway: Gateway) -> Webhooks:
    """Makes signed webhook deliveries: `payproof_webhook(event, **changes).to(receiver)`."""
    from payproof.adapters.plugin.webhooks import webhooks

    return webhooks(request.node, payproof_gateway)


@pytest.fixture
def payproof_receiver_suite(request: pytest.FixtureRequest, payproof_gateway: Gateway) -> ReceiverSuite:
    """Attacks a receiver of webhooks, and fails for every property that it breaks."""
    from payproof.adapters.plugin.receivers import receiver_suite

    return receiver_suite(request.node, payproof_gateway)


@pytest.fixture
def payproof_check(request: pytest.FixtureRequest) -> Any:
    """Runs one operation's cases of one kind: `def test_contract(payproof_check): payproof_check()`."""
    from payproof.adapters.plugin.pieces import runner

    return runner(request)
