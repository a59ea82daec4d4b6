"""The shop's tests: payproof's fixtures give a sandbox, signed webhooks and attacks."""

import pytest
from shop import PayKun, create_app

pytestmark = pytest.mark.payproof("paykun")


def test_a_payment_is_refunded_in_part(payproof_sandbox):
    transaction = payproof_sandbox.role("refundable-transaction")["transaction_id"]
    assert PayKun().status(transaction) == "Success"
    assert PayKun().refund(transaction, "1.50", "broken lamp")


def test_too_much_is_refused(payproof_sandbox):
    transaction = payproof_sandbox.role("refundable-transaction")["transaction_id"]
    with pytest.raises(RuntimeError, match="refundNotAllowed"):
        PayKun().refund(transaction, "500000.01", "everything and more")


@pytest.mark.payproof("paykun", defects=["stale-response-signature"], allow=["response-signature-wrong"])
def test_a_reply_with_a_wrong_signature_is_not_believed(payproof_sandbox):
    with pytest.raises(ValueError, match="signature"):
        PayKun().status(payproof_sandbox.role("successful-transaction")["transaction_id"])


def test_a_late_authorisation_arrives(payproof_sandbox):
    orders = {}
    payproof_sandbox.advance(hours=7)
    answers = payproof_sandbox.deliver(create_app(orders).test_client(), path="/paykun/webhook")
    assert {one.status for one in answers} == {200}
    assert "Success" in orders.values()


def test_the_receiver_keeps_every_property(payproof_sandbox, payproof_receiver_suite):
    orders = {}
    client = create_app(orders).test_client()
    payproof_receiver_suite(client, path="/paykun/webhook", effects=lambda: dict(orders))
