"""A planted defect does what it says, and only that."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.gateways.paykun.asking import FAILED, NOW_S, REFUNDABLE, SAMPLE, Client, client, gateway

from payproof.errors import UsageError
from payproof.model import Message
from payproof.signing import scheme_for, verify
from payproof.signing.recipe import Recipe
from payproof.simulator import planted
from payproof.simulator.protocol import Outcome


def ask(one: Client, message: Message) -> Message:
    outcome: Outcome = one.simulator.handle(message, NOW_S)
    assert isinstance(outcome, Message)
    return outcome


def tampered(one: Client) -> Message:
    message = one.refunding(REFUNDABLE, "1.00", "ok")
    return replace(message, body=message.body.replace(b'"ok"', b'"oh"'))


def response_holds(one: Client, reply: Message) -> bool:
    spec = one.simulator.spec
    recipe = scheme_for(spec, spec.operations["getTransaction"], "response", {})
    assert isinstance(recipe, Recipe)
    return verify(recipe, reply, one.merchant.keys).ok


def test_an_unknown_defect_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError) as caught:
        client(defects=["over-refunds"])
    assert "over-refund" in caught.value.hint


def test_ignored_signatures_let_a_tampered_refund_through() -> None:
    assert ask(client(), tampered(client())).status == 400
    assert ask(client(defects=["signatures-ignored"]), tampered(client())).status == 200


def test_uncovered_remarks_pass_and_an_uncovered_amount_does_not() -> None:
    one = client(defects=["remarks-not-covered"])
    assert ask(one, tampered(one)).status == 200
    message = one.refunding(REFUNDABLE, "1.00", "ok")
    assert ask(one, replace(message, body=message.body.replace(b"1.00", b"2.00"))).status == 400


def test_a_stale_signature_does_not_fit_the_reply() -> None:
    assert response_holds(client(), client().transaction(SAMPLE))
    one = client(defects=["stale-response-signature"])
    assert not response_holds(one, one.transaction(SAMPLE))


def test_an_amount_can_be_a_text() -> None:
    one = client(defects=["amount-as-string"])
    assert b'"gross_amount":"11"' in one.transaction(SAMPLE).body


def test_orders_can_be_open_to_anybody() -> None:
    one = client(defects=["no-auth-on-orders"], switches={"orders-signature": "optional"})
    query = Message("GET", "/v1/merchant/orders/0000000030?page_number=1")
    assert ask(one, query).status == 200
    assert ask(one, Message("GET", f"/v1/merchant/transaction/{SAMPLE}")).status == 401


def test_a_refund_can_exceed_the_amount() -> None:
    assert client(defects=["over-refund"]).refund(REFUNDABLE, "10000.01").status == 200
    in_parts = client(defects=["over-refund-in-parts"])
    assert [in_parts.refund(REFUNDABLE, amount).status for amount in ("10000", "10000", "10000.01")] == [
        200,
        200,
        400,
    ]


def test_letters_outside_ascii_can_answer_500() -> None:
    one = client(defects=["error-500-on-unicode"])
    assert [ask(one, one.refunding(REFUNDABLE, "1.00", text)).status for text in ("ok", "धन्यवाद")] == [
        200,
        500,
    ]


@pytest.mark.parametrize("name", [row.name for row in gateway().defects()])
def test_each_hand_written_defect_changes_some_answer(name: str) -> None:
    assert answers(client(defects=[name])) != answers(client())


def answers(one: Client) -> list[tuple[int, bytes, Any]]:
    messages = [
        Message("GET", f"/v1/merchant/transaction/{SAMPLE}", one.headers),
        Message("GET", "/v1/merchant/transaction/70001-00000-00000-00001", one.headers),
        Message("GET", f"/v1/merchant/transaction/{SAMPLE}"),
        Message("GET", "/v1/merchant/orders/0000000030?page_number=1"),
        one.refunding(REFUNDABLE, "1.00", "धन्यवाद"),
        one.refunding(REFUNDABLE, "10000.00"),
        one.refunding(REFUNDABLE, "20000.00"),
        one.refunding(REFUNDABLE, "0"),
        one.refunding(FAILED, "1.00"),
        tampered(one),
        one.posting(f"/merchant/transaction/{REFUNDABLE}/refund", {"refund_amount": "1.00", "remarks": "x"}),
        replace(one.refunding(REFUNDABLE, "1.00"), body=b"{"),
    ]
    for query in (
        "page_number=2&limit=5",
        "page_number=1&limit=500",
        "page_number=1&status=Failed",
        "page_number=1&start_date=2026-10-10",
        "page_number=1&customer_email=ravi@buyer.example",
        "limit=5",
    ):
        target = f"/v1/merchant/orders/0000000030?{query}"
        messages.append(one.signed("listOrderTransactions", Message("GET", target, one.headers)))
    replies = [ask(one, message) for message in messages]
    replies += [one.link(**changes) for changes in LINKS]
    one.simulator.advance(5 * 3600)
    replies += [delivery.message for delivery in one.simulator.due(NOW_S)]
    return [(reply.status, reply.body, reply.header("content-type")) for reply in replies]


LINKS: list[dict[str, Any]] = [
    {},
    {"expiry_date": "15-07-2020 18:30:00"},
    {"customer_email": ""},
    {"amount": 0},
    {"for_single_customer": False, "notify_by_sms": True},
]


def test_the_spec_gives_a_defect_for_every_constraint_and_names_are_unique() -> None:
    names = [row.name for row in planted.every(gateway().spec)]
    assert len(names) == len(set(names))
    assert len(names) > 200
    assert {
        "replies/getTransaction/200/data/transaction/order/gross_amount/a-text",
        "replies/getTransaction/200/data/transaction/signature/missing",
        "replies/listOrderTransactions/200/data/orders/*/status/missing",
        "replies/getTransaction/400/status/500",
        "accepts/listOrderTransactions/query/page_number/required",
        "accepts/createPaymentLink/receipt_no/required",
    } <= set(names)


def test_a_missing_field_of_a_reply_is_missing_and_the_rest_is_signed() -> None:
    one = client(defects=["replies/getTransaction/200/data/transaction/payment_mode/missing"])
    reply = one.transaction(SAMPLE)
    assert "payment_mode" not in json.loads(reply.body)["data"]["transaction"]
    assert response_holds(one, reply)


def test_a_missing_signature_is_missing() -> None:
    one = client(defects=["replies/getTransaction/200/data/transaction/signature/missing"])
    assert "signature" not in json.loads(one.transaction(SAMPLE).body)["data"]["transaction"]


def test_an_unenforced_duty_is_not_enforced_and_its_neighbour_is() -> None:
    one = client(defects=["accepts/createPaymentLink/receipt_no/required"])
    assert one.link(receipt_no=...).status == 200
    assert one.link(note=...).status == 400
