"""What a gateway leaves out of its messages is drift: bodies, and signatures that were there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from payproof import gateway
from payproof.drift import compare, fold, side_of
from payproof.drift.blend import blended
from payproof.drift.verifying import verifier_of
from payproof.gateway import Gateway
from payproof.model import Finding, Interaction, Message, Severity
from payproof.signing import Keys, load_scheme, sign_message

JSON = (("Content-Type", "application/json"),)


@cache
def paykun() -> Gateway:
    return gateway.load("paykun")


def keys() -> Keys:
    return Keys.of(paykun().testbed.merchants["main"], test=True)


def delivery(body: bytes | None = None, *, signed: bool = True) -> Interaction:
    hook = paykun().spec.webhooks["paymentUpdate"]
    content = next(iter(hook.request_body["content"].values()))  # type: ignore[index]
    data = next(row["value"] for row in content["examples"].values() if "x-violates" not in row)
    data = {**data, "transaction": {k: v for k, v in data["transaction"].items() if k != "signature"}}
    message = Message("POST", "/", JSON, json.dumps(data).encode() if body is None else body)
    if signed and body is None:
        recipe = load_scheme(paykun().spec.schemes, "paykun.webhook")
        message = sign_message(recipe, message, keys())  # type: ignore[arg-type]
    return Interaction(message, Message(status=200), "paymentUpdate")


def departures(older: Sequence[Interaction], newer: Sequence[Interaction]) -> list[Finding]:
    spec, judge = paykun().spec, verifier_of(paykun().spec, keys())
    before, after = (fold(spec, rows, judge).side("side") for rows in (older, newer))
    return compare(blended(side_of(spec), before), after)


def test_deliveries_that_were_signed_and_are_no_longer_have_drifted() -> None:
    assert departures([delivery()] * 20, [delivery()] * 20) == []
    found = departures([delivery()] * 20, [delivery(signed=False)] * 20)
    gone = [one for one in found if one.rule == "signature-no-longer-verifies"]
    # Nothing says that they must be signed; that they were is all there is to go by.
    assert [(one.actual, one.evidence, one.severity) for one in gone] == [
        ("missing-signature", "inferred", Severity.WARNING)
    ]
    assert departures([delivery(signed=False)] * 20, [delivery(signed=False)] * 20) == []


def test_a_name_twice_in_signed_fields_is_a_signature_that_no_receiver_takes() -> None:
    one = delivery()
    twice = one.request.body.replace(b'{"transaction": {', b'{"transaction": {"status": "x", ', 1)
    found = departures([one], [replace(one, request=replace(one.request, body=twice))])
    assert ("signature-no-longer-verifies", "duplicate-keys") in {(row.rule, row.actual) for row in found}


@pytest.mark.parametrize("status", [200, 400])
def test_an_empty_reply_where_a_body_is_promised_has_drifted(status: int) -> None:
    url = "https://api.paykun.com/v1/merchant/transaction/20001-00000-00000-00001"
    empty = Interaction(Message("GET", url), Message(status=status, headers=JSON), "getTransaction")
    found = departures([], [empty])
    assert [(one.rule, one.severity) for one in found] == [("response-unreadable-body", Severity.ERROR)]


def test_an_empty_delivery_has_drifted() -> None:
    assert "response-unreadable-body" in {one.rule for one in departures([], [delivery(b"")])}


def test_an_empty_body_where_none_is_promised_has_not() -> None:
    one = Interaction(Message("POST", "/", JSON), Message(status=200), "paymentUpdate")
    assert departures([], [replace(delivery(), response=one.response)]) == []
