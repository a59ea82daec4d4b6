"""Ways to a receiver over HTTP: a URL, and the test clients of frameworks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from payproof.errors import NothingCheckedError, UsageError
from payproof.model import Message

#: Header of an answer that stands for an exception which the receiver let out.
CRASHED = "X-Payproof-Crashed"


Send = Callable[[Message], Message]


TIMEOUT_S = 10.0


def to_url(url: str) -> Send:
    """Deliver to a URL; raises UsageError for what is none.

    A delivery raises NothingCheckedError where TLS does not begin, which says nothing of the receiver.
    """
    from payproof.adapters.http_client import HttpTarget
    from payproof.adapters.live_guard import LiveGuard

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("this is no http or https URL", where="receiver", hint="give http://HOST:PORT/PATH")
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path or "/"

    def send(message: Message) -> Message:
        query = message.target.partition("?")[2] or parts.query
        headers = tuple(
            (name, value.encode("latin-1", "replace").decode("latin-1")) for name, value in message.headers
        )
        asked = Message(message.method, path + (f"?{query}" if query else ""), headers, message.body)
        # Whoever the receiver is, it is the user's; a connection of its own leaves nothing open.
        with HttpTarget(origin, LiveGuard(frozenset()), step_s=TIMEOUT_S, whole_s=2 * TIMEOUT_S) as target:
            reply = target.send(asked, write=True)
        if reply.failure == "tls":
            raise NothingCheckedError(
                reply.why,
                where="receiver",
                hint="name a file with the certificate's authority in the variable SSL_CERT_FILE, or correct"
                " the URL: a port without TLS wants http://",
            )
        return reply.response or Message(status=0, headers=((CRASHED, reply.failure),))

    return send


def _target(message: Message, path: str) -> str:
    query = message.target.partition("?")[2]
    return path + (f"?{query}" if query else "")


def to_flask_client(client: Any, path: str, refuses: Any) -> Send:
    """Deliver through Flask's test client."""

    def send(message: Message) -> Message:
        reply = client.open(
            _target(message, path), method=message.method, headers=list(message.headers), data=message.body
        )
        return Message(status=reply.status_code, headers=tuple(reply.headers.items()), body=reply.get_data())

    return send


def to_django_client(client: Any, path: str, refuses: Any) -> Send:
    """Deliver through Django's test client."""

    def send(message: Message) -> Message:
        rest = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in message.headers
            if name.lower() not in ("content-type", "content-length")
        }
        kind = message.header("content-type") or "application/octet-stream"
        reply = client.generic(message.method, _target(message, path), message.body, kind, **rest)
        return Message(status=reply.status_code, headers=tuple(reply.items()), body=bytes(reply.content))

    return send


def to_http_client(client: Any, path: str, refuses: Any) -> Send:
    """Deliver through a client that requests as httpx does."""

    def send(message: Message) -> Message:
        reply = client.request(
            message.method,
            _target(message, path),
            headers=[(name, value.encode("latin-1", "replace")) for name, value in message.headers],
            content=message.body,
        )
        return Message(status=reply.status_code, headers=tuple(reply.headers.items()), body=reply.content)

    return send
