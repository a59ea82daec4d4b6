"""The independent Plural's webhooks: signed over the bytes sent, unless the fault is planted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from . import plural_bed, plural_server, plural_webhooks
from .plural_bed import MAIN
from .plural_client import Client


def test_the_official_webhook_vector() -> None:
    body = b'{"payload":"payload"}'
    made = plural_webhooks.signature("msg_2nEfCaUDn9fynC9Kz2upo1QSydl", 1728543028, body, "abc1234")
    assert made == "v1,Ns46HrH+Nfu9dZtBUVvSLyrOD5JH0SAGlNo3M5yobfQ="


Received = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def receiver() -> Iterator[tuple[str, Received]]:
    """Listen for webhooks; refuse the first delivery, so that it comes twice."""
    received: Received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(500 if len(received) == 1 else 204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", received
    server.shutdown()
    server.server_close()


def webhook_holds(headers: dict[str, str], body: bytes) -> bool:
    """Verify a webhook apart from the server's own code."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(MAIN.webhook_secret.encode(), signed, hashlib.sha256).digest()
    return headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def run_a_flow(url: str, *faults: str) -> None:
    """Capture and refund one order and fail another; closing the server sends what is queued."""
    with plural_server.serve(0, faults, webhook_url=url) as running:
        client = Client(running)
        order_id = client.settled(pre_auth=True)
        client.capture(order_id)
        client.refund(order_id, 100)
        client.settled(plural_bed.DECLINED_PAISA)


def test_webhooks_are_signed_over_the_bytes_sent(receiver: tuple[str, Received]) -> None:
    url, received = receiver
    run_a_flow(url)
    events = {headers["webhook-id"]: json.loads(body)["event_type"] for headers, body in received}
    assert list(events.values()) == [
        "ORDER_AUTHORIZED",
        "ORDER_PROCESSED",
        "REFUND_PROCESSED",
        "PAYMENT_FAILED",
        "ORDER_FAILED",
    ]
    assert all(webhook_holds(headers, body) for headers, body in received)


def test_fault_webhook_reserialised(receiver: tuple[str, Received]) -> None:
    url, received = receiver
    run_a_flow(url, "webhook-reserialised")
    assert received
    assert not any(webhook_holds(headers, body) for headers, body in received)
    assert all(
        webhook_holds(headers, json.dumps(json.loads(body), sort_keys=True).encode())
        for headers, body in received
    )
