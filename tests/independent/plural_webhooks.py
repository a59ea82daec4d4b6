"""Sends Plural's webhooks from one thread, in order, signed over the bytes that are sent.

Each is tried three times at most, half a second apart, until a 2xx; the id stays, the timestamp is renewed
(evidence: unknown). The key is the merchant's webhook secret as text.

Source: webhook signature verification. Evidence: documented.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

ATTEMPTS, PAUSE_S = 3, 0.5


def signature(message_id: str, timestamp_s: int, body: bytes, secret: str) -> str:
    """Give the value of `webhook-signature`."""
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


class Sender:
    """A queue of webhooks and the thread that empties it."""

    def __init__(self, url: str, now: Callable[[], float], *, reserialised: bool) -> None:
        self._url, self._now, self._reserialised = url, now, reserialised
        self._waiting: queue.Queue[tuple[str, bytes, bytes, str] | None] = queue.Queue()
        self._closing = threading.Event()
        self._made = 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def send(self, event_type: str, data: dict[str, Any], secret: str) -> None:
        """Queue an event as the order is now."""
        event = {"event_type": event_type, "data": data}
        body = json.dumps(event, separators=(",", ":")).encode()
        # The fault: what is signed means the same and is not the same bytes.
        signed = json.dumps(event, sort_keys=True).encode() if self._reserialised else body
        self._made += 1
        self._waiting.put((f"msg_independent{self._made:06d}", body, signed, secret))

    def close(self) -> None:
        """Send what is queued, each once at most, and stop."""
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(timeout=10)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            message_id, body, signed, secret = item
            for _ in range(ATTEMPTS):
                timestamp_s = int(self._now())
                headers = {
                    "Content-Type": "application/json",
                    "webhook-id": message_id,
                    "webhook-timestamp": str(timestamp_s),
                    "webhook-signature": signature(message_id, timestamp_s, signed, secret),
                }
                if self._post(body, headers) or self._closing.is_set():
                    break
                time.sleep(PAUSE_S)

    def _post(self, body: bytes, headers: dict[str, str]) -> bool:
        request = urllib.request.Request(self._url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return 200 <= int(reply.status) < 300
        except (OSError, ValueError):
            return False
