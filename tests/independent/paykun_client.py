"""A merchant's side of PayKun for the tests here, signing apart from the server's own code."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from .asking import Answer, ask
from .paykun_bed import MAIN, Merchant
from .wire import Running

REMARKS = "Customer returned item"
LINK: dict[str, Any] = {
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


def sign(merchant: Merchant, *values: str) -> str:
    """Sign as the reference writes it, apart from the server's own code."""
    text = "".join(f"{value}|" for value in values) + "#"
    return hmac.new(merchant.encryption_key.encode(), text.encode(), hashlib.sha512).hexdigest()


class Client:
    """A merchant that talks to one server."""

    def __init__(self, running: Running, merchant: Merchant = MAIN) -> None:
        self.root, self.merchant = running.url + "/v1/merchant", merchant

    def send(self, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
        keys = {"MerchantId": self.merchant.merchant_id, "AccessToken": self.merchant.access_token}
        return ask(self.root + path, method, body, **{**keys, **headers})

    def status(self, transaction_id: str) -> Answer:
        return self.send(f"/transaction/{transaction_id}")

    def orders(self, order_id: str, **params: str) -> Answer:
        params = {"signature": sign(self.merchant, *params.values()), **params}
        return self.send(f"/orders/{order_id}?{urlencode(params)}")

    def refund(self, transaction_id: str, amount: str, remarks: str = REMARKS, signature: str = "") -> Answer:
        signature = signature or sign(self.merchant, amount, remarks)
        body = {"refund_amount": amount, "remarks": remarks, "signature": signature}
        return self.send(f"/transaction/{transaction_id}/refund", "POST", body)

    def link(self, body: dict[str, Any], signature: str = "") -> Answer:
        texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in body.values()]
        signed = {**body, "signature": signature or sign(self.merchant, *texts)}
        return self.send("/payment/link/create", "POST", signed)


def code(answer: Answer) -> tuple[int, str]:
    """Give the status and the error code, whichever of the two envelopes it is in."""
    errors = answer[1]["errors"]
    return answer[0], (errors[0] if isinstance(errors, list) else errors)["errorCode"]


def fields(answer: Answer) -> list[str]:
    """Give the fields which a validation error names."""
    assert code(answer) == (400, "validationError")
    assert all(set(one) == {"field", "errorMessage", "errorCode", "href"} for one in answer[1]["errors"])
    return [one["field"] for one in answer[1]["errors"]]
