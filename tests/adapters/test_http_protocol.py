"""The server side keeps HTTP, its limits and the faults, whatever bytes come."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payproof.adapters.http_protocol import Connection, Limits
from payproof.adapters.http_wire import written
from payproof.model import Message
from payproof.simulator.protocol import Outcome, Reset, Stall, Truncate

DEFAULT = Limits()
REPLY = Message(status=200, headers=(("Content-Type", "application/json"),), body=b'{"status":true}')


@dataclass
class Server:
    """A running protocol with what it was asked."""

    port: int = 0
    seen: list[Message] = field(default_factory=list)
    connections: set[Connection] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None

    def sweep(self, seconds_later: float) -> None:
        """Run the sweep as if that much time had passed."""
        loop = self.loop
        assert loop is not None

        async def now() -> None:
            for one in list(self.connections):
                one.sweep(loop.time() + seconds_later)

        asyncio.run_coroutine_threadsafe(now(), loop).result(5)

    def ask(self, raw: bytes, *, shut: bool = True) -> bytes:
        """Send bytes and read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            client.sendall(raw)
            if shut:
                client.shutdown(socket.SHUT_WR)
            return read_all(client)


def read_all(client: socket.socket) -> bytes:
    pieces = []
    while piece := client.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def serving(answer: Callable[[Message], Outcome], limits: Limits = DEFAULT) -> Iterator[Server]:
    server = Server()
    loop = server.loop = asyncio.new_event_loop()

    def handler(message: Message) -> Outcome:
        server.seen.append(message)
        return answer(message)

    listening = loop.run_until_complete(
        loop.create_server(lambda: Connection(handler, limits, server.connections), "127.0.0.1", 0)
    )
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    listening.close()
    loop.close()


GET = b"GET /v1/x?a=1 HTTP/1.1\r\nHost: h\r\nMerchantId: 1\r\n\r\n"
LAST = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


def test_a_request_arrives_as_it_was_sent() -> None:
    with serving(lambda message: REPLY) as server:
        raw = b"POST /v1/%7Ex?a=1%20b HTTP/1.1\r\nHost: h\r\nX-Case: v\r\nContent-Length: 2\r\n"
        raw += b"Connection: close\r\n\r\nhi"
        answer = server.ask(raw)
    assert server.seen == [
        Message(
            "POST",
            "/v1/%7Ex?a=1%20b",
            (("Host", "h"), ("X-Case", "v"), ("Content-Length", "2"), ("Connection", "close")),
            b"hi",
        )
    ]
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"Content-Length: 15\r\nConnection: close\r\n\r\n" + REPLY.body)


def test_requests_sent_ahead_are_answered_in_order() -> None:
    def echo(message: Message) -> Outcome:
        return Message(status=200, body=message.target.encode())

    with serving(echo) as server:
        answer = server.ask(b"".join(GET.replace(b"/v1/x?a=1", b"/%d" % n) for n in range(5)) + LAST)
    bodies = [part.rpartition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert bodies == [b"/0", b"/1", b"/2", b"/3", b"/4", b"/v1/x?a=1"]


def test_a_body_in_chunks_is_put_together() -> None:
    with serving(lambda message: REPLY) as server:
        server.ask(
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
        )
    assert server.seen[0].body == b"hello"


def test_head_gets_the_length_and_no_body() -> None:
    with serving(lambda message: REPLY) as server:
        answer = server.ask(LAST.replace(b"GET", b"HEAD"))
    assert b"Content-Length: 15" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_an_expected_100_continue_is_sent() -> None:
    with serving(lambda message: REPLY) as server:
        raw = b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
        raw += b"Connection: close\r\n\r\nhi"
        assert server.ask(raw).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_upgrade_is_answered_as_a_plain_request() -> None:
    with serving(lambda message: REPLY) as server:
        answer = server.ask(
            b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", shut=False
        )
    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_http_1_0_with_keep_alive_is_told_so() -> None:
    assert b"Connection: keep-alive" in written(REPLY, keep=True, hello=True)


POST = b"POST / HTTP/1.1\r\nHost: h\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
BAD = {
    "long-header": (GET[:-2] + b"X: " + b"a" * 9000 + b"\r\n\r\n", b"431"),
    "many-headers": (GET[:-2] + b"".join(b"X%d: 1\r\n" % n for n in range(30)) + b"\r\n", b"431"),
    "long-target": (b"GET /" + b"a" * 9000, b"431"),
    "long-body": (POST + b"Content-Length: 9999999\r\n\r\n", b"413"),
    "long-chunks": (CHUNKED + (b"800\r\n" + b"a" * 0x800 + b"\r\n") * 9, b"413"),
    "tls": (b"\x16\x03\x01\x02\x00\x01", b"400"),
    "two-lengths": (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi", b"400"),
    "length-and-chunks": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
}


@pytest.mark.parametrize(("raw", "status"), BAD.values(), ids=BAD)
def test_what_is_over_a_limit_or_no_http_is_refused_and_the_connection_closed(
    raw: bytes, status: bytes
) -> None:
    limits = Limits(head_bytes=8192, headers=20, body_bytes=10_000)
    with serving(lambda message: REPLY, limits) as server:
        answer = server.ask(raw, shut=False)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert server.seen == []


def test_a_sender_of_one_header_after_another_is_cut_off() -> None:
    with (
        serving(lambda message: REPLY) as server,
        socket.create_connection(("127.0.0.1", server.port), 5) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\n")
        wait_for(lambda: bool(server.connections))
        client.sendall(b"X-A: 1\r\n")
        server.sweep(11)
        assert read_all(client).startswith(b"HTTP/1.1 408")


def test_an_idle_connection_is_closed() -> None:
    with (
        serving(lambda message: REPLY) as server,
        socket.create_connection(("127.0.0.1", server.port), 5) as client,
    ):
        client.sendall(GET)
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        server.sweep(60)
        client.sendall(GET)
        assert client.recv(1000) != b""
        server.sweep(80)
        assert read_all(client).count(b"HTTP/1.1 200") <= 1


def test_a_further_connection_than_allowed_is_closed() -> None:
    with serving(lambda message: REPLY, Limits(connections=1)) as server:
        first = socket.create_connection(("127.0.0.1", server.port), 5)
        wait_for(lambda: len(server.connections) == 1)
        try:
            assert server.ask(GET) == b""
        except OSError:
            pass
        first.sendall(GET)
        assert first.recv(100).startswith(b"HTTP/1.1 200")
        first.close()


def test_a_stalled_reply_comes_later_and_in_order() -> None:
    def slow(message: Message) -> Outcome:
        return Stall(0.05, Message(status=200, body=b"slow")) if "slow" in message.target else REPLY

    with serving(slow) as server:
        answer = server.ask(GET.replace(b"x?a=1", b"slow") + LAST)
    assert answer.index(b"slow") < answer.index(b'{"status":true}')


def test_a_truncated_reply_announces_more_than_it_sends() -> None:
    with serving(lambda message: Truncate(REPLY, 4)) as server:
        answer = server.ask(GET)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: 15" in head
    assert body == b'{"st'


def test_a_reset_connection_ends_with_an_error() -> None:
    with serving(lambda message: Reset()) as server, pytest.raises(ConnectionResetError):
        server.ask(GET, shut=False)


def test_a_value_with_a_line_break_adds_no_header() -> None:
    reply = Message(status=200, headers=(("X-Echo", "a\r\nSet-Cookie: b=1"),))
    assert b"\r\nSet-Cookie" not in written(reply, keep=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=80),
            st.sampled_from([GET, b"\r\n", b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"]),
        ),
        max_size=6,
    )
)
def test_no_bytes_break_the_server(shared_server: Server, pieces: list[bytes]) -> None:
    shared_server.ask(b"".join(pieces))
    assert shared_server.ask(LAST).startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Server]:
    with serving(lambda message: REPLY) as server:
        yield server


def wait_for(happened: Callable[[], bool]) -> None:
    for _ in range(500):
        if happened():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")
