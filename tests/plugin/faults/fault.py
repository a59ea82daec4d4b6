"""A typical fault of a client or receiver: code that has it, code that has not, and the test that tells them."""

# The code of examples keeps the lines it has on the page.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

#: What every example has beside it, as `shop.py`.
SHOP = '''\
"""The smallest client that a merchant would write."""

import base64
import hashlib
import hmac
import json

import pytest
import requests

PAYKUN = pytest.mark.payproof("paykun")
PLURAL = pytest.mark.payproof("plural")
TRANSACTION = "20001-00000-00000-00001"
REFUND = f"/merchant/transaction/{TRANSACTION}/refund"
LINK = "/merchant/payment/link/create"
LINK_FIELDS = {
    "failure_url": "https://shop.example/failed", "success_url": "https://shop.example/ok", "amount": 250.5,
    "currency": "INR", "payment_for": "Course fee", "for_single_customer": False, "customer_email": "",
    "customer_mono": "", "customer_fname": "", "customer_lname": "", "notify_by_email": False,
    "notify_by_sms": False, "can_expire": False, "expiry_date": "", "receipt_no": "R-1", "note": "",
}


def text(value):
    """A value as PHP prints it, which is what the signature covers."""
    return {None: "", True: "1", False: ""}[value] if value is None or isinstance(value, bool) else str(value)


def sign(key, values):
    return hmac.digest(key.encode(), ("".join(f"{text(one)}|" for one in values) + "#").encode(), "sha512").hex()


class Shop:
    def __init__(self, sandbox):
        self.base, self.keys = sandbox.url, dict(sandbox.keys)
        self.headers = {"MerchantId": self.keys["merchant_id"], "AccessToken": self.keys["access_token"]}

    def signed(self, fields):
        return {**fields, "signature": sign(self.keys["encryption_key"], fields.values())}

    def post(self, path, body, method="POST"):
        return requests.request(method, self.base + path, json=body, headers=self.headers, timeout=5)

    def get(self, path, query=()):
        return requests.get(self.base + path, params=query, headers=self.headers, timeout=5)


def genuine(body, headers, keys, now_s=None, window_s=300):
    """Plural's webhook signature, checked as documented."""
    signed = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
    right = "v1," + base64.b64encode(hmac.digest(keys["webhook_secret"].encode(), signed, "sha256")).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one.encode(), right.encode()) for one in given)
'''
RECEIVER = '''\
import time


class Receiver:
    """A receiver that keeps every property; examples change one method of it."""

    rank = {"ORDER_AUTHORIZED": 1, "ORDER_PROCESSED": 2, "ORDER_CANCELLED": 2, "ORDER_FAILED": 2}

    def __init__(self, keys):
        self.keys, self.orders, self.seen, self.shipped = keys, {}, set(), []

    def effects(self):
        return dict(self.orders), list(self.shipped)

    def receive(self, body, headers):
        if not self.genuine(body, headers) or not self.fresh(headers):
            return 401
        event = self.parse(body)
        if event is None:
            return 400
        if not self.first(headers):
            return 200
        return self.act(event)

    def genuine(self, body, headers):
        return genuine(body, headers, self.keys)

    def fresh(self, headers):
        return abs(time.time() - int(headers["webhook-timestamp"])) <= 300

    def parse(self, body):
        try:
            event = json.loads(body)
            str(event["event_type"]), str(event["data"]["order_id"]) + ""
            return event if isinstance(event["data"], dict) and isinstance(event["event_type"], str) else None
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def first(self, headers):
        new = headers["webhook-id"] not in self.seen
        self.seen.add(headers["webhook-id"])
        return new

    def act(self, event):
        name, order = event["event_type"], event["data"]["order_id"]
        if name in self.rank and self.rank[name] >= self.rank.get(self.orders.get(order), 0):
            self.orders[order] = name
        return 200
'''
SUITE = """\
@PLURAL
def test_it(payproof_receiver_suite, payproof_gateway):
    shop = Mine(payproof_gateway.testbed.merchants["main"])
    payproof_receiver_suite(shop.receive, effects=shop.effects)
"""
CALL = """\
@PAYKUN
def test_it(payproof_sandbox):
    call(Shop(payproof_sandbox))
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Args:
        id: Kebab-case.
        title: What the code does wrong.
        faulty, mended: The code that differs.
        says: What the failure's text must hold, so that it names the fault.
        test: The test, the same for both.
    """

    id: str
    title: str
    faulty: str
    mended: str
    says: str
    test: str = CALL


def source(fault: Fault, code: str) -> str:
    """Give the test module of a fault, faulty or mended."""
    receiver = RECEIVER if fault.test == SUITE else ""
    return f"from shop import *\n{receiver}\n\n{code.rstrip()}\n\n\n{fault.test}"
