"""Contract coverage counts what was exercised, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from payproof import gateway
from payproof.coverage.facts import KINDS, Fact, facts
from payproof.coverage.report import Covered, as_data, as_html, as_text
from payproof.coverage.seen import exercised
from payproof.model import Interaction, Message

PAYKUN = gateway.load("paykun").spec
LINK = {"for_single_customer": True, "notify_by_sms": False, "can_expire": False, "signature": "x"}
BASE = Interaction(
    request=Message("POST", "https://api.paykun.com/v1/merchant/payment/link/create"),
    response=Message(status=400, body=b'{"status": false, "errors": [{"errorCode": "validationError"}]}'),
    operation="createPaymentLink",
)


def sent(body: bytes, kind: str = "application/json") -> Interaction:
    return replace(BASE, request=replace(BASE.request, body=body, headers=(("Content-Type", kind),)))


def names(kind: str, *interactions: Interaction) -> set[str]:
    return {fact.name for fact in exercised(PAYKUN, interactions) if fact.kind == kind}


def test_the_contract_has_every_kind_of_fact() -> None:
    assert {fact.kind for fact in facts(PAYKUN)} == set(KINDS)


def test_what_a_browser_or_a_mobile_sdk_calls_is_not_asked_for() -> None:
    found = {fact.name for fact in facts(PAYKUN) if fact.kind == "operation"}
    assert found == {"getTransaction", "listOrderTransactions", "refundTransaction", "createPaymentLink"}


def test_a_refusal_exercises_operation_status_code_and_scheme() -> None:
    found = exercised(PAYKUN, [sent(json.dumps(LINK).encode())])
    assert found == {
        Fact("operation", "createPaymentLink"),
        Fact("status", "createPaymentLink 400"),
        Fact("error code", "createPaymentLink validationError"),
        Fact("signing scheme", "paykun.request"),
        Fact("conditional duty", "createPaymentLink: for_single_customer is true"),
    }


@pytest.mark.parametrize("body", [b"for_single_customer=true", b"for_single_customer=true&x=1"])
def test_a_form_meets_a_condition_too(body: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    assert names("conditional duty", sent(body, kind)) == {"createPaymentLink: for_single_customer is true"}


@pytest.mark.parametrize("value", [1, "true", False, None])
def test_a_value_that_only_looks_true_meets_no_condition(value: object) -> None:
    assert names("conditional duty", sent(json.dumps({"can_expire": value}).encode())) == set()


def looked(status: str) -> Interaction:
    body = {"status": True, "data": {"transaction": {"payment_id": "1-2", "status": status}}}
    return Interaction(
        request=Message("GET", "https://api.paykun.com/v1/merchant/transaction/1-2"),
        response=Message(status=200, body=json.dumps(body).encode()),
        operation="getTransaction",
    )


def test_two_looks_at_an_object_show_the_step_between_them() -> None:
    found = names("transition", looked("Initialized"), looked("Success"))
    assert "paykun.payment Initialized -> Success (payment-authorised)" in found
    assert names("transition", looked("Success"), looked("Success")) == set()


def test_the_percentage_counts_facts_of_the_contract_only() -> None:
    rows = (Fact("operation", "a"), Fact("operation", "b"))
    covered = Covered("toy", rows, frozenset({rows[0], Fact("operation", "unheard of")}))
    assert covered.percent == 50
    assert covered.missing == [rows[1]]


def test_each_report_names_what_is_missing_and_escapes_it() -> None:
    rows = (Fact("operation", "<b>a</b>"),)
    covered = [Covered("toy", rows, frozenset())]
    assert as_text(covered) == [
        "toy: 0 % of the contract exercised",
        "  operation           0 of 1      not: <b>a</b>",
    ]
    assert as_data(covered)["gateways"]["toy"]["kinds"]["operation"] == {
        "exercised": [],
        "missing": ["<b>a</b>"],
    }
    assert "<b>a</b>" not in as_html(covered)


@pytest.mark.parametrize("unread", [True, False])
def test_a_signature_in_an_answer_that_nobody_read_was_not_exercised(unread: bool) -> None:
    asked = Message("GET", "https://api.paykun.com/v1/merchant/transaction/20001-00000-00000-00001")
    seen = Interaction(asked, Message(status=200, unread=unread), operation="getTransaction")
    assert names("status", seen) == {"getTransaction 200"}
    assert names("signing scheme", seen) == (set() if unread else {"paykun.response"})
