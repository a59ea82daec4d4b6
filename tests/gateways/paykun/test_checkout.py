"""A browser or a phone begins a payment; the bank's answer comes by an event."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.gateways.paykun.asking import Client, client, data

from payproof.model import Message
from payproof.signing import Envelope, scheme_for, seal

ORDER = {
    "order_no": "0000012345",
    "product_name": "Course <fee>",
    "amount": "250.50",
    "success_url": "https://shop.example/ok?x=1",
    "failure_url": "https://shop.example/no",
    "customer_name": "Asha",
    "customer_email": "asha@buyer.example",
    "udf_1": "cart 7",
}


def posted(one: Client, order: dict[str, str] | None = None, **changes: str) -> str:
    spec = one.simulator.spec
    envelope = scheme_for(spec, spec.operations["openCheckout"], "request", {})
    assert isinstance(envelope, Envelope)
    sealed = seal(envelope, list((order or ORDER).items()), one.merchant.keys, iv=bytes(range(16)))
    fields = {
        "encrypted_request": sealed.text,
        "merchant_id": one.headers[0][1],
        "access_token": one.headers[1][1],
        **changes,
    }
    kind = (("Content-Type", "application/x-www-form-urlencoded"),)
    reply = one.send(Message("POST", "/payment", kind, urlencode(fields).encode()))
    assert reply.header("X-Payproof-Invented")
    return reply.body.decode()


def payment_in(page: str) -> str:
    found = re.search(r'id="payment">([0-9-]+)<', page)
    assert found
    return found[1]


def test_an_order_becomes_a_payment_that_waits_for_the_bank() -> None:
    one = client()
    page = posted(one)
    key = payment_in(page)
    assert f"https://shop.example/ok?x=1&amp;payment_id={key}" in page
    assert data(one.transaction(key))["transaction"]["status"] == "Initialized"
    one.simulator.settle("payment-authorised", {"transaction_id": key})
    found: Any = data(one.transaction(key))["transaction"]
    assert (found["status"], found["custom_field_1"], found["order"]["gross_amount"]) == (
        "Success",
        "cart 7",
        250.5,
    )


def test_the_return_parameter_is_a_switch() -> None:
    page = posted(client(switches={"return-parameter": "both"}))
    key = payment_in(page)
    assert f"payment_id={key}&amp;payment-id={key}" in page


@pytest.mark.parametrize(
    ("order", "changes", "code"),
    [
        (ORDER, {"merchant_id": "1"}, "INVALID_MERCHANT"),
        (ORDER, {"access_token": "1"}, "INVALID_TOKEN"),
        (ORDER, {"encrypted_request": "e30="}, "PRIMARY_VALIDATION_FAIL"),
        ({**ORDER, "amount": "none"}, {}, "PRIMARY_VALIDATION_FAIL"),
        ({**ORDER, "order_no": "0000000030"}, {}, "PRIMARY_VALIDATION_FAIL"),
    ],
)
def test_the_error_page_shows_the_documented_code(
    order: dict[str, str], changes: dict[str, str], code: str
) -> None:
    assert f"<p>{code}</p>" in posted(client(), order, **changes)


def test_the_mobile_order_of_the_documents_is_taken_and_a_changed_one_is_not() -> None:
    one = client()
    content = (one.simulator.spec.operations["createMobileOrder"].request_body or {})["content"]
    example = content["application/json"]["examples"]["order"]["value"]
    for amount, status in ((example["amount"], 200), ("1.00", 400)):
        body = json.dumps({**example, "amount": amount}).encode()
        reply = one.send(Message("POST", "/v2/order/create", (("Content-Type", "application/json"),), body))
        assert reply.status == status
