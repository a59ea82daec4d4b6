"""The documented requests are honest: the spec has nothing against them, and the sandbox would take them."""

from __future__ import annotations

import pytest
from tests.conformance.conftest import NOW_S

from payproof.conformance.documented import clock_text, documented, first
from payproof.conformance.judge import judge, judge_form
from payproof.conformance.signer import Signer

SERVED = ["getTransaction", "listOrderTransactions", "refundTransaction", "createPaymentLink"]


@pytest.mark.parametrize("name", SERVED)
def test_every_documented_request_fits_its_own_schema(signer: Signer, name: str) -> None:
    operation = signer.subject.spec.operations[name]
    for _, draft, _ in documented(signer.subject, operation):
        message = signer.sign(signer.unsigned(draft))
        assert judge_form(signer, operation, message) is None
        assert judge(signer, operation, message).outcome == "open"


def test_ids_and_credentials_are_the_test_beds(signer: Signer) -> None:
    message = first(signer.subject, signer.subject.spec.operations["getTransaction"]).message()
    assert message.target == "/merchant/transaction/88253-41453-72735-05390"
    assert message.header("AccessToken") == signer.subject.testbed.merchants["main"]["access_token"]


def test_only_one_content_type_is_used_once_it_is_settled(signer: Signer) -> None:
    operation = signer.subject.spec.operations["refundTransaction"]
    assert first(signer.subject, operation).media_type == "application/json"
    signer.subject.media[operation.id] = "application/x-www-form-urlencoded"
    assert first(signer.subject, operation).media_type == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("clock", "text"),
    [
        ({"offset_s": 3600, "format": "d-m-Y H:i:s", "zone": "+05:30"}, "20-11-2026 18:30:00"),
        ({"offset_s": -86400, "format": "Y-m-d"}, "2026-11-19"),
        ({"format": "d/m/Y H:i", "zone": "-01:00"}, "20/11/2026 11:00"),
    ],
)
def test_dates_come_from_the_clock_in_their_zone(clock: dict[str, object], text: str) -> None:
    assert clock_text(clock, NOW_S) == text


def test_a_date_that_the_example_leaves_empty_stays_empty(signer: Signer) -> None:
    operation = signer.subject.spec.operations["createPaymentLink"]
    dates = {name: draft.get("body/expiry_date") for name, draft, _ in documented(signer.subject, operation)}
    assert dates["for-anyone as json"] == ""
    assert dates["for-one-customer as json"] == "27-11-2026 17:30:00"
