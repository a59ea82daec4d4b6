"""PayKun's amounts hold together."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.paykun_answers import context, transaction

from payproof.gateways.paykun.invariants import CHECKS


def found(**changes: Any) -> set[str]:
    knowing, interaction = context(), transaction(**changes)
    return {finding.rule for check in CHECKS for finding in check(knowing, interaction)}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, set()),
        ({"order__gateway_fee": 0.221}, {"amount-below-a-paisa"}),
        ({"order__gross_amount": 0.2}, {"fee-above-the-amount"}),
        ({"order__tax": 0.23}, {"fee-above-the-amount"}),
        ({"order__gross_amount": "11"}, set()),
    ],
)
def test_an_amount_that_cannot_be_is_named(changes: dict[str, Any], rules: set[str]) -> None:
    assert found(**changes) == rules
