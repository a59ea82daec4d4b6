"""A merchant's side of Plural for the tests here."""

from __future__ import annotations

from typing import Any

from . import plural_server
from .asking import Answer, ask
from .plural_bed import MAIN, Merchant
from .wire import Running

CARD = plural_server.testbed()["roles"]["card"]


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


class Client:
    """A merchant with a token that talks to one server."""

    def __init__(self, running: Running, merchant: Merchant = MAIN) -> None:
        self.url, self.made = running.url, 0
        self.prefix = merchant.merchant_id
        answer = ask(self.url + "/api/auth/v1/token", "POST", credentials(merchant))
        assert answer[0] == 200
        self.token = answer[1]["access_token"]

    def send(self, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
        bearer = {"Authorization": f"Bearer {self.token}", **headers}
        return ask(f"{self.url}/api/pay/v1{path}", method, body, **bearer)

    def reference(self) -> str:
        self.made += 1
        return f"ref-{self.prefix}-{self.made}"

    def create(self, value: int = 1100, **more: Any) -> Answer:
        order = {"merchant_order_reference": self.reference(), "order_amount": paisa(value), **more}
        return self.send("/orders", "POST", order)

    def pay(self, order_id: str, value: int = 1100, method: str = "CARD", **more: Any) -> Answer:
        item = {
            "merchant_payment_reference": self.reference(),
            "payment_amount": paisa(value),
            "payment_method": method,
            "payment_option": {"card_details": CARD},
            **more,
        }
        return self.send(f"/orders/{order_id}/payments", "POST", {"payments": [item]})

    def pending(self, value: int = 1100, *, pre_auth: bool = False) -> str:
        order_id = str(self.create(value, pre_auth=pre_auth)[1]["data"]["order_id"])
        assert status(self.pay(order_id, value)) == "PENDING"
        return order_id

    def settled(self, value: int = 1100, *, pre_auth: bool = False) -> str:
        order_id = self.pending(value, pre_auth=pre_auth)
        self.send(f"/orders/{order_id}")
        return order_id

    def capture(self, order_id: str, **more: Any) -> Answer:
        body = {"merchant_capture_reference": self.reference(), **more}
        return self.send(f"/orders/{order_id}/capture", "PUT", body)

    def cancel(self, order_id: str) -> Answer:
        return self.send(f"/orders/{order_id}/cancel", "PUT")

    def refund(self, order_id: str, value: int, **more: Any) -> Answer:
        body = {"merchant_order_reference": self.reference(), "order_amount": paisa(value), **more}
        return self.send(f"/refunds/{order_id}", "POST", body)


def credentials(merchant: Merchant) -> dict[str, str]:
    return {
        "client_id": merchant.client_id,
        "client_secret": merchant.client_secret,
        "grant_type": "client_credentials",
    }


def paisa(value: int) -> dict[str, Any]:
    return {"value": value, "currency": "INR"}


def status(answer: Answer) -> str:
    """Give the order's status out of a good reply."""
    assert answer[0] in (200, 201), answer
    return str(answer[1]["data"]["status"])


def code(answer: Answer) -> tuple[int, str]:
    """Give the HTTP status and the error code."""
    assert set(answer[1]) == {"code", "message"}
    return answer[0], answer[1]["code"]


INVALID = (400, "INVALID_REQUEST")
NOT_ALLOWED = (422, "OPERATION_NOT_ALLOWED")
DUPLICATE = (422, "DUPLICATE_REQUEST")
UNAUTHORIZED = (401, "UNAUTHORIZED")
NOT_FOUND = (404, "ORDER_NOT_FOUND")
