"""Ids come from the test bed, fresh ones in turn."""

from __future__ import annotations

import pytest

from payproof.conformance.draft import ABSENT
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Draws, UnknownRole

ROLES = {
    "refundable-transaction": {"transaction_id": "base", "amount": "10.00"},
    "refundable-transactions-extra": {"transaction_ids": "a, b,c", "amount": "7.00"},
    "other": {"transaction_id": "o"},
}
FORM = "refundable-transaction.transaction_id"


def test_a_supply_is_dealt_in_turn() -> None:
    draws = Draws(ROLES)
    assert [draws.take(FORM) for _ in range(5)] == ["a", "b", "c", "a", "b"]
    assert draws.plain(FORM) == "base"


def test_without_a_supply_the_role_itself_is_used() -> None:
    assert Draws(ROLES).take("other.transaction_id") == "o"


def test_an_untouched_id_is_nobody_elses() -> None:
    draws = Draws(ROLES)
    name, record = draws.untouched(FORM)
    assert (name, record["amount"]) == ("c", "7.00")
    assert {draws.take(FORM) for _ in range(9)} == {"a", "b"}


def test_a_missing_role_is_named() -> None:
    with pytest.raises(UnknownRole, match=r"nobody\.id"):
        Draws(ROLES).plain("nobody.id")


def test_value_forms_stand_for_values(signer: Signer) -> None:
    subject = signer.subject
    assert subject.value("failed-transaction.transaction_id") == "20004-00000-00000-00001"
    assert subject.value({"value": 7}) == 7
    assert subject.value({"drop": True}) is ABSENT
    assert subject.value({"plus": ["refundable-transaction.amount", "0.01"]}) == "500000.01"


def test_credentials_stand_where_the_security_schemes_say(signer: Signer) -> None:
    operation = signer.subject.spec.operations["refundTransaction"]
    assert [(address, role) for address, role, _ in signer.subject.credentials(operation)] == [
        ("header/MerchantId", "merchant_id"),
        ("header/AccessToken", "access_token"),
    ]
