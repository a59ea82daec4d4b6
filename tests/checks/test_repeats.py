"""An answer that speaks of an earlier request with the same id accuses nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from payproof import gateway
from payproof.checks.agreement import answer_agrees
from payproof.checks.asked import Asked
from payproof.checks.context import Context
from payproof.checks.repeats import MOST, Repeats
from payproof.gateway import Gateway
from payproof.model import Interaction, Message
from payproof.signing import Keys

JSON = (("Content-Type", "application/json"),)


@cache
def plural() -> Gateway:
    return gateway.load("plural")


def context() -> Context:
    one = plural()
    return Context(one.spec, Keys.of(one.testbed.merchants["main"], test=True), {})


def ordered(
    reference: str,
    asked: int,
    answered: int,
    *headers: tuple[str, str],
    status: int = 201,
    operation: str = "createOrder",
) -> Interaction:
    """Give an order for an amount, whose answer shows another."""
    body = {"merchant_order_reference": reference, "order_amount": {"value": asked, "currency": "INR"}}
    target = plural().spec.operations[operation].path
    request = Message("POST", target, (*JSON, *headers), json.dumps(body).encode())
    data = {"order_id": "v1-1", **body, "order_amount": {"value": answered, "currency": "INR"}}
    answer = Message(status=status, headers=JSON, body=json.dumps({"data": data}).encode())
    return Interaction(request, answer, operation)


def found(shared: Context, interaction: Interaction) -> list[str]:
    shared.remember(interaction)
    return [one.location.pointer for one in answer_agrees(shared, interaction)]


WRONG = ["/data/order_amount/value"]


def test_another_amount_than_asked_for_is_found() -> None:
    assert found(context(), ordered("a", 1000, 1100)) == WRONG


def test_a_reference_that_was_used_before_may_be_answered_as_it_was() -> None:
    shared = context()
    assert found(shared, ordered("a", 1100, 1100)) == []
    assert found(shared, ordered("a", 1000, 1100)) == []
    # Neither the amount of this request nor that of the earlier one, or nothing in common with it.
    assert found(shared, ordered("a", 1000, 1200)) == WRONG
    assert found(shared, ordered("b", 1000, 1100)) == WRONG


def test_two_operations_that_make_orders_may_share_their_references() -> None:
    shared = context()
    link = {"order_id": "v1-1", "redirect_url": "https://pay.example/1", "token": "t", "response_code": 200}
    first = ordered("a", 1100, 1100, operation="createCheckoutLink")
    said = Message(status=200, headers=JSON, body=json.dumps({**link, "response_message": "ok"}).encode())
    assert found(shared, replace(first, response=said)) == []
    assert found(shared, ordered("a", 1000, 1100)) == []


def test_an_idempotency_key_makes_a_repeat_as_well() -> None:
    shared, key = context(), ("Idempotency-Key", "k")
    assert found(shared, ordered("a", 1100, 1100, key)) == []
    assert found(shared, ordered("b", 1000, 1100, key)) == []


def test_what_was_refused_is_no_earlier_request() -> None:
    shared = context()
    assert found(shared, ordered("a", 1100, 1100, status=422)) == []
    assert found(shared, ordered("a", 1000, 1100)) == WRONG


@pytest.mark.parametrize("more", [1, 50])
def test_no_more_than_a_bound_is_remembered(more: int) -> None:
    kept, operation = Repeats(), plural().spec.operations["createOrder"]
    asked = [Asked(operation, ordered(str(at), 1, 1).request) for at in range(MOST + more)]
    for one in asked:
        kept.keep(one)
    assert kept.earlier(Asked(operation, ordered("0", 2, 2).request)) == []
    assert kept.earlier(Asked(operation, ordered(str(MOST + more - 1), 2, 2).request)) == [asked[-1]]
