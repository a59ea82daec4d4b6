"""Requests are judged as the documents ask, and no more strictly than they are sure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from payproof import gateway
from payproof.conformance.deliveries import Deliveries, changed
from payproof.errors import UsageError
from payproof.model import Interaction, Message, Severity
from payproof.run.exchanges import SPOILED, Exchanges
from payproof.signing import Keys, load_scheme, sign_message

PAYKUN = gateway.load("paykun")
EXCHANGES = Exchanges(PAYKUN.spec, PAYKUN.testbed)
KEYS = PAYKUN.testbed.merchants["main"]
HEADERS = (
    ("Content-Type", "application/json"),
    ("MerchantId", KEYS["merchant_id"]),
    ("AccessToken", KEYS["access_token"]),
)
REFUND = "https://api.paykun.com/v1/merchant/transaction/20001-00000-00000-00001/refund"
REPLY = Message(
    status=200,
    headers=(("Content-Type", "application/json"),),
    body=b'{"status": true, "data": {"message": "m", "refund_ref_no": "68284-82388-16633-62514"}}',
)


def refund(fields: dict[str, Any], **more: Any) -> Interaction:
    message = Message("POST", REFUND, HEADERS, json.dumps(fields).encode())
    recipe = load_scheme(PAYKUN.spec.schemes, "paykun.request")
    signed = sign_message(recipe, message, Keys.of(KEYS, test=True))  # type: ignore[arg-type]
    return Interaction(**{"request": signed, "response": REPLY, **more})


def rules(*interactions: Interaction, least: Severity = Severity.NOTE) -> set[str]:
    return {one.rule for one in EXCHANGES.judge(interactions) if one.severity >= least}


GOOD = {"refund_amount": "1.50", "remarks": "broken"}


def test_a_right_exchange_gives_nothing() -> None:
    assert rules(refund(GOOD)) == set()


def test_a_field_nobody_documents_is_a_note_of_its_own() -> None:
    assert rules(refund({**GOOD, "channel": "web"})) == {"request-undocumented-field"}


def test_the_keys_of_a_merchant_nobody_knows_accuse_nobody() -> None:
    one = refund(GOOD)
    stranger = one.request.with_header("MerchantId", "1").with_header("AccessToken", "2")
    changed_ = Interaction(request=stranger, response=REPLY)
    assert rules(changed_) == {"request-signature-unchecked"}


def test_a_reply_that_a_fault_has_spoilt_is_not_judged() -> None:
    broken = Message(status=200, headers=((SPOILED, "armed"),), body=b"{")
    assert rules(refund(GOOD, response=broken)) == set()
    plain = Message(status=200, headers=(("Content-Type", "application/json"),), body=b"{")
    assert rules(refund(GOOD, response=plain)) == {"response-unreadable"}


def test_a_write_repeated_after_no_answer_is_a_warning_unless_something_was_asked() -> None:
    lost = refund(GOOD, response=None, failure="timeout")
    look = Interaction(
        request=Message("GET", REFUND.removesuffix("/refund"), HEADERS),
        response=Message(status=500),
    )
    assert rules(lost, refund(GOOD)) == {"write-repeated-blindly"}
    assert rules(lost, look, refund(GOOD)) == set()


def test_an_unknown_path_lists_what_there_is() -> None:
    one = Interaction(request=Message("GET", "https://api.paykun.com/v1/refunds", HEADERS), response=None)
    (finding,) = EXCHANGES.judge([one])
    assert finding.rule == "request-unknown-operation"
    assert "POST /merchant/transaction/{transaction_id}/refund" in finding.expected


def test_a_change_names_one_value_of_a_body() -> None:
    made = Deliveries(PAYKUN.spec, PAYKUN.testbed, {}, 0.0)
    body = made.example(made.webhook())
    assert changed(body, {"order__gross_amount": 12})["transaction"]["order"]["gross_amount"] == 12
    with pytest.raises(UsageError, match="nothing"):
        changed(body, {"price": 12})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Bearer abc", ""),
        ("bearer  abc", ""),
        ("", "is missing or empty"),
        ("abc", "is no bearer token"),
        ("Basic dGVzdA==", "is no bearer token"),
        ("Bearer", "no token behind it"),
        ("Bearer None", "no token behind it"),
        ("Bearer Bearer abc", "more than one word"),
    ],
)
def test_a_bearer_token_stands_behind_its_word(value: str, said: str) -> None:
    plural = gateway.load("plural")
    order = Message("GET", "https://api.pluralpay.in/api/pay/v1/orders/v1-1", (("Authorization", value),))
    found = [
        one.message
        for one in Exchanges(plural.spec, plural.testbed).judge([Interaction(order, Message(status=404))])
        if one.rule == "request-credential-missing"
    ]
    assert (len(found) == 1 and said in found[0]) if said else not found
    assert not any("abc" in text or "dGVz" in text for text in found)
