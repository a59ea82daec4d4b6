"""An order speaks of what was asked for: its currency, its payments, the default of what was left out."""

from __future__ import annotations

import json
from typing import Any

from tests.gateways.plural.asking import gateway

from payproof.checks import Context
from payproof.checks.agreement import answer_agrees
from payproof.model import Interaction, Message

JSON = (("Content-Type", "application/json"),)
INR = {"value": 1100, "currency": "INR"}


def found(operation: str, asked: Any, *earlier: Any, **shown: Any) -> set[str]:
    """Give the pointers of the findings about an order's reply to a request with that body."""
    context = Context(gateway().spec, {}, {}, {})
    order = {
        "order_id": "o-1",
        "merchant_order_reference": "r-1",
        "type": "CHARGE",
        "status": "CREATED",
        "order_amount": INR,
        **shown,
    }
    answer = Message(headers=JSON, body=json.dumps({"data": order}).encode(), status=200)
    path = gateway().spec.operations[operation].path.replace("{order_id}", "o-1")
    method = gateway().spec.operations[operation].method
    made = [
        Interaction(
            Message(method, path, JSON, json.dumps(body).encode() if body is not None else b""),
            answer,
            operation,
        )
        for body in (*earlier, asked)
    ]
    for one in made[:-1]:
        context.remember(one)
    return {finding.location.pointer for finding in answer_agrees(context, made[-1])}


def order(**more: Any) -> dict[str, Any]:
    return {"merchant_order_reference": "r-1", "order_amount": INR, **more}


def test_an_amount_comes_back_in_the_currency_that_was_asked_for() -> None:
    dollars = {"value": 1100, "currency": "USD"}
    assert found("createOrder", order()) == set()
    assert found("createOrder", order(), order_amount=dollars) == {"/data/order_amount/currency"}


def test_a_member_left_out_counts_as_its_documented_default() -> None:
    assert found("createOrder", order(), pre_auth=False) == set()
    assert found("createOrder", order(), pre_auth=True) == {"/data/pre_auth"}
    assert found("createOrder", order(pre_auth=True), pre_auth=True) == set()


def test_a_request_that_cannot_name_the_member_says_nothing_of_it() -> None:
    assert found("getOrder", None, pre_auth=True) == set()
    assert found("captureOrder", {"merchant_capture_reference": "c"}, pre_auth=True) == set()


def test_what_repeats_an_order_may_show_what_that_one_asked_for() -> None:
    assert found("createOrder", order(), order(pre_auth=True), pre_auth=True) == set()


def pays(*references: str) -> dict[str, Any]:
    return {"payments": [{"merchant_payment_reference": one} for one in references]}


def test_each_payment_that_was_asked_for_is_shown_among_those_that_came_before() -> None:
    assert found("createPayment", pays("p-2"), **pays("p-1", "p-2")) == set()
    assert found("createPayment", pays("p-1", "p-2"), **pays("p-2", "p-1")) == set()
    there = {"/data/payments/*/merchant_payment_reference"}
    assert found("createPayment", pays("p-2"), **pays("p-1")) == there
    assert found("createPayment", pays("p-1", "p-2"), **pays("p-1", "p-1")) == there
    assert found("createPayment", pays("p-1"), payments=[]) == set()
    assert found("getOrder", None, **pays("p-1")) == set()
