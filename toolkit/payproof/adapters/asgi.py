"""A simulator as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from payproof.adapters.http_protocol import Limits
from payproof.model import Message
from payproof.simulator.engine import Simulator
from payproof.simulator.protocol import Outcome, Stall, Truncate

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class ConnectionLostError(ConnectionError):
    """An armed fault ended the exchange before its reply was whole."""


def application(simulator: Simulator, clock: Callable[[], float]) -> Callable[..., Awaitable[None]]:
    """Give the application; `clock` gives seconds since the epoch."""
    most = Limits().body_bytes

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            body = await _body(receive, most)
            reply = Message(status=413) if body is None else simulator.handle(_message(scope, body), clock())
            await _send(reply, scope["method"], send)

    return app


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _body(receive: Receive, most: int) -> bytes | None:
    body: bytes = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if len(body) > most:
            return None
        if not event.get("more_body"):
            return body


def _message(scope: dict[str, Any], body: bytes) -> Message:
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string") or b""
    target = raw.partition(b"?")[0] + (b"?" + query if query else b"")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Message(scope["method"], target.decode("latin-1"), headers, body)


async def _send(outcome: Outcome, method: str, send: Send) -> None:
    if isinstance(outcome, Stall):
        await asyncio.sleep(outcome.seconds)
        if outcome.reply is None:
            raise ConnectionLostError("the sandbox never answered")
        outcome = outcome.reply
    if not isinstance(outcome, Message | Truncate):
        raise ConnectionLostError("the sandbox reset the connection")
    reply, keep = (outcome.reply, outcome.keep) if isinstance(outcome, Truncate) else (outcome, None)
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in reply.headers]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if method == "HEAD" else reply.body[:keep]
    await send({"type": "http.response.body", "body": body, "more_body": keep is not None})
    if keep is not None:
        raise ConnectionLostError("the sandbox cut its reply short")
