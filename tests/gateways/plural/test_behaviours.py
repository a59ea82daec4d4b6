"""Plural's sandbox keeps what the documents promise, and each contradiction is a switch."""

from __future__ import annotations

from typing import Any

import pytest
from tests.gateways.plural.asking import NOW_S, SECOND, Client, client, code, gateway, paisa

from payproof.errors import UsageError
from payproof.simulator.engine import Simulator

NOT_ALLOWED = (422, "OPERATION_NOT_ALLOWED")


def test_without_pre_auth_an_order_is_paid_and_refunded_in_parts() -> None:
    one = client()
    order = one.order()
    assert one.pay(order)[1]["data"]["status"] == "PENDING"
    assert one.read(order)["status"] == "PROCESSED"
    refund = one.refund(order, 400)[1]["data"]
    assert (refund["type"], refund["status"], refund["parent_order_id"]) == ("REFUND", "PROCESSED", order)
    assert one.read(order)["status"] == "PARTIALLY_REFUNDED"
    assert one.refund(order)[1]["data"]["order_amount"] == paisa(700)
    assert one.read(order)["status"] == "FULLY_REFUNDED"
    assert one.read(refund["order_id"])["status"] == "PROCESSED"


def test_with_pre_auth_a_part_is_captured_once_and_the_rest_goes_back() -> None:
    one = client()
    order = one.paid(pre_auth=True)
    assert one.read(order)["status"] == "AUTHORIZED"
    assert code(one.capture(order, 1101)) == NOT_ALLOWED
    assert one.capture(order, 400)[1]["data"]["status"] == "PROCESSED"
    assert code(one.capture(order, 100)) == NOT_ALLOWED
    assert code(one.refund(order, 401)) == NOT_ALLOWED
    assert one.refund(order, 400)[0] == 200


@pytest.mark.parametrize("state", ["CREATED", "PENDING", "PROCESSED", "CANCELLED"])
def test_capture_cancel_and_refund_are_refused_wherever_the_table_has_no_row(state: str) -> None:
    one = client()
    order = one.order(pre_auth=state == "CANCELLED")
    if state != "CREATED":
        one.pay(order)
    if state in ("PROCESSED", "CANCELLED"):
        one.read(order)
    if state == "CANCELLED":
        one.cancel(order)
    assert one.capture(order)[0] == 422
    assert one.cancel(order)[0] == 422
    assert (one.refund(order)[0] == 200) is (state == "PROCESSED")


def test_a_token_ends_after_an_hour_of_the_sandbox_clock() -> None:
    one = client()
    order = one.order()
    one.simulator.advance(3599)
    assert one.send("GET", f"/api/pay/v1/orders/{order}")[0] == 200
    one.simulator.advance(1)
    assert code(one.send("GET", f"/api/pay/v1/orders/{order}")) == (401, "UNAUTHORIZED")
    forever = client(["token-never-expires"])
    forever.simulator.advance(10_000)
    assert forever.create()[0] == 201


@pytest.mark.parametrize(
    ("setting", "names"),
    [("expires_at", {"expires_at"}), ("expires_in", {"expires_in"}), ("both", {"expires_at", "expires_in"})],
)
def test_a_switch_says_how_a_token_tells_its_end(setting: str, names: set[str]) -> None:
    one = client(token_expiry=setting)
    assert set(one.sign_in()[1]) - {"access_token"} == names


def test_merchants_are_kept_apart() -> None:
    one, other = client(), client()
    order = one.order()
    other.simulator = one.simulator
    other.sign_in(SECOND)
    assert code(other.send("GET", f"/api/pay/v1/orders/{order}")) == (404, "ORDER_NOT_FOUND")
    assert code(other.capture(order)) == (404, "ORDER_NOT_FOUND")


def test_a_repeated_reference_is_refused_or_answered_as_before() -> None:
    body = {"merchant_order_reference": "once", "order_amount": paisa(500)}
    one = client()
    one.send("POST", "/api/pay/v1/orders", body)
    assert code(one.send("POST", "/api/pay/v1/orders", body)) == (422, "DUPLICATE_REQUEST")
    two = client(duplicate_reference="replay")
    first = two.send("POST", "/api/pay/v1/orders", body)[1]["data"]["order_id"]
    assert two.send("POST", "/api/pay/v1/orders", body)[1]["data"]["order_id"] == first


def test_magic_amounts_bring_about_every_outcome() -> None:
    one = client()
    assert one.read(one.paid(131_313))["status"] == "FAILED"
    assert one.read(one.paid(131_313))["payments"][0]["error_detail"]["code"] == "PAYMENT_DECLINED"
    assert one.read(one.paid(121_212))["status"] == "PENDING"
    assert one.read(one.paid(141_414))["status"] == "PENDING"
    held = one.paid(151_515, pre_auth=True)
    assert code(one.capture(held)) == (422, "PAYMENT_DECLINED")
    assert one.read(held)["status"] == "FAILED"
    assert one.refund(one.paid(161_616), 161_616)[1]["data"]["status"] == "PENDING"


@pytest.mark.parametrize(
    ("switch", "setting", "amount", "status"),
    [
        ("failed-attempt-status", "attempted", 141_414, "ATTEMPTED"),
        ("checkout-cancel", "cancelled", 171_717, "CANCELLED"),
        ("checkout-cancel", "stays-pending", 171_717, "PENDING"),
    ],
)
def test_contradictions_about_statuses_are_switches(
    switch: str, setting: str, amount: int, status: str
) -> None:
    one = client(**{switch.replace("-", "_"): setting})
    assert one.read(one.paid(amount))["status"] == status


def test_a_partial_capture_has_the_status_that_the_switch_says() -> None:
    one = client(partial_capture_status="partially-captured")
    order = one.paid(pre_auth=True)
    assert one.capture(order, 400)[1]["data"]["status"] == "PARTIALLY_CAPTURED"
    assert one.refund(order, 400)[0] == 200
    assert one.read(order)["status"] == "FULLY_REFUNDED"


def test_planned_edges_exist_only_when_asked_for() -> None:
    for setting, status in (("current", 422), ("planned", 200)):
        one = client(lifecycle=setting)
        assert one.cancel(one.order())[0] == status


def test_a_qr_payment_shows_a_picture_and_the_other_name_of_upi() -> None:
    one = client()
    asked = {"payment_option": {"upi_details": {"txn_mode": "INTENT", "upi_qr": True}}}
    shown = one.pay(one.order(), method="UPI", **asked)[1]["data"]
    assert shown["image_url"].startswith("https://")
    assert shown["challenge_url"].startswith("upi://pay?")
    assert list(shown["payments"][0]["payment_option"]) == ["upi_data"]
    plain = {"payment_option": {"upi_details": {"txn_mode": "INTENT"}}}
    other = one.pay(one.order(), method="UPI", **plain)[1]["data"]
    assert "image_url" not in other
    assert list(other["payments"][0]["payment_option"]) == ["upi_details"]


def test_the_code_for_a_method_that_pre_authorisation_does_not_know_is_marked_invented() -> None:
    one = client()
    answer = one.pay(one.order(pre_auth=True), method="NETBANKING")
    assert code(answer) == (422, "PAYMENT_METHOD_NOT_ENABLED")
    assert one.invented


@pytest.mark.parametrize(
    ("setting", "answer"),
    [("operation-not-allowed", NOT_ALLOWED), ("order-not-found", (404, "ORDER_NOT_FOUND"))],
)
def test_a_refund_of_an_unpaid_order_is_refused_as_the_switch_says(
    setting: str, answer: tuple[int, str]
) -> None:
    one = client(unpaid_refund=setting)
    assert code(one.refund(one.order(), 300)) == answer
    assert one.invented
    assert code(one.refund(one.paid(pre_auth=True), 300)) == answer
    assert one.refund(one.paid(), 300)[0] == 200


def test_a_refund_is_no_smaller_than_a_rupee() -> None:
    one = client()
    order = one.paid()
    assert code(one.refund(order, 99)) == (400, "INVALID_REQUEST")
    assert one.refund(order, 100)[0] == 200


def test_the_characters_of_a_reference_are_listed_for_orders_and_not_for_refunds() -> None:
    one = client()
    body = {"merchant_order_reference": "a.b", "order_amount": paisa(1100)}
    assert one.send("POST", "/api/pay/v1/orders", body)[0] == 400
    assert one.send("POST", f"/api/pay/v1/refunds/{one.paid()}", body)[0] == 200


def test_a_pending_refund_settles_when_it_is_read() -> None:
    one = client(refund_mode="pending")
    order = one.paid()
    refund = one.refund(order, 300)[1]["data"]
    assert refund["status"] == "CREATED"
    assert [one.read(refund["order_id"])["status"] for _ in range(2)] == ["PENDING", "PROCESSED"]
    assert one.read(order)["status"] == "PARTIALLY_REFUNDED"


@pytest.mark.parametrize(("setting", "answer"), [("refused", 400), ("alias", 300), ("ignored", 1100)])
def test_a_refund_amount_does_what_the_switch_says(setting: str, answer: int) -> None:
    one = client(refund_amount_alias=setting)
    status, body = one.refund(one.paid(), refund_amount=paisa(300))
    assert (status if status != 200 else body["data"]["order_amount"]["value"]) == answer


def test_an_idempotency_key_replays_only_where_the_switch_says_so() -> None:
    for setting, same in (("replay", True), ("ignored", False)):
        one = client(idempotency_key=setting)
        one.headers["Idempotency-Key"] = "key-1"
        assert (one.create()[1] == one.create()[1]) is same


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("at-once", "PROCESSED"),
        ({"after-reads": 3}, "PENDING"),
        ({"after-seconds": 60}, "PENDING"),
        ("never", "PENDING"),
    ],
)
def test_a_payment_settles_when_the_test_bed_says(how: Any, status: str) -> None:
    from dataclasses import replace

    bed = gateway().testbed
    state = {**bed.state, "settlement": {**bed.state["settlement"], "payments": how}}
    one = Client(gateway().simulator(testbed=replace(bed, state=state)))
    one.sign_in()
    order = one.order()
    one.pay(order)
    assert one.read(order)["status"] == status
    one.read(order)
    assert (one.read(order)["status"] == "PROCESSED") is (how in ("at-once", {"after-reads": 3}))
    one.simulator.advance(61)
    assert (one.read(order)["status"] == "PROCESSED") is (how != "never")


def test_the_control_api_can_let_the_buyer_pay_and_the_payment_fail() -> None:
    one = client()
    body = {"merchant_order_reference": "hosted", "order_amount": paisa(1100)}
    page = one.send("POST", "/api/checkout/v1/orders", body)[1]
    simulator: Simulator = one.simulator
    simulator.settle("buyer-pays", {"order_id": page["order_id"]})
    assert one.read(page["order_id"])["status"] == "PROCESSED"
    order = one.order()
    with pytest.raises(UsageError, match="not allowed in CREATED"):
        simulator.settle("payment-fails", {"order_id": order})
    one.pay(order)
    simulator.settle("payment-fails", {"order_id": order})
    assert one.read(order)["status"] == "FAILED"


def test_no_reply_shows_a_key_or_a_card() -> None:
    one = client()
    order = one.order(pre_auth=True)
    card = {"card_details": {"card_number": "0000111122223333", "cvv": "987"}}
    shown = str([one.pay(order, payment_option=card), one.read(order), one.capture(order)])
    secrets = [
        text for keys in gateway().testbed.merchants.values() for text in keys.values() if len(text) > 9
    ]
    assert not [secret for secret in [*secrets, "0000111122223333", "987"] if secret in shown]


def test_the_same_seed_gives_the_same_ids() -> None:
    def run(seed: int) -> str:
        one = Client(gateway().simulator(seed=seed), NOW_S)
        one.sign_in()
        return one.order()

    assert run(1) == run(1) != run(2)


@pytest.mark.parametrize(("asked", "shown"), [("REDIRECT", "REDIRECT"), ("IFRAME", None), (None, "REDIRECT")])
def test_a_page_mode_that_replies_are_not_known_to_show_is_not_shown(
    asked: str | None, shown: str | None
) -> None:
    one = client()
    body = {"merchant_order_reference": "order-mode", "order_amount": paisa(1100)}
    body |= {"integration_mode": asked} if asked else {}
    order = one.send("POST", "/api/checkout/v1/orders", body)[1]["order_id"]
    assert one.read(order).get("integration_mode") == shown
