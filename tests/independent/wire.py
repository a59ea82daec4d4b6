"""The HTTP rim of both independent servers: bytes in, JSON out, and nothing of either gateway.

An application gives two functions: `answer` for a whole request, `refuse` for one which the HTTP layer itself
turns away. A body is always read to its end, so that a kept-alive connection stays in step.
"""

from __future__ import annotations

import json
import math
import re
import socket
import socketserver
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote_to_bytes

MAX_BODY_BYTES = 256 * 1024
MAX_DRAINED_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 16


class GarbageError(Exception):
    """The bytes are no request of ours; the text says why, without quoting them."""


@dataclass(frozen=True)
class Call:
    """One request: path and query as sent, the path still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes
    too_long: bool = False

    def header(self, name: str) -> str:
        """Give a header's value, or the empty text."""
        return str(self.headers.get(name, ""))

    @property
    def content_type(self) -> str:
        """Give the media type in lower case, without its parameters."""
        return self.header("Content-Type").split(";", 1)[0].strip().lower()


@dataclass(frozen=True)
class Reply:
    """One answer; `body` is written as JSON, keys in their order."""

    status: int
    body: object
    headers: tuple[tuple[str, str], ...] = ()


class Application(Protocol):
    """What a gateway hands to the rim."""

    def answer(self, call: Call) -> Reply:
        """Answer a request."""

    def refuse(self, status: int, reason: str) -> Reply:
        """Word a refusal which the HTTP layer decided."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, application: Application) -> None:
        self.application = application
        self.crashes: list[BaseException] = []
        self.open_sockets: set[Any] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look our name up, which can take seconds where there is no resolver.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.open_sockets.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.open_sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is no event here, and our own errors are kept in `crashes`."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "independent", ""
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    timeout = 60
    server: _Server

    def __getattr__(self, name: str) -> Any:
        # Every method arrives at the application, which knows better than a list here what to do with it.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        too_long = len(body) > MAX_BODY_BYTES
        call = Call(self.command, path, query, self.headers, b"" if too_long else body, too_long)
        try:
            reply = self.server.application.answer(call)
        except Exception as crash:
            self.server.crashes.append(crash)
            reply = self.server.application.refuse(500, "Something went wrong")
        self._send(reply)

    def _body(self) -> bytes | None:
        """Read the body; None when the request was turned away or broke off."""
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        if "Transfer-Encoding" in self.headers:
            self._turn_away(411, "Send the body with a Content-Length")
            return None
        if len(lengths) != 1 or not re.fullmatch("[0-9]{1,12}", length := lengths.pop().strip()):
            self._turn_away(400, "Content-Length is not one number")
            return None
        wanted = int(length)
        if wanted > MAX_DRAINED_BYTES:
            self._turn_away(413, "The body is too long")
            return None
        body = self.rfile.read(wanted)
        if len(body) < wanted:
            self.close_connection = True
            return None
        return body

    def _turn_away(self, status: int, reason: str) -> None:
        self.close_connection = True
        self._send(self.server.application.refuse(status, reason))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Word the standard library's own refusals (bad request line, huge headers) as the gateway would."""
        self.close_connection = True
        # A line that could not be read leaves HTTP/0.9 here, which has no status line to answer with.
        self.request_version = self.protocol_version
        self._send(
            self.server.application.refuse(int(code) if code < 500 else 400, "The request is not valid HTTP")
        )

    def _send(self, reply: Reply) -> None:
        body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if getattr(self, "command", None) != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: the target and headers of a request may hold what must not be printed."""


class Running:
    """A server at work, also a context manager; `crashes` holds errors of the server's own making."""

    def __init__(self, application: Application, port: int) -> None:
        self._server = _Server(port, application)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.crashes = self._server.crashes
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and drop the connections that are still open."""
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._server.open_sockets):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._thread.join(timeout=5)

    def wait(self) -> None:
        """Wait until the server is closed or interrupted."""
        self._thread.join()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def path_parts(path: str) -> list[str]:
    """Split a raw path at its slashes and decode each part.

    Raises:
        GarbageError: A part is not UTF-8 or holds a NUL.
    """
    try:
        parts = [unquote_to_bytes(part.encode("latin-1")).decode("utf-8") for part in path.split("/")]
    except ValueError:
        raise GarbageError("the path is not UTF-8") from None
    if any("\0" in part for part in parts):
        raise GarbageError("the path holds a NUL")
    return parts


def pairs(text: bytes) -> dict[str, str]:
    """Read `a=1&b=2`, from a query or a form, in the order sent.

    Raises:
        GarbageError: The text is not UTF-8, holds a NUL, or names something twice.
    """
    try:
        found = parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise GarbageError("the parameters are not UTF-8 or too many") from None
    _check_texts(text for pair in found for text in pair)
    return _unique(found)


def json_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object, keys in the order sent.

    Raises:
        GarbageError: The body is not strict JSON in UTF-8, not an object, too deep, or names a key twice.
    """
    try:
        data = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise GarbageError("the body is not JSON") from None
    if not isinstance(data, dict):
        raise GarbageError("the body is not a JSON object")
    # By hand and not by recursion, since depth is what may be wrong.
    waiting: list[tuple[int, Any]] = [(1, data)]
    while waiting:
        depth, value = waiting.pop()
        if depth > MAX_DEPTH:
            raise GarbageError("the body is nested too deep")
        if isinstance(value, dict):
            _check_texts(value)
            waiting.extend((depth + 1, inner) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((depth + 1, inner) for inner in value)
        elif isinstance(value, str):
            _check_texts([value])
    return data


def _check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise GarbageError("a text holds a NUL or half a character")


def _unique(found: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(found)
    if len(fields) != len(found):
        raise GarbageError("a name is given twice")
    return fields


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
