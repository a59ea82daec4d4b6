"""The engine answers anything, repeats from its seed, and carries faults out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gateways.paykun.asking import NOW_S, REFUNDABLE, SAMPLE, Client, client, gateway

from payproof.errors import UsageError
from payproof.model import Message
from payproof.simulator.faults import Fault
from payproof.simulator.protocol import Reset, Stall, Truncate

SHARED = client()


def test_an_unknown_path_and_a_wrong_method_are_refused_and_marked() -> None:
    one = client()
    nowhere = one.send(Message("GET", "/v1/merchant/nothing", one.headers))
    wrong = one.send(Message("DELETE", f"/v1/merchant/transaction/{SAMPLE}", one.headers))
    assert (nowhere.status, wrong.status, wrong.header("allow")) == (404, 405, "GET")
    assert nowhere.header("X-Payproof-Invented")
    assert wrong.header("X-Payproof-Invented")


def test_the_same_requests_give_the_same_bytes() -> None:
    def run(seed: int) -> list[bytes]:
        one = client(seed=seed)
        return [one.refund(REFUNDABLE, "1.00").body, one.link().body, one.transaction(SAMPLE).body]

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_a_kept_reply_is_made_anew_once_the_state_has_changed() -> None:
    one = client()
    before = one.transaction("20005-00000-00000-00001")
    assert one.transaction("20005-00000-00000-00001") == before
    one.simulator.settle("payment-authorised", {"transaction_id": "20005-00000-00000-00001"})
    assert one.transaction("20005-00000-00000-00001") != before


def test_a_reset_brings_back_the_first_state_and_forgets_faults_and_log() -> None:
    one = client()
    one.refund(REFUNDABLE, "10000")
    one.simulator.faults.arm(Fault("reset"))
    one.simulator.reset(9)
    assert one.simulator.snapshot()["faults"] == []
    assert one.simulator.log.shown() == []
    assert one.refund(REFUNDABLE, "10000").status == 200
    assert one.simulator.world.seed == 9


def test_the_clock_only_moves_ahead() -> None:
    one = client()
    one.transaction(SAMPLE)
    assert one.simulator.advance(60) == NOW_S + 60
    assert one.simulator.set_clock(NOW_S + 100) == NOW_S + 100
    one.send(Message("GET", "/", ()), NOW_S - 500)
    assert one.simulator.world.now_s == NOW_S + 100
    with pytest.raises(UsageError):
        one.simulator.set_clock(NOW_S)


@pytest.mark.parametrize(
    ("switches", "said"),
    [({"nonsense": "x"}, "no switch"), ({"unknown-order": "nonsense"}, "no setting")],
)
def test_an_unknown_switch_or_setting_is_refused(switches: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        client(switches=switches)
    with pytest.raises(UsageError, match=said):
        client().simulator.switch(switches)


def test_a_switch_takes_effect_at_once() -> None:
    one = client()
    one.transaction(SAMPLE)
    one.simulator.switch({"unknown-order": "empty-list"})
    assert one.orders("0000999999", page_number=1).status == 200


class TestFaults:
    def ask(self, one: Client) -> Any:
        return one.simulator.handle(Message("GET", f"/v1/merchant/transaction/{SAMPLE}", one.headers), NOW_S)

    def test_a_status_strikes_the_next_calls_of_its_operation_only(self) -> None:
        one = client()
        one.simulator.faults.arm(Fault("status", "getTransaction", times=2, status=502))
        assert one.orders(page_number=1).status == 200
        assert [self.ask(one).status for _ in range(3)] == [502, 502, 200]

    def test_a_lost_answer_leaves_the_refund_done_unless_it_strikes_before(self) -> None:
        for before, left in ((False, 400), (True, 200)):
            one = client()
            one.simulator.faults.arm(Fault("reset", before=before))
            assert one.simulator.handle(one.refunding(REFUNDABLE, "10000"), NOW_S) == Reset()
            assert one.refund(REFUNDABLE, "10000").status == left

    def test_each_kind_has_its_outcome(self) -> None:
        one = client()
        whole = self.ask(one)
        outcomes = []
        for kind in ("stall", "hang", "truncate", "garbage"):
            one.simulator.faults.arm(
                Fault.read({"kind": kind, "seconds": 2, "keep": 5}, one.simulator.spec.operations)
            )
            outcomes.append(self.ask(one))
        stall, hang, cut, garbage = outcomes
        assert stall == Stall(2, whole)
        assert isinstance(hang, Stall)
        assert hang.reply is None
        assert cut == Truncate(whole, 5)
        with pytest.raises(ValueError, match=r"."):
            json.loads(garbage.body)
        assert self.ask(one) == whole

    @pytest.mark.parametrize(
        "given_",
        [
            {},
            {"kind": "nonsense"},
            {"kind": "status", "status": 99},
            {"kind": "status", "times": 0},
            {"kind": "stall", "seconds": -1},
            {"kind": "stall", "seconds": True},
            {"kind": "reset", "operation": "nope"},
            {"kind": "reset", "colour": "red"},
        ],
    )
    def test_a_fault_that_does_not_fit_is_refused(self, given_: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            Fault.read(given_, SHARED.simulator.spec.operations)


def test_a_bug_of_the_sandbox_answers_500_in_the_gateways_envelope_and_is_logged() -> None:
    one = client()

    def broken(call: object) -> Any:
        raise ZeroDivisionError("A11CE000000000000000000000000001")

    one.simulator.behaviours.answer = broken  # type: ignore[method-assign]
    reply = one.simulator.handle(Message("GET", f"/v1/merchant/transaction/{SAMPLE}", one.headers), NOW_S)
    assert isinstance(reply, Message)
    assert (reply.status, reply.header("X-Payproof-Bug")) == (500, "ZeroDivisionError")
    assert json.loads(reply.body)["status"] is False
    (entry,) = one.simulator.log.shown(last=1)
    assert "Traceback" in entry["trace"]
    assert "A11CE" not in json.dumps(entry)


_TEXT = st.text(max_size=30)
_NAMES = st.sampled_from(["refund_amount", "remarks", "signature", "amount", "can_expire", "expiry_date"])
_VALUES = st.one_of(
    _TEXT, st.none(), st.booleans(), st.integers(), st.lists(_TEXT), st.dictionaries(_TEXT, _TEXT)
)
_AWKWARD = (
    b"{",
    b"[" * 50_000,
    b'{"a":' * 5_000,
    b"1e999999999",
    b'{"refund_amount":1e99999}',
    b'{"refund_amount":"\xff"}',
    b"null",
    b"[]",
)
_BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(_AWKWARD),
    st.dictionaries(_NAMES, _VALUES).map(lambda tree: json.dumps(tree).encode()),
)
_TARGETS = st.one_of(
    _TEXT,
    _TEXT.map(lambda text: f"/v1/merchant/transaction/{text}"),
    _TEXT.map(lambda text: f"/v1/merchant/orders/1?{text}"),
    st.sampled_from([f"/v1/merchant/transaction/{REFUNDABLE}/refund", "/v1/merchant/payment/link/create"]),
    st.sampled_from(
        ["http://[", "//", "*", "/%zz", "/v1/merchant/orders/1?page_number=%ff&limit=" + "9" * 5000]
    ),
)
_KINDS = ("application/json", "application/x-www-form-urlencoded", "text/plain;charset=\ud800", "\x00")
_HEADERS = st.lists(
    st.one_of(
        st.tuples(_TEXT, _TEXT),
        st.sampled_from(SHARED.headers),
        st.sampled_from([("Content-Type", kind) for kind in _KINDS]),
    ),
    max_size=6,
)


@settings(max_examples=400, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "", "HEAD", "\ud800"]),
    target=_TARGETS,
    headers=_HEADERS,
    body=_BODIES,
)
def test_any_message_gets_an_answer_without_a_bug(
    method: str, target: str, headers: Any, body: bytes
) -> None:
    message = Message(method, target, (*SHARED.headers, *headers), body)
    reply = SHARED.simulator.handle(message, NOW_S)
    assert isinstance(reply, Message)
    assert reply.header("X-Payproof-Bug") is None, SHARED.simulator.log.shown(last=1)[0].get("trace")
    assert reply.status < 500
    json.loads(reply.body)


def test_the_state_and_the_log_are_json_without_secrets() -> None:
    one = client()
    one.send(Message("GET", "/A11CE000000000000000000000000001\ud800", one.headers))
    one.transaction(SAMPLE)
    told = json.dumps([one.simulator.snapshot(), one.simulator.log.shown()])
    for texts in gateway().testbed.merchants.values():
        assert texts["access_token"] not in told
        assert texts["encryption_key"] not in told
