"""The client sends bytes as they are, and always comes back."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from payproof.adapters.http_client import HttpTarget
from payproof.adapters.live_guard import LiveGuard, LiveHostError
from payproof.errors import UsageError
from payproof.model import Message

OPEN = LiveGuard(frozenset())
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[tuple[str, list[bytes]]]:
    """A raw TCP server: gives its URL and the requests it got."""
    got: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    if request := _request(connection):
                        got.append(request)
                    serve(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", got
    finally:
        ended.set()
        listener.close()


def _request(connection: socket.socket) -> bytes:
    """Read one request, its head and the body that its Content-Length announces."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = connection.recv(65536)
        if not piece:
            return read
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    found = re.search(rb"Content-Length: (\d+)", head)
    while found and len(body) < int(found[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(raw: bytes) -> Serve:
    return lambda connection: connection.sendall(raw)


def test_target_headers_and_body_go_out_as_given() -> None:
    message = Message(
        "POST",
        "/a%2fb/./../%zz?x=1&&y=%E0%A4%A7+%20",
        (
            ("MerchantId", "1"),
            ("aCCesstoken", "t"),
            ("MerchantId", "2"),
            ("Content-Type", "application/json"),
        ),
        b'{"a": 1.50}',
    )
    with server(answer(OK)) as (url, got), HttpTarget(f"{url}/base/", OPEN) as target:
        reply = target.send(message, write=True)
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"POST /base/a%2fb/./../%zz?x=1&&y=%E0%A4%A7+%20 HTTP/1.1",
        f"Host: {url.removeprefix('http://')}".encode(),
        b"MerchantId: 1",
        b"aCCesstoken: t",
        b"MerchantId: 2",
        b"Content-Type: application/json",
        b"Content-Length: 11",
    ]
    assert body == b'{"a": 1.50}'
    assert (reply.response and reply.response.status, reply.failure) == (200, "")
    assert reply.request.target == "/base/a%2fb/./../%zz?x=1&&y=%E0%A4%A7+%20"


def test_a_redirect_is_an_answer() -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(answer(raw)) as (url, got), HttpTarget(url, OPEN) as target:
        reply = target.send(Message("GET", "/"), write=False)
    assert reply.response is not None
    assert reply.response.status == 302
    assert len(got) == 1


def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with server(answer(OK)) as (url, _), HttpTarget(url, OPEN) as target:
        assert target.send(Message("GET", "/"), write=False).failure == ""


def _trickle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.02)


def _endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"x" * 4096)


@pytest.mark.parametrize(
    ("serve", "failure"),
    [
        (lambda connection: time.sleep(1), "timeout"),
        (_trickle, "timeout"),
        (_endless, "too-large"),
        (lambda connection: None, "reset"),
        (answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "truncated"),
        (answer(b"\x00\x01garbage\r\n\r\n"), "garbage"),
    ],
    ids=["hangs", "trickles", "endless", "closes", "breaks-off", "bytes"],
)
def test_a_bad_server_becomes_a_failure_in_bounded_time(serve: Serve, failure: str) -> None:
    with (
        server(serve) as (url, _),
        HttpTarget(url, OPEN, step_s=0.3, whole_s=0.6, max_bytes=100_000) as target,
    ):
        start = time.monotonic()
        reply = target.send(Message("GET", "/"), write=False)
        assert time.monotonic() - start < 3
    assert (reply.response, reply.failure) == (None, failure)


def test_nobody_listening_is_a_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with HttpTarget(f"http://127.0.0.1:{port}", OPEN) as target:
        assert target.send(Message("GET", "/"), write=False).failure == "refused"


@pytest.mark.parametrize(
    "message",
    [
        Message("GET", "/ space"),
        Message("GET", "/ü"),
        Message("GET", "/", (("X-A", "a\r\nX-B: c"),)),
        Message("GET", "/", (("X-A", "€"),)),
        Message("GET", "/" + "x" * 100_000),
        Message("G T", "/"),
    ],
    ids=["space", "not-ascii", "header-split", "header-unicode", "long", "method"],
)
def test_what_is_no_http_is_not_sent(message: Message) -> None:
    with server(answer(OK)) as (url, got), HttpTarget(url, OPEN) as target:
        assert target.send(message, write=False).failure == "unsendable"
        assert target.send(Message("GET", "/"), write=False).failure == ""
    assert len(got) == 1


def test_a_real_host_is_refused_when_the_target_is_made() -> None:
    with pytest.raises(LiveHostError):
        HttpTarget("https://API.paykun.com./v1", LiveGuard(frozenset({"paykun.com"})))


def test_a_real_host_is_refused_again_when_connecting() -> None:
    target = HttpTarget("http://localhost:9", OPEN)
    target._pool._network_backend._guard = LiveGuard(frozenset({"localhost"}))  # type: ignore[attr-defined]
    with pytest.raises(LiveHostError):
        target.send(Message("GET", "/"), write=False)


def test_a_write_to_an_allowed_real_host_is_not_sent() -> None:
    guard = LiveGuard(frozenset({"127.0.0.1"}), frozenset({"127.0.0.1"}))
    with server(answer(OK)) as (url, got), HttpTarget(url, guard) as target:
        assert target.send(Message("POST", "/"), write=True).failure == "not-allowed"
        assert target.send(Message("GET", "/"), write=False).failure == ""
    assert len(got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host",
        "host:80",
        "http://",
        "http://u:p@host",
        "http://h?x=1",
        "http://h#f",
        "http://h:x",
        "http://h/ü",
    ],
)
def test_what_is_no_base_url_is_refused_without_showing_credentials(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        HttpTarget(url, OPEN)
    assert "u:p" not in str(raised.value)
