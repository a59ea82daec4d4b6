"""The whole run: honest gateways pass, each planted fault is named, bad servers end it in bounded time."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tests.independent import paykun_server

from payproof import gateway
from payproof.adapters.http_client import HttpTarget
from payproof.adapters.live_guard import LiveGuard
from payproof.conformance.subject import Subject
from payproof.errors import NothingCheckedError, UsageError
from payproof.gateway import Gateway
from payproof.model import Message, Severity
from payproof.report.result import Result
from payproof.run.check import Runner
from payproof.run.settings import Budget, Complain, Send, Settings
from payproof.run.target import Reply, SandboxTarget
from payproof.spec.testbed import load_testbed

#: 20 November 2026, 12:00 UTC.
NOW_S = 1_795_176_000.0
OPEN = LiveGuard(frozenset())


@cache
def paykun() -> Gateway:
    """The built-in PayKun; its spec is read once, since it never changes."""
    return gateway.load("paykun")


def sandbox(
    *defects: str, switches: Mapping[str, str] | None = None, seed: int = 0, **settings: Any
) -> Result:
    """Check the built-in sandbox without the generated phases."""
    one = paykun()
    made = one.simulator(switches=switches or {}, defects=defects, seed=seed)
    target = SandboxTarget(made, "/v1", lambda: NOW_S, lambda: 0.0)
    subject = Subject(one.spec, one.testbed, switches or {}, NOW_S, seed)
    return Runner(subject, target, Settings(**settings)).run()


def independent(*faults: str, **server: Any) -> Result:
    """Check the independent PayKun over HTTP, likewise."""
    one = paykun()
    testbed = load_testbed(json.dumps(paykun_server.testbed()).encode())
    with (
        paykun_server.serve(faults=faults, now=lambda: NOW_S, **server) as running,
        HttpTarget(f"{running.url}/v1", OPEN) as target,
    ):
        result = Runner(Subject(one.spec, testbed, {}, NOW_S, 0), target, Settings()).run()
        assert running.crashes == []
    return result


def found(result: Result, severity: Severity = Severity.ERROR) -> set[tuple[str, str]]:
    return {(one.rule, one.location.operation) for one in result.findings if one.severity >= severity}


SIGNED = ("listOrderTransactions", "refundTransaction", "createPaymentLink")


def test_the_sandbox_keeps_its_own_promises() -> None:
    result = sandbox()
    assert result.findings == []
    assert result.reached == {"getTransaction", *SIGNED}
    assert {
        kind: result.tally.total(kind=kind).run > 0 for kind in ("example", "directed", "signature", "auth")
    } == {
        "example": True,
        "directed": True,
        "signature": True,
        "auth": True,
    }


def _settings() -> list[tuple[str, str]]:
    switches = paykun().spec.switches
    return [(name, setting) for name, switch in switches.items() for setting in switch.settings]


@pytest.mark.parametrize(("name", "setting"), _settings())
def test_no_setting_of_any_switch_is_accused(name: str, setting: str) -> None:
    assert sandbox(switches={name: setting}).findings == []


@pytest.mark.parametrize(("name", "setting"), _settings())
def test_no_setting_is_accused_when_nobody_knows_it(name: str, setting: str) -> None:
    one = paykun()
    target = SandboxTarget(one.simulator(switches={name: setting}), "/v1", lambda: NOW_S, lambda: 0.0)
    result = Runner(Subject(one.spec, one.testbed, {}, NOW_S, 0), target, Settings()).run()
    assert result.findings == []
    assert len(result.reached) == 4


@pytest.mark.parametrize("style", ["javascript", "php"])
def test_an_independent_gateway_with_other_open_choices_passes(style: str) -> None:
    result = independent(boolean_text=style)
    assert result.findings == []
    assert len(result.reached) == 4
    assert any("request-scalars=javascript" in note for note in result.learned) is (style == "javascript")


def test_undocumented_fields_are_worth_knowing_and_no_finding() -> None:
    assert "createPaymentLink: answers hold /data/opened, which is not documented" in independent().learned


PLANTED = [
    ("signatures-ignored", {("request-signature-not-checked", one) for one in SIGNED}),
    ("remarks-not-covered", {("request-signature-covers-too-little", "refundTransaction")}),
    ("stale-response-signature", {("response-signature-wrong", "getTransaction")}),
    (
        "amount-as-string",
        {("response-schema", "getTransaction"), ("response-schema", "listOrderTransactions")},
    ),
    ("no-auth-on-orders", {("credentials-not-checked", "listOrderTransactions")}),
    ("over-refund", {("documented-refusal-missing", "refundTransaction")}),
    ("error-500-on-unicode", {("server-error", one) for one in SIGNED}),
]


@pytest.mark.parametrize(("fault", "expected"), PLANTED)
def test_a_fault_of_the_independent_gateway_is_named(fault: str, expected: set[tuple[str, str]]) -> None:
    assert found(independent(fault)) == expected


@pytest.mark.parametrize(("defect", "expected"), PLANTED)
def test_a_defect_of_the_sandbox_is_named(defect: str, expected: set[tuple[str, str]]) -> None:
    assert found(sandbox(defect)) >= expected - {("server-error", "listOrderTransactions")}
    assert {rule for rule, _ in found(sandbox(defect))} == {rule for rule, _ in expected}


def test_the_field_that_is_not_covered_is_the_place() -> None:
    (finding,) = sandbox("remarks-not-covered").findings
    assert finding.location.pointer == "body/remarks"
    assert finding.message == "accepted with status 200, though body/remarks was changed after signing"


def test_refunds_that_exceed_the_amount_in_parts_are_a_warning_since_that_is_inferred() -> None:
    (finding,) = sandbox("over-refund-in-parts").findings
    assert (finding.rule, finding.severity) == ("limit-not-cumulative", Severity.WARNING)
    assert finding.evidence == "inferred"


def test_a_finding_can_be_seen_again_by_the_name_of_its_case() -> None:
    (finding,) = sandbox("remarks-not-covered").findings
    again = sandbox("remarks-not-covered", case=finding.case)
    assert [one.fingerprint for one in again.findings] == [finding.fingerprint]
    assert again.tally.total().run == 1
    assert finding.reproduce.endswith(f"--case {finding.case}")


def test_an_unknown_case_checks_nothing() -> None:
    with pytest.raises(NothingCheckedError, match="no case is named"):
        sandbox(case="refundTransaction/signature/nothing")


def test_only_the_operations_asked_for_are_checked() -> None:
    assert sandbox(only=("getTransaction",)).operations == ["getTransaction"]
    with pytest.raises(UsageError, match="no operation"):
        sandbox(only=("getNothing",))


class Played:
    """A target that answers as a function says."""

    name, origin, provenance = "played", "http://played", "live"

    def __init__(self, answers: Sequence[Reply]) -> None:
        self._answers, self.sent = answers, 0

    def send(self, message: Message, *, write: bool) -> Reply:
        self.sent += 1
        return self._answers[min(self.sent, len(self._answers)) - 1]


def played(*answers: Reply) -> Result:
    one = paykun()
    return Runner(Subject(one.spec, one.testbed, {}, NOW_S, 0), Played(answers), Settings()).run()


REFUSAL = Message(status=400, headers=(("Content-Type", "application/json"),), body=b"{}")


def test_an_operation_that_accepts_nothing_is_a_failure() -> None:
    result = played(Reply(Message(), REFUSAL))
    assert {one for rule, one in found(result) if rule == "operation-not-reached"} == {
        "getTransaction",
        *SIGNED,
    }
    assert result.reached == frozenset()


def test_a_gateway_that_cannot_be_reached_ends_the_run_at_once() -> None:
    one = paykun()
    target = Played([Reply(Message(), None, "refused")])
    with pytest.raises(NothingCheckedError, match="cannot be reached"):
        Runner(Subject(one.spec, one.testbed, {}, NOW_S, 0), target, Settings()).run()
    assert target.sent == 3


def test_a_gateway_that_dies_in_the_middle_is_found() -> None:
    one = paykun()
    sim = SandboxTarget(one.simulator(), "/v1", lambda: NOW_S, lambda: 0.0)

    class Dying(Played):
        def send(self, message: Message, *, write: bool) -> Reply:
            self.sent += 1
            return sim.send(message, write=write) if self.sent < 60 else Reply(message, None, "refused")

    result = Runner(Subject(one.spec, one.testbed, {}, NOW_S, 0), Dying([]), Settings()).run()
    assert ("no-answer", "listOrderTransactions") in found(result)
    assert ("gateway-stopped-answering", "listOrderTransactions") in found(result)
    assert ("operation-not-reached", "createPaymentLink") in found(result)


def test_writes_that_are_not_allowed_are_reported_as_left_out() -> None:
    one = paykun()
    sim = SandboxTarget(one.simulator(), "/v1", lambda: NOW_S, lambda: 0.0)

    class ReadOnly(Played):
        def send(self, message: Message, *, write: bool) -> Reply:
            return Reply(message, None, "not-allowed") if write else sim.send(message, write=write)

    result = Runner(Subject(one.spec, one.testbed, {}, NOW_S, 0), ReadOnly([]), Settings()).run()
    assert found(result) == set()
    assert found(result, Severity.NOTE) == {
        ("operation-not-allowed", "refundTransaction"),
        ("operation-not-allowed", "createPaymentLink"),
    }


def _run(generate: Any) -> Result:
    one = paykun()
    target = SandboxTarget(one.simulator(), "/v1", lambda: NOW_S, lambda: 0.0)
    return Runner(Subject(one.spec, one.testbed, {}, NOW_S, 0), target, Settings(), generate).run()


def test_generated_requests_are_signed_judged_and_counted() -> None:
    def generate(*, send: Send, complain: Complain, budget: Budget, seed: int) -> None:
        headers = (("Content-Type", "application/json"),)
        body = b'{"refund_amount": "1.00", "remarks": "x", "signature": "0"}'
        for _ in range(4):
            send(Message("POST", "/merchant/transaction/made-up/refund", headers, body))
        assert send(Message("GET", "/nowhere")) is None

    result = _run(generate)
    assert result.findings == []
    count = result.tally.of("refundTransaction", "generated")
    assert (count.run, count.accepted) == (4, 3)


def test_an_error_of_the_generator_is_a_failure() -> None:
    def generate(*, send: Send, complain: Complain, budget: Budget, seed: int) -> None:
        complain("the generator", "it broke")

    assert found(_run(generate)) == {("runner-error", "")}


def test_a_gateway_that_hangs_ends_the_run_in_bounded_time() -> None:
    one = paykun()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        start = time.monotonic()
        with HttpTarget(url, OPEN, step_s=0.05) as target, pytest.raises(NothingCheckedError):
            Runner(
                Subject(one.spec, one.testbed, {}, NOW_S, 0), target, Settings(only=("getTransaction",))
            ).run()
        assert time.monotonic() - start < 20


def test_no_key_shows_when_keys_are_not_test_keys() -> None:
    one = paykun()
    testbed = replace(one.testbed, test_keys=False)
    target = SandboxTarget(one.simulator(defects=["signatures-ignored"]), "/v1", lambda: NOW_S, lambda: 0.0)
    result = Runner(Subject(one.spec, testbed, {}, NOW_S, 0), target, Settings()).run()
    shown = repr(result.findings)
    assert result.findings
    for role in ("access_token", "encryption_key"):
        assert testbed.merchants["main"][role] not in shown
