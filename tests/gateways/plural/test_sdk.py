"""The official Python SDK and the Standard Webhooks library, unmodified, against the sandbox over HTTP."""

from __future__ import annotations

import base64
import datetime as dt
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from tests.gateways.plural.asking import MAIN, gateway

from payproof.adapters.server import SandboxServer, serve

pinelabs = pytest.importorskip("pinelabs")
standardwebhooks = pytest.importorskip("standardwebhooks")

NOW_S = dt.datetime.now(dt.UTC).timestamp()
CREDENTIALS = {**MAIN, "grant_type": "client_credentials"}
INR = pinelabs.Amount(value=1100, currency="INR")


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with serve(gateway().simulator()) as running:
        yield running


def sdk(server: SandboxServer, token: str) -> Any:
    return pinelabs.PinelabsApi(
        base_url=server.url,
        token=token,
        request_id="7f3e1a52-0c1d-4e3b-9a55-112233445566",
        request_timestamp=dt.datetime(2026, 1, 31, 10, 0, tzinfo=dt.UTC),
    )


def plain_token(server: SandboxServer) -> str:
    """A token got without the SDK, as its own bootstrap does not work."""
    request = urllib.request.Request(
        f"{server.url}/api/auth/v1/token",
        json.dumps(CREDENTIALS).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as reply:
        return str(json.loads(reply.read())["access_token"])


def pay(api: Any, order_id: str, reference: str) -> Any:
    card = {"card_details": {"card_number": "0000111122223333", "cvv": "000", "name": "Asha Example"}}
    item = pinelabs.PaymentRequestItem.model_validate(
        {
            "merchant_payment_reference": reference,
            "payment_amount": {"value": 1100, "currency": "INR"},
            "payment_method": "CARD",
            "payment_option": card,
        }
    )
    return api.card_payments.create_payment(order_id, payments=[item])


def authorised(api: Any, reference: str) -> str:
    made = api.orders.create_order(merchant_order_reference=reference, order_amount=INR, pre_auth=True)
    order_id = str(made.data.order_id)
    assert (made.data.status, made.data.type) == ("CREATED", "CHARGE")
    assert pay(api, order_id, f"p-{reference}").data.status == "PENDING"
    assert api.orders.get_order_by_id(order_id).data.status == "AUTHORIZED"
    return order_id


def test_the_sdk_cannot_send_the_empty_token_that_its_readme_bootstraps_with(server: SandboxServer) -> None:
    with pytest.raises(Exception, match="Illegal header value"):
        sdk(server, "").authentication.generate_token(**CREDENTIALS)


def test_the_sdk_gets_a_token_when_any_text_stands_in_for_the_first_one(server: SandboxServer) -> None:
    got = sdk(server, "none-yet").authentication.generate_token(**CREDENTIALS)
    assert got.access_token.startswith("test-")
    assert isinstance(got.expires_at, dt.datetime | str)


def test_the_sdk_takes_an_order_from_creation_to_capture_and_refunds(server: SandboxServer) -> None:
    api = sdk(server, plain_token(server))
    order_id = authorised(api, "sdk-capture")
    captured = api.orders.capture_order(
        order_id, merchant_capture_reference="c-1", capture_amount=pinelabs.Amount(value=800, currency="INR")
    )
    assert captured.data.status == "PROCESSED"
    again = api.orders.get_order_by_merchant_reference("sdk-capture")
    assert again.data.payments[0].capture_data[0].capture_amount.value == 800
    refund = api.refunds.create_refund(
        order_id, merchant_order_reference="sdk-refund", order_amount={"value": 300, "currency": "INR"}
    )
    assert (refund.data.type, refund.data.status, refund.data.parent_order_id) == (
        "REFUND",
        "PROCESSED",
        order_id,
    )
    assert api.orders.get_order_by_id(order_id).data.status == "PARTIALLY_REFUNDED"


def test_the_sdk_cancels_what_is_held(server: SandboxServer) -> None:
    api = sdk(server, plain_token(server))
    order_id = authorised(api, "sdk-cancel")
    assert api.orders.cancel_order(order_id).data.status == "CANCELLED"


def test_the_sdk_reads_refusals_as_its_own_errors(server: SandboxServer) -> None:
    api = sdk(server, plain_token(server))
    with pytest.raises(pinelabs.NotFoundError):
        api.orders.get_order_by_id("v1-240101000000-aa-ABSENT")
    made = api.orders.create_order(merchant_order_reference="sdk-wrong", order_amount=INR)
    with pytest.raises(pinelabs.UnprocessableEntityError):
        api.orders.capture_order(str(made.data.order_id), merchant_capture_reference="c-2")
    with pytest.raises(pinelabs.UnauthorizedError):
        sdk(server, "no-such-token").orders.get_order_by_id("v1-240101000000-aa-ABSENT")


def test_the_sdk_writes_a_space_for_the_t_of_a_timestamp_and_is_let_in(server: SandboxServer) -> None:
    api = sdk(server, plain_token(server))
    headers = api._client_wrapper.get_headers()
    assert headers["Request-Timestamp"] == "2026-01-31 10:00:00+00:00"
    made = api.orders.create_order(merchant_order_reference="sdk-time", order_amount=INR)
    assert made.data.status == "CREATED"


def test_the_standard_webhooks_library_takes_what_the_sandbox_sends(server: SandboxServer) -> None:
    authorised(sdk(server, plain_token(server)), "sdk-hook")
    (delivery,) = server.simulator.due(NOW_S)
    secret = base64.b64encode(b"cGx1cmFsLXRlc3Qtc2VjcmV0").decode()
    body = standardwebhooks.Webhook(secret).verify(delivery.message.body, dict(delivery.message.headers))
    assert (body["event_type"], body["data"]["status"]) == ("ORDER_AUTHORIZED", "AUTHORIZED")


def test_the_standard_webhooks_library_refuses_a_changed_body(server: SandboxServer) -> None:
    authorised(sdk(server, plain_token(server)), "sdk-forged")
    (delivery,) = server.simulator.due(NOW_S)
    secret = base64.b64encode(b"cGx1cmFsLXRlc3Qtc2VjcmV0").decode()
    forged = delivery.message.body.replace(b"1100", b"1101")
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(secret).verify(forged, dict(delivery.message.headers))


def test_the_standard_webhooks_library_given_the_plain_secret_takes_another_key(
    server: SandboxServer,
) -> None:
    # It decodes Base64 always; a dashboard secret that happens to be Base64 silently gives a wrong key.
    authorised(sdk(server, plain_token(server)), "sdk-plain")
    (delivery,) = server.simulator.due(NOW_S)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook("cGx1cmFsLXRlc3Qtc2VjcmV0").verify(
            delivery.message.body, dict(delivery.message.headers)
        )
