"""Plural's traffic: bearer tokens, cards, signatures in headers and fields, Base64 in a form."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from payproof import gateway
from payproof.cassettes.journal_lines import entry_line
from payproof.cassettes.redaction.pseudonyms import is_test_card
from payproof.cassettes.redaction.redact import Policy, Redactor
from payproof.cassettes.redaction.traces import shown
from payproof.model import Interaction, Message
from payproof.signing import Keys, Recipe, scheme_for, sign_message, verify
from payproof.spec import validate

PLURAL = gateway.load("plural")
SPEC = PLURAL.spec
TEST = dict(PLURAL.testbed.merchants["main"])
#: Real keys of the same form as the test bed's, digits and letters moved on by one.
MOVED = str.maketrans("0123456789abcdefABCDEF", "123456789abcdef0BCDEFA")
REAL = {role: text.translate(MOVED) for role, text in TEST.items()}
CARD, EMAIL, NAME = "5264190112345672", "kaveri.raman@realmail.in", "Kaveri Ramanathan"
JSON = ("Content-Type", "application/json")


def redactor() -> Redactor:
    return Redactor(Policy(SPEC, TEST, bytes(range(32)), REAL))


def recipe(webhook: str) -> Recipe:
    found = scheme_for(SPEC, SPEC.webhooks[webhook], "webhook")
    assert isinstance(found, Recipe)
    return found


def payment() -> Interaction:
    card = {"name": NAME, "card_number": CARD, "cvv": "834", "expiry_month": "07", "expiry_year": "2031"}
    body = {
        "payments": [
            {
                "merchant_payment_reference": "ref-1",
                "payment_amount": {"value": 1100, "currency": "INR"},
                "payment_method": "CARD",
                "payment_option": {"card_details": {**card, "registered_mobile_number": "9845317264"}},
            }
        ]
    }
    headers = (("Authorization", "Bearer eyJhbGciOi.QxVzKpRe9.s3cr3tT0ken"), JSON)
    target = "https://api.pluralpay.in/api/pay/v1/orders/v1-4405071524-aa-qlAtAf/payments"
    answer = {"data": {"order_id": "v1-4405071524-aa-qlAtAf", "echo": f"{EMAIL} {CARD}"}}
    response = Message("", "", (JSON,), json.dumps(answer).encode(), 200)
    return Interaction(Message("POST", target, headers, json.dumps(body).encode()), response)


def order_webhook() -> Interaction:
    body = {"event_type": "ORDER_PROCESSED", "data": {"order_id": "v1-1", "purchase_details": {
        "customer": {"email_id": EMAIL, "first_name": "Kaveri", "last_name": "Ramanathan"}}}}  # fmt: skip
    headers = (JSON, ("webhook-id", "msg_1"), ("webhook-timestamp", "1795229754"))
    message = Message("POST", "/hook", headers, json.dumps(body).encode())
    signed = sign_message(recipe("ORDER_PROCESSED"), message, Keys.of(REAL))
    return Interaction(signed, Message(status=200), operation="ORDER_PROCESSED")


def test_cards_tokens_and_people_are_gone_and_the_schema_is_kept() -> None:
    before = payment()
    made = redactor().redact(before)
    assert shown(entry_line(made), [CARD, EMAIL, NAME, "9845317264", "QxVzKpRe9.s3cr3tT0ken"]) == []
    held = json.loads(made.request.body)["payments"][0]["payment_option"]["card_details"]
    assert is_test_card(held["card_number"])
    assert (held["cvv"], len(held["expiry_month"])) == ("123", 2)
    operation = SPEC.operations[made.operation]
    old = [(one.pointer, one.keyword) for one in validate.request(SPEC, operation, before.request)]
    assert [(one.pointer, one.keyword) for one in validate.request(SPEC, operation, made.request)] == old


def test_a_signature_in_a_header_is_made_anew() -> None:
    made = redactor().redact(order_webhook())
    assert shown(entry_line(made), [EMAIL, *REAL.values()]) == []
    assert made.tags["verdicts"]["request"]["ok"] is True
    assert verify(recipe("ORDER_PROCESSED"), made.request, Keys.of(TEST)).ok
    assert made.request.header("webhook-id") == "msg_1"


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp"])
def test_a_forged_webhook_stays_forged(change: str) -> None:
    row = order_webhook()
    if change == "body":
        forged = replace(row.request, body=row.request.body.replace(b"v1-1", b"v1-2"))
    else:
        forged = row.request.with_header(change, "1795229755")
    made = redactor().redact(replace(row, request=forged))
    assert made.tags["verdicts"]["request"] == {"scheme": "plural.webhook", "ok": False, "reason": "mismatch"}
    assert verify(recipe("ORDER_PROCESSED"), made.request, Keys.of(TEST)).reason == "mismatch"


def test_what_a_form_carries_in_base64_is_redacted_inside() -> None:
    inner = base64.b64encode(json.dumps({"customer": {"email_id": EMAIL}, "card": CARD}).encode()).decode()
    message = Message(
        "POST",
        "/somewhere",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        urlencode({"request": inner, "x": NAME}).encode(),
    )
    made = redactor().redact(Interaction(message, Message(status=200)))
    assert shown(entry_line(made), [EMAIL, CARD, NAME]) == []


@pytest.mark.parametrize("name", [name for name in SPEC.webhooks if name.startswith("returnCallback")])
def test_a_signed_return_is_signed_again(name: str) -> None:
    from payproof.cassettes.build import documentation

    (row, *_) = [one for one in documentation(SPEC, REAL) if one.operation == name]
    made = redactor().redact(replace(row, provenance="live"))
    found = scheme_for(SPEC, SPEC.webhooks[name], "webhook")
    if isinstance(found, Recipe) and made.tags["verdicts"]["request"]["ok"]:
        assert verify(found, made.request, Keys.of(TEST)).ok
    assert shown(entry_line(made), REAL.values()) == []
