"""Defects made from a spec break what documents promise, in ways that somebody can see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.gateways.paykun.asking import NOW_S, REFUNDABLE, client, gateway

from payproof.gateway import load
from payproof.model import Message
from payproof.simulator import planted

NAMES = {row.name for row in planted.every(gateway().spec)}


@pytest.mark.parametrize(
    "name",
    [
        "accepts/getTransaction/path/transaction_id/minLength",  # no path segment is empty
        "accepts/listOrderTransactions/query/status/type",  # all of a URL is text
        "accepts/refundTransaction/signature/required",  # signatures have defects of their own
        "accepts/refundTransaction/remarks/required",  # inferred, no promise
        "replies/getTransaction/400/errors/*/errorCode/missing",  # no such reply is documented there
        "replies/getTransaction/200/data/transaction/order/tax/below-the-minimum",  # inferred
    ],
)
def test_what_nobody_promised_or_could_see_is_no_defect(name: str) -> None:
    assert name not in NAMES


@pytest.mark.parametrize(
    "name",
    [
        "accepts/listOrderTransactions/query/page_number/required",
        "accepts/refundTransaction/refund_amount/required",
        "replies/getTransaction/400/errors/errorCode/missing",
        "replies/listOrderTransactions/400/errors/*/errorCode/missing",
    ],
)
def test_a_documented_promise_has_its_defect(name: str) -> None:
    assert name in NAMES


def test_a_limit_that_another_one_implies_has_no_defect_of_its_own() -> None:
    names = {row.name for row in planted.every(load("plural").spec)}
    # What is no text is not among the texts allowed either; what is empty does not fit the pattern.
    assert {
        "accepts/generateToken/grant_type/enum",
        "accepts/createOrder/merchant_order_reference/pattern",
    } <= names
    assert (
        not {
            "accepts/generateToken/grant_type/type",
            "accepts/createOrder/merchant_order_reference/minLength",
        }
        & names
    )


def test_both_gateways_have_at_least_a_hundred_defects() -> None:
    assert len(NAMES) + len(gateway().defects()) >= 100
    assert {row.rests_on for row in planted.every(gateway().spec)} == {"documented"}


def test_a_duty_that_is_not_enforced_is_not_enforced_by_a_second_look_either() -> None:
    one = client(defects=["accepts/refundTransaction/refund_amount/required"])
    path = f"/merchant/transaction/{REFUNDABLE}/refund"
    for defective, status in ((one, 200), (client(), 400)):
        asked = defective.signed("refundTransaction", defective.posting(path, {"remarks": "x"}))
        reply = defective.simulator.handle(asked, NOW_S)
        assert isinstance(reply, Message)
        assert reply.status == status
    broken = replace(one.posting(path, {"remarks": "x"}), body=b"{")
    reply = one.simulator.handle(broken, NOW_S)
    assert isinstance(reply, Message)
    assert reply.status == 400
