"""One handler served on loopback in a thread: for the recorder and for replaying over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator

from payproof.adapters.http_protocol import Connection, Limits
from payproof.errors import UsageError
from payproof.model import Message
from payproof.simulator.protocol import Outcome

HOST = "127.0.0.1"


@contextlib.contextmanager
def serve_loopback(
    handler: Callable[[Message], Outcome], port: int = 0, limits: Limits | None = None
) -> Iterator[str]:
    """Give the origin, such as `http://127.0.0.1:8080`, under which the handler answers until the block ends.

    Requests are handled one after the other. No other address than 127.0.0.1 is ever bound.

    Args:
        handler: Must not raise.
        port: 0 for a free one.
        limits: What a client may cost.

    Raises:
        UsageError: when the port cannot be bound.
    """
    loop, open_connections = asyncio.new_event_loop(), set[Connection]()
    most = limits or Limits(body_bytes=16 * 1024 * 1024)
    thread = threading.Thread(target=loop.run_forever, name="payproof-loopback", daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: Connection(handler, most, open_connections), HOST, port)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        for connection in list(open_connections):
            connection.drop()

    try:
        try:
            server = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
        except OSError as error:
            raise UsageError(
                f"cannot listen on {HOST}:{port} ({error.strerror or error})",
                where="--port",
                hint="choose another port, or 0 for a free one",
            ) from None
        try:
            yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
        finally:
            # What is being answered may wait for an upstream; it is over within its own time limit.
            asyncio.run_coroutine_threadsafe(stop(server), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
