"""A small HTTP/1.1 server side for asyncio, with httptools for parsing and a limit on everything.

Why not an ASGI server: a sandbox answers from memory, so the server's own cost decides. Measured with
`wrk -t1 -c8` on two cores, an ASGI application that does nothing answered 16,600 requests a second under
uvicorn (httptools, asyncio) and 20,600 with uvloop; this protocol answered 49,000. It can also do what
ASGI cannot: cut a reply short and reset a connection, which armed faults ask for.

One connection is served in order. Reading stops while a reply is delayed, while the peer does not read,
and while requests queue up. A connection that is slow to send, to read or to ask again is closed by a
sweep once a second, so that a deadline costs the hot path one assignment.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httptools

from payproof.adapters.http_wire import wire, written
from payproof.model import Header, Message
from payproof.simulator.protocol import Outcome, Reset, Stall, Truncate

Handler = Callable[[Message], Outcome]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may cost.

    Args:
        head_bytes: Request line and headers together.
        headers: Number of headers.
        body_bytes: Of a request.
        head_s: From the first byte of a request to the end of its headers.
        body_s: From there to the end of its body.
        idle_s: Between requests.
        write_s: Longest wait for a peer that does not read.
        connections: Open at once; a further one is closed at once.
        queued: Requests sent ahead on one connection.
    """

    head_bytes: int = 32_768
    headers: int = 100
    body_bytes: int = 1_048_576
    head_s: float = 10.0
    body_s: float = 30.0
    idle_s: float = 75.0
    write_s: float = 30.0
    connections: int = 512
    queued: int = 128


class TooMuch(Exception):
    """A request is over a limit; `status` says which kind."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class Request:
    """A request that has come in whole, and how its connection goes on."""

    message: Message
    keep: bool
    old: bool


class Connection(asyncio.Protocol):
    """One client.

    Args:
        handler: Gives the outcome of a request; it must not raise.
        limits: What the client may cost.
        open_connections: The server's set of connections; this one enters and leaves it.
    """

    def __init__(self, handler: Handler, limits: Limits, open_connections: set[Connection]) -> None:
        self._handler, self._limits, self._open = handler, limits, open_connections
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._parser: Any = httptools.HttpRequestParser(self)
        self._ready: deque[Request] = deque()
        self._stalled: asyncio.TimerHandle | None = None
        self._blocked = self._closing = self._busy = False
        self._unseen = 0
        self.deadline = self._loop.time() + limits.head_s
        self._begin()

    # What the parser says

    def _begin(self) -> None:
        self._url = b""
        self._pairs: list[Header] = []
        self._body: list[bytes] = []
        self._head_bytes = self._body_bytes = 0
        self._head_done = False

    def on_message_begin(self) -> None:
        """Start a request."""
        self._begin()
        self._busy = True

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._url += url
        self._weigh(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if len(self._pairs) >= self._limits.headers:
            raise TooMuch(431)
        self._weigh(len(name) + len(value) + 4)
        self._pairs.append((name.decode("latin-1"), value.decode("latin-1")))

    def _weigh(self, count: int) -> None:
        self._head_bytes += count
        if self._head_bytes > self._limits.head_bytes:
            raise TooMuch(431)

    def on_headers_complete(self) -> None:
        """Go on to the body."""
        self._head_done = True
        self.deadline = self._loop.time() + self._limits.body_s
        for name, value in self._pairs:
            lower = name.lower()
            if lower == "content-length" and value.isdigit() and int(value) > self._limits.body_bytes:
                raise TooMuch(413)
            if lower == "expect" and value.lower() == "100-continue":
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(data)
        if self._body_bytes > self._limits.body_bytes:
            raise TooMuch(413)
        self._body.append(data)

    def on_message_complete(self) -> None:
        """Queue the request."""
        if len(self._ready) >= self._limits.queued:
            raise TooMuch(429)
        message = Message(
            self._parser.get_method().decode("latin-1"),
            self._url.decode("latin-1"),
            tuple(self._pairs),
            b"".join(self._body),
        )
        keep = bool(self._parser.should_keep_alive())
        self._ready.append(Request(message, keep, self._parser.get_http_version() == "1.0"))
        self._busy = False

    # What the loop says

    def connection_made(self, transport: Any) -> None:
        """Take the connection, unless there are too many."""
        self._transport = transport
        if len(self._open) >= self._limits.connections:
            transport.abort()
            return
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._open.discard(self)
        self._closing = True
        self._ready.clear()
        if self._stalled is not None:
            self._stalled.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse what came and answer what is whole."""
        if self._closing:
            return
        if not self._busy:
            self.deadline = self._loop.time() + self._limits.head_s
        # The parser holds back a header until it is whole, so what came in without one is counted here.
        self._unseen += len(data)
        status = 0
        try:
            self._parser.feed_data(data)
            if self._head_done or not self._busy:
                self._unseen = 0
            elif self._unseen > self._limits.head_bytes:
                status = 431
        except httptools.HttpParserUpgrade:
            # The request itself came whole and is answered; what follows is not HTTP, so we part after it.
            if self._ready:
                self._ready[-1].keep = False
        except httptools.HttpParserError as error:
            cause = error.__context__
            status = cause.status if isinstance(cause, TooMuch) else 400
        self._pump()
        if status:
            self._part(status)

    def eof_received(self) -> bool:
        """Keep the half-open connection while an answer is still to come."""
        return bool(self._ready or self._stalled)

    def pause_writing(self) -> None:
        """Wait for a peer that does not read."""
        self._blocked = True
        self._transport.pause_reading()
        self.deadline = self._loop.time() + self._limits.write_s

    def resume_writing(self) -> None:
        """Go on."""
        self._blocked = False
        self._pump()
        if not self._blocked and self._stalled is None and not self._closing:
            self._transport.resume_reading()

    def sweep(self, now: float) -> None:
        """Close the connection when it is too slow."""
        if now > self.deadline and self._stalled is None and self._transport is not None:
            if self._busy and not self._blocked:
                self._part(408)
            self._transport.abort() if self._blocked else self._transport.close()

    def drop(self) -> None:
        """Close the connection at once, as the server stops."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()

    # Answers

    def _pump(self) -> None:
        out: list[bytes] = []
        while self._ready and self._stalled is None and not self._blocked and not self._closing:
            request = self._ready.popleft()
            self._answer(request, self._handler(request.message), out)
        if out and not self._transport.is_closing():
            self._transport.write(b"".join(out))
        if self._closing:
            self._transport.close()
        elif not self._busy:
            self.deadline = self._loop.time() + self._limits.idle_s

    def _answer(self, request: Request, outcome: Outcome, out: list[bytes]) -> None:
        if isinstance(outcome, Message):
            head_only = request.message.method == "HEAD"
            if request.keep and not head_only and not request.old:
                out.append(wire(outcome))
                return
            out.append(written(outcome, keep=request.keep, head_only=head_only, hello=request.old))
            self._closing = not request.keep
        elif isinstance(outcome, Stall):
            self._transport.pause_reading()
            self._stalled = self._loop.call_later(outcome.seconds, self._wake, request, outcome.reply)
        elif isinstance(outcome, Truncate):
            out.append(written(outcome.reply, keep=True, cut=outcome.keep))
            self._closing = True
        else:
            assert isinstance(outcome, Reset)
            self._reset(out)

    def _wake(self, request: Request, reply: Message | None) -> None:
        self._stalled = None
        if reply is None:
            self._closing = True
            self._transport.abort()
            return
        out: list[bytes] = []
        self._answer(request, reply, out)
        self._transport.write(b"".join(out))
        self._pump()
        if not self._closing and not self._blocked and self._stalled is None:
            self._transport.resume_reading()

    def _reset(self, out: list[bytes]) -> None:
        if out:
            self._transport.write(b"".join(out))
            out.clear()
        self._closing = True
        raw = self._transport.get_extra_info("socket")
        if raw is not None:
            # Lingering for no time makes closing send RST in place of FIN.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _part(self, status: int) -> None:
        if self._closing:
            return
        self._closing = True
        reply = Message(status=status, headers=(("X-Payproof-Invented", "a limit of the sandbox"),))
        if not self._transport.is_closing():
            self._transport.write(written(reply, keep=False))
            self._transport.close()
