"""The shop's tests: payproof's fixtures give a sandbox, signed webhooks and attacks."""

import httpx
import pytest
from shop import Plural, create_app

pytestmark = pytest.mark.payproof("plural")


@pytest.fixture
def plural(payproof_sandbox):
    client = Plural()
    yield client
    client.close()


@pytest.fixture
def app(payproof_gateway, monkeypatch):
    orders = {}
    secret = payproof_gateway.testbed.merchants["main"]["webhook_secret"]
    monkeypatch.setenv("PLURAL_WEBHOOK_SECRET", secret)
    made = create_app(orders)
    made.orders = orders
    return made


def test_an_order_is_made_and_found_again(plural):
    made = plural.create_order("order-1", 1100)
    assert made["status"] == "CREATED"
    assert plural.order(made["order_id"])["merchant_order_reference"] == "order-1"


def test_a_reference_is_used_once(plural):
    plural.create_order("order-1", 1100)
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        plural.create_order("order-1", 1100)


def test_a_failing_gateway_is_not_taken_for_a_missing_order(plural, payproof_sandbox):
    made = plural.create_order("order-1", 1100)
    payproof_sandbox.fail_next("getOrder", status=503)
    with pytest.raises(httpx.HTTPStatusError, match="503"):
        plural.order(made["order_id"])


def test_a_paid_order_is_noted(payproof_webhook, app):
    signed = payproof_webhook("ORDER_PROCESSED", order_id="v1-240101000000-aa-Mine01")
    assert signed.to(app, path="/plural/webhook").status == 200
    assert app.orders == {"v1-240101000000-aa-Mine01": "ORDER_PROCESSED"}


def test_the_receiver_keeps_every_property(payproof_receiver_suite, app):
    payproof_receiver_suite(app, path="/plural/webhook", effects=lambda: dict(app.orders))
