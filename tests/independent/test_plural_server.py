"""The independent Plural held to the reference's life cycle and limits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import plural_bed, plural_server
from .asking import ask
from .plural_bed import MAIN, SECOND
from .plural_client import (
    CARD,
    DUPLICATE,
    INVALID,
    NOT_ALLOWED,
    NOT_FOUND,
    UNAUTHORIZED,
    Client,
    Clock,
    code,
    credentials,
    paisa,
    status,
)


@pytest.fixture
def main(start_plural: Callable[..., Client]) -> Client:
    """Give the main merchant's client on a faultless server."""
    return start_plural()


# Tokens


def test_a_token_request_is_judged(main: Client) -> None:
    good, url = credentials(MAIN), main.url + "/api/auth/v1/token"
    answer = ask(url, "POST", good)
    assert set(answer[1]) == {"access_token", "expires_at"}
    assert answer[1]["expires_at"] == "2027-01-15T09:00:00.000Z"
    assert code(ask(url, "POST", {**good, "client_secret": SECOND.client_secret})) == UNAUTHORIZED
    bad: list[object] = [{**good, "grant_type": "password"}, {**good, "client_id": 1}, {"client_id": "x"}, []]
    for wrong in bad:
        assert code(ask(url, "POST", wrong)) == (422, "INVALID_REQUEST")
    assert code(ask(url)) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic nonsense", "Bearer \xff"])
def test_a_bad_token_is_unauthorized(main: Client, header: str) -> None:
    for path, method in (
        ("/orders", "POST"),
        ("/orders/1", "GET"),
        ("/orders/reference/1", "GET"),
        ("/orders/1/payments", "POST"),
        ("/orders/1/capture", "PUT"),
        ("/orders/1/cancel", "PUT"),
        ("/refunds/1", "POST"),
    ):
        assert code(main.send(path, method, Authorization=header)) == UNAUTHORIZED


def test_a_token_expires(start_plural: Callable[..., Client]) -> None:
    clock = Clock()
    client = start_plural(now=clock, token_lifetime_s=60)
    clock.now_s += 59.9
    assert client.create()[0] == 201
    clock.now_s += 0.1
    assert code(client.create()) == UNAUTHORIZED


# The life cycle


def test_an_order_is_made_and_read_by_both_names(main: Client) -> None:
    made = main.create(merchant_order_reference=112345, notes="two copies", is_mcc_transaction="true")
    data = made[1]["data"]
    assert made[0] == 201
    assert (data["type"], data["status"], data["pre_auth"], data["payments"]) == (
        "CHARGE",
        "CREATED",
        False,
        [],
    )
    assert (data["merchant_order_reference"], data["merchant_id"]) == ("112345", MAIN.merchant_id)
    assert (data["order_amount"], data["is_mcc_transaction"]) == (paisa(1100), True)
    assert main.send(f"/orders/{data['order_id']}") == (200, {"data": data})
    assert main.send("/orders/reference/112345") == (200, {"data": data})


def test_without_pre_auth_the_first_read_shows_processed(main: Client) -> None:
    order_id = main.pending()
    read = main.send(f"/orders/{order_id}")
    assert status(read) == "PROCESSED"
    assert [one["status"] for one in read[1]["data"]["payments"]] == ["PROCESSED"]
    assert status(main.send(f"/orders/{order_id}")) == "PROCESSED"
    assert code(main.capture(order_id)) == NOT_ALLOWED
    assert code(main.cancel(order_id)) == NOT_ALLOWED


def test_with_pre_auth_an_order_is_captured(main: Client) -> None:
    order_id = main.pending(pre_auth=True)
    assert code(main.capture(order_id)) == NOT_ALLOWED
    assert code(main.cancel(order_id)) == NOT_ALLOWED
    assert status(main.send(f"/orders/{order_id}")) == "AUTHORIZED"
    assert code(main.refund(order_id, 100)) == NOT_ALLOWED
    assert code(main.capture(order_id, capture_amount=paisa(1101))) == NOT_ALLOWED
    captured = main.capture(order_id, capture_amount=paisa(700))
    assert status(captured) == "PROCESSED"
    assert captured[1]["data"]["payments"][0]["capture_data"][0]["capture_amount"] == paisa(700)
    assert code(main.capture(order_id)) == NOT_ALLOWED
    assert code(main.refund(order_id, 701)) == NOT_ALLOWED
    assert status(main.refund(order_id, 700)) == "PROCESSED"


def test_with_pre_auth_an_order_is_cancelled(main: Client) -> None:
    order_id = main.settled(pre_auth=True)
    cancelled = main.cancel(order_id)
    assert status(cancelled) == "CANCELLED"
    assert cancelled[1]["data"]["payments"][0]["status"] == "CANCELLED"
    for late in (
        main.cancel(order_id),
        main.capture(order_id),
        main.pay(order_id),
        main.refund(order_id, 100),
    ):
        assert code(late) == NOT_ALLOWED


def test_a_declined_payment_fails_the_order(main: Client) -> None:
    read = main.send(f"/orders/{main.pending(plural_bed.DECLINED_PAISA)}")
    assert status(read) == "FAILED"
    assert read[1]["data"]["payments"][0]["error_detail"]["code"] == "PAYMENT_DECLINED"


def test_refunds_add_up_and_are_orders_of_their_own(main: Client) -> None:
    order_id = main.settled(1000)
    refund = main.refund(order_id, 400)[1]["data"]
    assert (refund["type"], refund["status"], refund["parent_order_id"]) == ("REFUND", "PROCESSED", order_id)
    assert main.send(f"/orders/{refund['order_id']}")[1]["data"] == refund
    assert status(main.send(f"/orders/{order_id}")) == "PARTIALLY_REFUNDED"
    assert code(main.refund(order_id, 601)) == NOT_ALLOWED
    body = {"merchant_order_reference": main.reference()}
    rest = main.send(f"/refunds/{order_id}", "POST", body)
    assert rest[1]["data"]["order_amount"] == paisa(600)
    assert status(main.send(f"/orders/{order_id}")) == "FULLY_REFUNDED"
    assert code(main.refund(order_id, 100)) == NOT_ALLOWED
    assert code(main.refund(refund["order_id"], 100)) == NOT_ALLOWED


def test_a_repeated_reference_is_a_duplicate(main: Client) -> None:
    body = {"merchant_order_reference": "once", "order_amount": paisa(500)}
    assert status(main.send("/orders", "POST", body)) == "CREATED"
    assert code(main.send("/orders", "POST", body)) == DUPLICATE
    order_id = main.settled()
    assert code(main.refund(order_id, 100, merchant_order_reference="once")) == DUPLICATE
    other = main.create()[1]["data"]["order_id"]
    assert status(main.pay(order_id=other, merchant_payment_reference="once")) == "PENDING"
    another = main.create()[1]["data"]["order_id"]
    assert code(main.pay(another, merchant_payment_reference="once")) == DUPLICATE


def test_merchants_are_kept_apart(main: Client) -> None:
    roles = plural_server.testbed()["roles"]
    for role in ("unknown-order", "second-merchant-order"):
        order_id, reference = roles[role]["order_id"], roles[role]["merchant_order_reference"]
        for answer in (
            main.send(f"/orders/{order_id}"),
            main.send(f"/orders/reference/{reference}"),
            main.pay(order_id),
            main.capture(order_id),
            main.cancel(order_id),
            main.refund(order_id, 100),
        ):
            assert code(answer) == NOT_FOUND
    assert status(main.create(merchant_order_reference=plural_bed.SECONDS_REFERENCE)) == "CREATED"


# Limits


@pytest.mark.parametrize(
    "change",
    [
        {"merchant_order_reference": ""},
        {"merchant_order_reference": "x" * 51},
        {"merchant_order_reference": "a b"},
        {"merchant_order_reference": True},
        {"order_amount": 1100},
        {"order_amount": paisa(99)},
        {"order_amount": paisa(100_000_001)},
        {"order_amount": {"value": "1100", "currency": "INR"}},
        {"order_amount": {"value": 1100, "currency": "USD"}},
        {"pre_auth": "true"},
        {"allowed_payment_methods": ["CASH"]},
        {"allowed_payment_methods": [[]]},
        {"notes": 1},
        {"is_mcc_transaction": True},
        {"purchase_details": []},
        {"purchase_details": {"customer": {"mobile_number": "123"}}},
        {"purchase_details": {"customer": {"billing_address": {"pincode": "12345"}}}},
        {"purchase_details": {"merchant_metadata": {str(n): "" for n in range(11)}}},
    ],
)
def test_a_bad_order_is_refused(main: Client, change: dict[str, Any]) -> None:
    assert code(main.create(**change)) == INVALID


@pytest.mark.parametrize(
    "change",
    [
        {"payment_amount": paisa(1000)},
        {"payment_method": "CASH"},
        {"payment_method": None},
        {"merchant_payment_reference": ""},
        {"payment_option": {"card_details": {}}},
        {"payment_option": {"card_details": {**CARD, "card_number": "1" * 11}}},
        {"payment_option": {"card_details": {**CARD, "expiry_month": "13"}}},
        {"payment_option": {"card_token_details": {"token": "t"}}},
        {"payment_option": []},
    ],
)
def test_a_bad_payment_is_refused(main: Client, change: dict[str, Any]) -> None:
    order_id = main.create()[1]["data"]["order_id"]
    assert code(main.pay(order_id, **change)) == INVALID
    assert status(main.send(f"/orders/{order_id}")) == "CREATED"


def test_a_method_which_the_order_does_not_allow_is_refused(main: Client) -> None:
    for order in (main.create(allowed_payment_methods=["CARD"]), main.create(pre_auth=True)):
        answer = main.pay(order[1]["data"]["order_id"], method="UPI", payment_option={})
        assert code(answer) == (422, "PAYMENT_METHOD_NOT_ENABLED")


def test_bad_captures_and_refunds_are_refused(main: Client) -> None:
    held, taken = main.settled(pre_auth=True), main.settled()
    assert code(main.capture(held, merchant_capture_reference="")) == INVALID
    assert code(main.capture(held, capture_amount=paisa(99))) == INVALID
    assert code(main.refund(taken, 99)) == INVALID
    alias = {"merchant_order_reference": main.reference(), "refund_amount": paisa(100)}
    assert code(main.send(f"/refunds/{taken}", "POST", alias)) == INVALID


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", b'{"a":"\\u0000"}', b'{"a":' + b"[" * 99_999, b"9" * 300_000, b'{"a":NaN}'],
)
def test_garbage_is_an_invalid_request(main: Client, body: bytes) -> None:
    order_id = main.create()[1]["data"]["order_id"]
    for path, method in (
        ("/orders", "POST"),
        (f"/orders/{order_id}/payments", "POST"),
        (f"/orders/{order_id}/capture", "PUT"),
        (f"/refunds/{order_id}", "POST"),
    ):
        assert code(main.send(path, method, body, Content_Type="application/json")) == INVALID
        assert code(main.send(path, method, b"{}", Content_Type="text/plain")) == INVALID


def test_unknown_paths_and_methods_are_refused(main: Client) -> None:
    assert main.send("/nowhere")[0] == 404
    assert main.send("/orders")[0] == 405
    assert main.send("/orders/x/capture", "POST")[0] == 405
    assert code(main.send("/orders/%ff")) == INVALID


def test_no_reply_shows_a_secret(main: Client) -> None:
    order_id = main.create(pre_auth=True)[1]["data"]["order_id"]
    replies = [
        main.pay(order_id),
        main.send(f"/orders/{order_id}"),
        main.capture(order_id),
        main.refund(order_id, 100),
    ]
    shown = json.dumps(replies)
    secrets = [
        key for one in (MAIN, SECOND) for key in (one.client_secret, one.webhook_secret, one.callback_secret)
    ]
    assert not [secret for secret in (*secrets, main.token, CARD["card_number"]) if secret in shown]


# The command line


def test_the_script_prints_its_url_and_writes_its_test_bed(tmp_path: Path) -> None:
    script, bed = Path(plural_server.__file__), tmp_path / "testbed.json"
    subprocess.run([sys.executable, script, "--write-testbed", bed], check=True, timeout=30)
    assert json.loads(bed.read_text()) == plural_server.testbed()
    command: list[str | Path] = [
        sys.executable,
        script,
        "--port",
        "0",
        "--fault",
        "over-refund",
        "no-auth-on-get",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert ask(url + "/api/pay/v1/orders/x")[0] == 404
        process.terminate()
