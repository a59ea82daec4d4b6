"""A client of PayKun's sandbox in process: signs with the test bed's keys and reads replies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from payproof.gateway import Gateway, load
from payproof.model import Message
from payproof.signing import scheme_for, sign_message
from payproof.signing.recipe import Recipe
from payproof.simulator.engine import Simulator

NOW_S = 1_795_000_000.0
SAMPLE = "88253-41453-72735-05390"
REFUNDABLE = "30001-30000-00000-00001"
FAILED = "20004-00000-00000-00001"
LATE = "20006-00000-00000-00001"


class Client:
    """One merchant's client.

    Args:
        simulator: What it talks to.
        merchant: The merchant's name in the test bed.
    """

    def __init__(self, simulator: Simulator, merchant: str = "main") -> None:
        self.simulator = simulator
        self.merchant = simulator.merchants[merchant]
        texts = simulator.testbed.merchants[merchant]
        self.headers = (("MerchantId", texts["merchant_id"]), ("AccessToken", texts["access_token"]))

    def signed(self, operation: str, message: Message) -> Message:
        spec = self.simulator.spec
        recipe = scheme_for(spec, spec.operations[operation], "request", self.simulator.world.switches)
        assert isinstance(recipe, Recipe)
        return sign_message(recipe, message, self.merchant.keys)

    def send(self, message: Message, now_s: float = NOW_S) -> Message:
        reply = self.simulator.handle(message, now_s)
        assert isinstance(reply, Message)
        assert reply.header("X-Payproof-Bug") is None, self.simulator.log.shown(last=1)
        return reply

    def transaction(self, key: str, prefix: str = "/v1") -> Message:
        return self.send(Message("GET", f"{prefix}/merchant/transaction/{key}", self.headers))

    def orders(self, order_id: str = "0000000030", **query: Any) -> Message:
        target = f"/v1/merchant/orders/{order_id}" + (f"?{urlencode(query)}" if query else "")
        return self.send(self.signed("listOrderTransactions", Message("GET", target, self.headers)))

    def posting(self, path: str, fields: Mapping[str, Any], *, form: bool = False) -> Message:
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        body = urlencode(fields) if form else json.dumps(fields, ensure_ascii=False)
        return Message("POST", f"/v1{path}", (*self.headers, ("Content-Type", kind)), body.encode())

    def refunding(
        self, key: str, amount: str, remarks: str = "Customer returned item", **how: bool
    ) -> Message:
        fields = {"refund_amount": amount, "remarks": remarks}
        return self.signed(
            "refundTransaction", self.posting(f"/merchant/transaction/{key}/refund", fields, **how)
        )

    def refund(self, key: str, amount: str, remarks: str = "Customer returned item") -> Message:
        return self.send(self.refunding(key, amount, remarks))

    def link(self, **changes: Any) -> Message:
        fields = {name: value for name, value in {**LINK, **changes}.items() if value is not ...}
        return self.send(
            self.signed("createPaymentLink", self.posting("/merchant/payment/link/create", fields))
        )


LINK = {
    "failure_url": "",
    "success_url": "https://shop.example/ok",
    "amount": 250.5,
    "currency": "INR",
    "payment_for": "Course fee",
    "for_single_customer": True,
    "customer_email": "buyer@example.com",
    "customer_mono": "9999999999",
    "customer_fname": "Asha",
    "customer_lname": "Rao",
    "notify_by_email": True,
    "notify_by_sms": False,
    "can_expire": True,
    "expiry_date": "15-07-2030 18:30:00",
    "receipt_no": "",
    "note": "",
}


@cache
def gateway() -> Gateway:
    """Read the documents once: what a gateway says does not change, its simulators do."""
    return load("paykun")


def client(merchant: str = "main", **options: Any) -> Client:
    return Client(gateway().simulator(**options), merchant)


def data(reply: Message) -> Any:
    assert reply.status == 200, reply.body
    return json.loads(reply.body)["data"]


def errors(reply: Message) -> Any:
    assert reply.status >= 400, reply.body
    found = json.loads(reply.body)
    assert found["status"] is False
    return found["errors"]
