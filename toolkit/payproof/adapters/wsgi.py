"""A simulator as a WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.client import responses
from typing import Any
from urllib.parse import quote

from payproof.adapters.asgi import ConnectionLostError
from payproof.adapters.http_protocol import Limits
from payproof.model import Header, Message
from payproof.simulator.engine import Simulator
from payproof.simulator.protocol import Stall

Start = Callable[..., Any]


def wsgi_app(
    simulator: Simulator, clock: Callable[[], float]
) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """Give the application; `clock` gives seconds since the epoch.

    A reply that is held back is answered at once, and one that breaks off ends in an exception, which is all
    that WSGI has for them.
    """
    most = Limits().body_bytes

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        length = str(environ.get("CONTENT_LENGTH") or "0")
        size = int(length) if length.isascii() and length.isdigit() else 0
        if size > most:
            return _send(Message(status=413), start_response)
        body = environ["wsgi.input"].read(size) if size else b""
        outcome = simulator.handle(_message(environ, body), clock())
        if isinstance(outcome, Stall) and outcome.reply is not None:
            outcome = outcome.reply
        if not isinstance(outcome, Message):
            raise ConnectionLostError("the sandbox broke the exchange off")
        return _send(outcome, start_response)

    return app


def _message(environ: dict[str, Any], body: bytes) -> Message:
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    target = quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
    query = environ.get("QUERY_STRING") or ""
    return Message(
        environ["REQUEST_METHOD"], target + (f"?{query}" if query else ""), tuple(_headers(environ)), body
    )


def _headers(environ: dict[str, Any]) -> Iterable[Header]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").title(), str(value)
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            yield name.replace("_", "-").title(), str(environ[name])


def _send(reply: Message, start_response: Start) -> Iterable[bytes]:
    headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
    start_response(f"{reply.status} {responses.get(reply.status, 'Unknown')}", headers)
    return [reply.body]
