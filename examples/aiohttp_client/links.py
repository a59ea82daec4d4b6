"""Payment links and order lists on PayKun, with aiohttp."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import AsyncIterator, Iterable
from typing import Any

import aiohttp


def printed(value: Any) -> str:
    """A value as PayKun's server prints it: PHP's true is 1, its false and null are nothing, 99.0 is 99."""
    if isinstance(value, float):
        return f"{value:.14g}"
    return {None: "", True: "1", False: ""}[value] if value is None or isinstance(value, bool) else str(value)


def signature(values: Iterable[Any]) -> str:
    """Each value and a bar, then a hash sign; HMAC-SHA-512 with the encryption key."""
    text = "".join(f"{printed(one)}|" for one in values) + "#"
    return hmac.digest(
        os.environ["PAYPROOF_PAYKUN_ENCRYPTION_KEY"].encode(), text.encode(), hashlib.sha512
    ).hex()


class Links:
    """The gateway's client; use it in `async with`."""

    def __init__(self) -> None:
        self.base = os.environ["PAYPROOF_PAYKUN_URL"]
        self.http = aiohttp.ClientSession(
            headers={
                "MerchantId": os.environ["PAYPROOF_PAYKUN_MERCHANT_ID"],
                "AccessToken": os.environ["PAYPROOF_PAYKUN_ACCESS_TOKEN"],
            }
        )

    async def __aenter__(self) -> Links:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def create(self, amount: float, what: str, receipt: str = "") -> str:
        """Make a link that anyone can pay; gives its address."""
        body = {
            "failure_url": "https://shop.example/failed",
            "success_url": "https://shop.example/ok",
            "amount": amount,
            "currency": "INR",
            "payment_for": what,
            "for_single_customer": False,
            "customer_email": "",
            "customer_mono": "",
            "customer_fname": "",
            "customer_lname": "",
            "notify_by_email": False,
            "notify_by_sms": False,
            "can_expire": False,
            "expiry_date": "",
            "receipt_no": receipt,
            "note": "",
        }
        signed = {**body, "signature": signature(body.values())}
        async with self.http.post(f"{self.base}/merchant/payment/link/create", json=signed) as reply:
            reply.raise_for_status()
            return str((await reply.json())["data"]["payment_link"])

    async def attempts(self, order_id: str) -> AsyncIterator[dict[str, Any]]:
        """Give every attempt to pay an order, page by page."""
        number, last = 0, False
        while not last:
            number += 1
            query = {"page_number": number, "limit": 10}
            query["signature"] = signature(query.values())
            async with self.http.get(f"{self.base}/merchant/orders/{order_id}", params=query) as reply:
                reply.raise_for_status()
                data = (await reply.json())["data"]
            for one in data["orders"]:
                yield one
            last = data["is_last"]
