"""A shop on Plural: orders with httpx, webhooks with FastAPI."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

RANK = {"ORDER_AUTHORIZED": 1, "ORDER_PROCESSED": 2, "ORDER_CANCELLED": 2, "ORDER_FAILED": 2}
MOST_BYTES = 1_000_000


class Plural:
    """The gateway's client."""

    def __init__(self) -> None:
        self.http = httpx.Client(base_url=os.environ["PAYPROOF_PLURAL_URL"], timeout=10)
        reply = self.http.post(
            "/api/auth/v1/token",
            json={
                "client_id": os.environ["PAYPROOF_PLURAL_CLIENT_ID"],
                "client_secret": os.environ["PAYPROOF_PLURAL_CLIENT_SECRET"],
                "grant_type": "client_credentials",
            },
        )
        self.http.headers["Authorization"] = f"Bearer {reply.raise_for_status().json()['access_token']}"

    def create_order(self, reference: str, amount_paisa: int) -> dict[str, Any]:
        """Make an order; gives it, or raises httpx.HTTPStatusError."""
        body = {
            "merchant_order_reference": reference,
            "order_amount": {"value": amount_paisa, "currency": "INR"},
            "pre_auth": False,
        }
        return dict(self.http.post("/api/pay/v1/orders", json=body).raise_for_status().json()["data"])

    def order(self, order_id: str) -> dict[str, Any]:
        """Give an order as it stands."""
        return dict(self.http.get(f"/api/pay/v1/orders/{order_id}").raise_for_status().json()["data"])

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


def genuine(body: bytes, headers: Any) -> bool:
    """Verify a webhook as Plural documents it: Standard Webhooks, five minutes wide."""
    signed_at = headers.get("webhook-timestamp", "")
    if not (signed_at.isascii() and signed_at.isdigit()) or abs(time.time() - int(signed_at)) > 300:
        return False
    text = f"{headers.get('webhook-id', '')}.{signed_at}.".encode() + body
    digest = hmac.digest(os.environ["PLURAL_WEBHOOK_SECRET"].encode(), text, hashlib.sha256)
    right = b"v1," + base64.b64encode(digest)
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one.encode(), right) for one in given)


def create_app(orders: dict[str, str]) -> FastAPI:
    """The web application; `orders` holds the last event of each order."""
    app, seen = FastAPI(), set[str]()

    @app.post("/plural/webhook")
    async def webhook(request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_BYTES or not genuine(body, request.headers):
            return Response(status_code=401)
        try:
            event = json.loads(body)
            name, order = event["event_type"], event["data"]["order_id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return Response(status_code=400)
        new = request.headers["webhook-id"] not in seen
        seen.add(request.headers["webhook-id"])
        known = isinstance(name, str) and isinstance(order, str) and name in RANK
        # Events come in any order: an older one never undoes a newer one.
        if new and known and RANK[name] >= RANK.get(orders.get(order, ""), 0):
            orders[order] = name
        return Response(status_code=200)

    return app
