"""`check plural`: nothing against honest gateways, each planted fault found and named."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.gateways.plural.asking import gateway
from tests.independent import plural_bed, plural_server

from payproof.adapters.http_client import HttpTarget
from payproof.adapters.live_guard import LiveGuard
from payproof.conformance.subject import Subject
from payproof.model import Finding
from payproof.run.check import Runner
from payproof.run.settings import Settings
from payproof.run.target import SandboxTarget
from payproof.spec.testbed import load_testbed

#: The independent server offers no hosted checkout.
OFFERED = tuple(
    one
    for one in gateway().spec.operations
    if one != "createCheckoutLink" and not gateway().spec.operations[one].raw.get("x-target")
)
MOVES = (
    "generateToken",
    "createOrder",
    "getOrder",
    "createPayment",
    "captureOrder",
    "cancelOrder",
    "createRefund",
)
SETTINGS = [(name, one) for name, switch in gateway().spec.switches.items() for one in switch.settings]


def findings(
    defects: tuple[str, ...] = (), only: tuple[str, ...] = (), **more: Any
) -> tuple[list[Finding], Any]:
    switches = more.get("switches", {})
    simulator = gateway().simulator(defects=list(defects), switches=switches)
    target = SandboxTarget(simulator, "", time.time, time.perf_counter)
    subject = Subject(gateway().spec, gateway().testbed, switches, time.time(), 0)
    result = Runner(subject=subject, target=target, settings=Settings(only=only)).run()
    return list(result.findings), result


def test_nothing_is_found_on_the_sandbox_and_every_transition_of_today_is_taken() -> None:
    found, result = findings()
    assert found == []
    assert [sentence for sentence in result.learned if "not reached" in sentence] == []
    assert result.reached == set(result.operations)


# Four operations, whose cases have orders brought into their states; whole runs take minutes.
@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_nothing_is_found_under_any_setting_of_any_switch(name: str, setting: str) -> None:
    found, _ = findings(
        only=("generateToken", "getOrder", "captureOrder", "cancelOrder"), switches={name: setting}
    )
    assert found == []


@pytest.mark.parametrize(
    ("defect", "rule"),
    [
        ("capture-while-pending", "life-cycle-operation-not-allowed"),
        ("cancel-after-processed", "life-cycle-operation-not-allowed"),
        ("over-refund", "limit-not-cumulative"),
        ("authorized-without-preauth", "life-cycle-illegal-step"),
        ("status-goes-backwards", "life-cycle-status-backwards"),
        ("paid-without-payment", "status-without-cause"),
        ("partial-capture-stays-held", "transition-not-taken"),
        ("webhook-reserialised", "webhook-signature-wrong"),
        ("wrong-reference-echoed", "answer-not-as-asked"),
        ("currency-changed", "answer-not-as-asked"),
        ("other-payment-reference", "answer-not-as-asked"),
        ("held-unless-told-not-to", "answer-not-as-asked"),
        ("capture-above-amount", "life-cycle-money-inconsistent"),
        ("refund-not-booked", "transition-not-taken"),
        ("no-auth-on-get", "credentials-not-checked"),
        ("any-auth-scheme", "credentials-not-checked"),
        ("accepts/createRefund/products/*/imei_number/type", "invalid-request-accepted"),
    ],
)
def test_a_planted_fault_is_found_and_named(defect: str, rule: str) -> None:
    found, _ = findings((defect,), MOVES)
    assert rule in {one.rule for one in found}


def test_a_fault_of_a_sequence_shows_the_request_that_met_it_and_says_that_others_come_first() -> None:
    found, _ = findings(("status-goes-backwards",), MOVES)
    (finding,) = [one for one in found if one.rule == "life-cycle-status-backwards"]
    for name in ("curl", "python"):
        text = str(finding.details[name])
        assert text.startswith("# one of several requests"), text
        assert "GET" in text
    assert "# one of several" not in str(finding.details["pytest"])


@pytest.fixture
def independent(tmp_path: Path) -> Iterator[Any]:
    """Start the independent server with faults; give what a check of it finds."""
    running: list[Any] = []

    def check(*faults: str, times: int = 1) -> set[str]:
        running.append(plural_server.serve(0, faults))
        return set().union(*(found() for _ in range(times)))

    def found() -> set[str]:
        bed = tmp_path / "bed.json"
        bed.write_text(json.dumps(plural_bed.testbed()))
        spec = gateway().spec
        with HttpTarget(running[-1].url, LiveGuard.of([one.url for one in spec.servers])) as target:
            subject = Subject(spec, load_testbed(bed), {}, time.time(), 0)
            result = Runner(subject=subject, target=target, settings=Settings(only=OFFERED)).run()
        return {one.rule for one in result.findings}

    yield check
    for one in running:
        one.close()


def test_nothing_is_found_on_an_independent_server_nor_when_it_is_checked_again(independent: Any) -> None:
    assert independent(times=2) == set()


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("capture-while-pending", "life-cycle-operation-not-allowed"),
        ("over-refund", "limit-not-cumulative"),
        ("authorized-without-preauth", "life-cycle-illegal-step"),
        ("status-goes-backwards", "life-cycle-status-backwards"),
    ],
)
def test_a_fault_of_the_independent_server_is_found_and_named(
    independent: Any, fault: str, rule: str
) -> None:
    assert rule in independent(fault)
