"""A shop on PayKun: refunds with requests, webhooks with Flask."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from typing import Any

import flask
import requests


def signature(values: Iterable[Any]) -> str:
    """Each value and a bar, then a hash sign; HMAC-SHA-512 with the encryption key."""
    text = "".join(f"{'' if one is None else one}|" for one in values) + "#"
    return hmac.digest(
        os.environ["PAYPROOF_PAYKUN_ENCRYPTION_KEY"].encode(), text.encode(), hashlib.sha512
    ).hex()


def flat(transaction: dict[str, Any]) -> Iterable[Any]:
    """The values that PayKun signs: in the order sent, those of inner objects in their place."""
    for name, value in transaction.items():
        if name != "signature":
            yield from value.values() if isinstance(value, dict) else [value]


class PayKun:
    """The gateway's client."""

    def __init__(self) -> None:
        self.base = os.environ["PAYPROOF_PAYKUN_URL"]
        self.session = requests.Session()
        self.session.headers.update(
            {
                "MerchantId": os.environ["PAYPROOF_PAYKUN_MERCHANT_ID"],
                "AccessToken": os.environ["PAYPROOF_PAYKUN_ACCESS_TOKEN"],
            }
        )

    def status(self, transaction_id: str) -> str:
        """What became of a payment; raises ValueError for a reply that PayKun did not sign."""
        reply = self.session.get(f"{self.base}/merchant/transaction/{transaction_id}", timeout=10)
        # Numbers keep their text: 0.10 and 0.1 give different signatures.
        found = json.loads(reply.content, parse_float=str, parse_int=str)["data"]["transaction"]
        if not hmac.compare_digest(found["signature"], signature(flat(found))):
            raise ValueError("the reply's signature is wrong")
        return str(found["status"])

    def refund(self, transaction_id: str, amount: str, remarks: str) -> str:
        """Give money back; gives the reference, or raises RuntimeError with PayKun's error code."""
        body = {"refund_amount": amount, "remarks": remarks}
        body["signature"] = signature(body.values())
        reply = self.session.post(
            f"{self.base}/merchant/transaction/{transaction_id}/refund", json=body, timeout=10
        )
        if reply.status_code != 200:
            errors = reply.json()["errors"]
            raise RuntimeError((errors[0] if isinstance(errors, list) else errors)["errorCode"])
        return str(reply.json()["data"]["refund_ref_no"])


def create_app(orders: dict[str, str]) -> flask.Flask:
    """The web application; `orders` holds the status of each payment."""
    app = flask.Flask("shop")
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000

    @app.post("/paykun/webhook")
    def webhook() -> Any:
        try:
            body = json.loads(flask.request.get_data(), parse_float=str, parse_int=str)
            paid = body["transaction"]
            given, right = paid["signature"], signature(flat(paid))
            key, status = str(paid["payment_id"]), str(paid["status"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return "unreadable", 400
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), right.encode()):
            return "not from PayKun", 401
        # There is no delivery id and no time: Success is never taken back by what comes later.
        if status in ("Initialized", "Failed", "Success") and orders.get(key) != "Success":
            orders[key] = status
        return "true"

    return app
