"""An answer's form: what it gives back just as it was sent is no fault of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.checks.test_repeats import JSON, context

from payproof.checks.schema import response_form
from payproof.model import Expectation, Interaction, Message, Severity

GOOD = {"value": 100, "currency": "INR"}


def ordered(sent: Any, shown: Any, **members: Any) -> Interaction:
    """Give an order that sends one item of a list, and an answer that shows one."""
    body = {"merchant_order_reference": "a", "order_amount": GOOD}
    asked = {**body, "purchase_details": {"split_info": {"split_details": [sent]}}}
    data = {"order_id": "v1-1", "merchant_order_reference": "a", "type": "CHARGE", "status": "CREATED"}
    data |= {"order_amount": GOOD, "purchase_details": {"split_info": {"split_details": [shown]}}, **members}
    return Interaction(
        Message("POST", "/api/pay/v1/orders", JSON, json.dumps(asked).encode()),
        Message(status=201, headers=JSON, body=json.dumps({"data": data}).encode()),
        "createOrder",
    )


def found(interaction: Interaction) -> list[str]:
    place = "/data/purchase_details/split_info/split_details/0"
    return [one.location.pointer.removeprefix(place) for one in response_form(context(), interaction)]


@pytest.mark.parametrize(
    "item", [{"amount": {}}, {"amount": {"value": "x", "currency": 1}}, {"on_hold": 3}, [1]]
)
def test_an_item_that_comes_back_as_it_was_sent_is_the_requests_own(item: Any) -> None:
    assert found(ordered(item, item)) == []


@pytest.mark.parametrize(
    ("sent", "shown", "pointers"),
    [
        ({"amount": GOOD}, {"amount": {"value": 100}}, ["/amount/currency"]),
        ({"on_hold": True}, {"on_hold": "true"}, ["/on_hold"]),
        ({}, {"on_hold": 3}, ["/on_hold"]),
    ],
)
def test_an_item_that_comes_back_otherwise_is_the_answers_fault(
    sent: Any, shown: Any, pointers: list[str]
) -> None:
    assert found(ordered(sent, shown)) == pointers


def test_what_stands_in_no_list_is_judged_even_when_the_request_had_it_so() -> None:
    wrong = ordered({}, {}, notes=7)
    assert found(wrong) == ["/data/notes"]


def refused(rule: str, status: int, body: bytes = b'{"message": "no"}') -> Interaction:
    """Give a refusal with a body that no document shows, of a request that was wrong in the rule's way."""
    return Interaction(
        Message("POST", "/api/pay/v1/orders", JSON, b"{}"),
        Message(status=status, headers=JSON, body=body),
        "createOrder",
        expect=Expectation("refused", "it is wrong", rule),
    )


@pytest.mark.parametrize("body", [b"", b'{"message": "no"}', b"not JSON"])
def test_wrong_credentials_are_refused_in_whatever_words_under_a_status_that_is_documented_for_others(
    body: bytes,
) -> None:
    assert found(refused("credentials-not-checked", 400, body)) == []
    assert found(refused("request-signature-not-checked", 400, body)) == []
    assert found(refused("invalid-request-accepted", 400, body)) != []


def test_null_for_an_optional_member_is_a_warning_and_for_a_required_one_an_error() -> None:
    optional = [one.severity for one in response_form(context(), ordered({}, {}, notes=None))]
    amount = {"value": 100, "currency": None}
    required = [one.severity for one in response_form(context(), ordered({}, {}, order_amount=amount))]
    assert optional == [Severity.WARNING]
    assert required == [Severity.ERROR]


def test_null_in_a_list_is_no_absent_member() -> None:
    (found,) = response_form(context(), ordered({}, None))
    assert found.severity is Severity.ERROR
