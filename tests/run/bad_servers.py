"""Loopback servers that misbehave below HTTP: each connection meets the same fate."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

Fate = Callable[[socket.socket], None]


def hang(connection: socket.socket) -> None:
    """Take the request and say nothing."""
    threading.Event().wait(0.5)
    connection.close()


def reset(connection: socket.socket) -> None:
    """Close so that the client sees a reset."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def garbage(connection: socket.socket) -> None:
    """Answer what is not HTTP."""
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x01 SSH-2.0 nonsense\r\n\r\n")
    connection.close()


def endless_body(connection: socket.socket) -> None:
    """Stream a body without an end."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" " * 65536)


def endless_headers(connection: socket.socket) -> None:
    """Stream header lines without an end."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"a" * 1000 + b"\r\n")


def cut(connection: socket.socket) -> None:
    """Promise more than is sent."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    connection.close()


@contextlib.contextmanager
def serving(fate: Fate) -> Iterator[str]:
    """Serve the fate on a free loopback port; gives the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def meet(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            fate(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=meet, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        # Closing alone would leave the thread waiting in accept.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
