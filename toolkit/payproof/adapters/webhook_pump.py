"""Delivers a simulator's webhooks over HTTP and tells it what the receivers answered."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from payproof.errors import UsageError
from payproof.simulator.engine import Simulator
from payproof.simulator.webhooks import Delivery

TIMEOUT_S = 5.0
_LONGEST_NAP_S = 1.0
_AT_ONCE = 8


class WebhookPump:
    """Sends what is due, on the server's event loop; the sockets are waited for in threads.

    Args:
        simulator: Whose webhooks.
        clock: Gives seconds since the epoch.
        url: The receiver; empty keeps webhooks waiting. A receiver that a request names is used only when
            it is on this machine or has this URL's host, so that no caller can aim the sandbox elsewhere.

    Raises:
        UsageError: when the URL is no http or https address.
    """

    def __init__(self, simulator: Simulator, clock: Callable[[], float], url: str = "") -> None:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            hint = "give http://HOST:PORT/PATH"
            raise UsageError("the webhook address is no http or https URL", where="--webhook-url", hint=hint)
        self._simulator, self._clock, self.url = simulator, clock, url
        self._host = parts.hostname or ""
        self._changed = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def look(self) -> None:
        """Say that something may have fallen due."""
        if self.url and self._simulator.world.outbox.next_s() is not None:
            self._changed.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        if not self.url:
            return
        while True:
            room = _AT_ONCE - len(self._sending)
            if room > 0:
                for delivery in self._simulator.due(self._clock()):
                    task = asyncio.get_running_loop().create_task(self._deliver(delivery))
                    self._sending.add(task)
                    task.add_done_callback(self._sending.discard)
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), _LONGEST_NAP_S)
            except TimeoutError:
                pass

    async def _deliver(self, delivery: Delivery) -> None:
        url = delivery.url or self.url
        if not self._allowed(url):
            self._simulator.delivered(delivery.id, failure="the address is not this machine's")
            return
        try:
            status = await asyncio.to_thread(post, url, delivery)
            self._simulator.delivered(delivery.id, status=status)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._simulator.delivered(delivery.id, failure=type(error).__name__)

    def _allowed(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        if host in (self._host, "localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def post(url: str, delivery: Delivery) -> int:
    """Send one attempt; gives the receiver's status. No redirect is followed and no proxy is used."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if delivery.message.method == "GET":
            # What a browser brings in the URL stands in the message's own target.
            target = delivery.message.target
        connection.putrequest(delivery.message.method, target, skip_accept_encoding=True)
        for name, value in delivery.message.headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(delivery.message.body)))
        connection.endheaders(delivery.message.body)
        response = connection.getresponse()
        response.read(65_536)
        return response.status
    finally:
        connection.close()
