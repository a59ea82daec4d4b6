"""A client that sends a request's bytes as they are, and always comes back.

Theory of operation. A signature covers what is really sent, and a conformance case may be malformed on
purpose, so nothing may be added, re-encoded or followed: target and headers go out as given (only `Host` and
`Content-Length` are added when absent), redirects are answers, and no proxy or credential comes from the
environment. httpx's own client rewrites targets and adds headers; its transport library, httpcore, does not.
Every wait is bounded twice: one step at a time, and the whole exchange by a deadline that each read and
write on the socket is held to, so that a server which trickles bytes cannot hold the run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore

from payproof.adapters.live_guard import LiveGuard, LiveHostError, normal_host
from payproof.adapters.tls import TlsFailed, why_of
from payproof.errors import UsageError
from payproof.model import Message
from payproof.run.target import Reply

if TYPE_CHECKING:
    import ssl

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_TARGET_BYTES = 64 * 1024
STEP_S = 10.0
WHOLE_S = 30.0

#: The most telling first: a subclass stands before its base.
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (httpcore.LocalProtocolError, "unsendable"),
    (httpcore.ConnectTimeout, "refused"),
    (httpcore.ConnectError, "refused"),
    (httpcore.TimeoutException, "timeout"),
    (httpcore.ReadError, "reset"),
    (httpcore.WriteError, "reset"),
    (httpcore.NetworkError, "reset"),
)

_FAILED: tuple[type[Exception], ...] = tuple(kind for kind, _ in _FAILURES)


class _Deadline:
    """The moment by which the current exchange must be over."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._end = 0.0

    def start(self, seconds: float) -> None:
        self._end = self._stopwatch() + seconds

    def cap(self, timeout: float | None) -> float:
        left = self._end - self._stopwatch()
        if left <= 0:
            raise httpcore.ReadTimeout("the exchange took too long")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            made = self._inner.start_tls(ssl_context, server_hostname, self._deadline.cap(timeout))
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise TlsFailed(why_of(error)) from error
        return _Stream(made, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects only where the guard agrees: here, and not where the URL is read, is where it counts."""

    def __init__(self, guard: LiveGuard, deadline: _Deadline) -> None:
        self._inner, self._guard, self._deadline = httpcore.SyncBackend(), guard, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self._guard.check_host(host)
        made = self._inner.connect_tcp(
            host, port, self._deadline.cap(timeout), local_address, socket_options=socket_options
        )
        return _Stream(made, self._deadline)


class HttpTarget:
    """One base URL, as a target of a run; a context manager that closes its connections.

    Args:
        url: `http` or `https`, base path included, without query and without credentials.
        guard: Which hosts are real and what may be sent there.
        step_s: Longest wait for one step, in seconds.
        whole_s: Longest time for one exchange, in seconds.
        max_bytes: Largest response body that is read.
        tls: How the server's certificate is verified; the usual authorities when left out.
        clock: Gives seconds since the epoch.
        stopwatch: Gives seconds for measuring, from any zero.

    Raises:
        UsageError: The URL is not such a URL.
        LiveHostError: It is a real gateway's and was not allowed.
    """

    provenance = "live"

    def __init__(
        self,
        url: str,
        guard: LiveGuard,
        *,
        step_s: float = STEP_S,
        whole_s: float = WHOLE_S,
        max_bytes: int = MAX_BODY_BYTES,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._origin, self._path, self.name = _read_url(url)
        self.origin = self.name.removesuffix(self._path)
        guard.check_host(self._origin[1])
        self._guard, self._whole_s, self._max_bytes = guard, whole_s, max_bytes
        self._clock, self._stopwatch, self._deadline = clock, stopwatch, _Deadline(stopwatch)
        # A connection idle for longer may just be closing; what was sent on it would be lost.
        self._pool = httpcore.ConnectionPool(
            max_connections=4,
            keepalive_expiry=2.0,
            ssl_context=tls,
            network_backend=_GuardedBackend(guard, self._deadline),
        )
        self._timeouts = dict.fromkeys(("connect", "read", "write", "pool"), step_s)

    def __enter__(self) -> HttpTarget:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def send(self, message: Message, *, write: bool) -> Reply:
        """Send the request; whatever goes wrong is a failure in the reply, except LiveHostError."""
        sent = self._complete(message)
        started_s, start = self._clock(), self._stopwatch()
        response, failure, why = None, "not-allowed", ""
        if self._guard.allows(self._origin[1], write=write):
            try:
                response, failure = self._exchange(sent)
            except TlsFailed as error:
                failure, why = "tls", str(error)
        return Reply(sent, response, failure, started_s, self._stopwatch() - start, why)

    def _complete(self, message: Message) -> Message:
        scheme, host, port = self._origin
        headers = list(message.headers)
        if message.header("host") is None:
            named = f"[{host}]" if ":" in host else host
            default = {"http": 80, "https": 443}[scheme]
            headers.insert(0, ("Host", named if port == default else f"{named}:{port}"))
        if message.header("content-length") is None and (message.body or message.method in ("POST", "PUT")):
            headers.append(("Content-Length", str(len(message.body))))
        return Message(message.method, self._path + message.target, tuple(headers), message.body)

    def _exchange(self, sent: Message) -> tuple[Message | None, str]:
        self._deadline.start(self._whole_s)
        try:
            request = self._request(sent)
            response = self._pool.handle_request(request)
            try:
                return self._read(response)
            finally:
                response.close()
        except (LiveHostError, TlsFailed):
            raise
        except httpcore.RemoteProtocolError as error:
            return None, _protocol_failure(error)
        except UnicodeEncodeError:
            return None, "unsendable"
        except _FAILED as error:
            return None, next(word for kind, word in _FAILURES if isinstance(error, kind))

    def _request(self, sent: Message) -> httpcore.Request:
        scheme, host, port = self._origin
        target = sent.target.encode("ascii")
        if len(target) > MAX_TARGET_BYTES:
            raise httpcore.LocalProtocolError("the request target is too long")
        url = httpcore.URL(scheme=scheme.encode(), host=host.encode(), port=port, target=target)
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.headers]
        return httpcore.Request(
            sent.method.encode("ascii"),
            url,
            headers=headers,
            content=sent.body,
            extensions={"timeout": self._timeouts},
        )

    def _read(self, response: httpcore.Response) -> tuple[Message | None, str]:
        body = bytearray()
        for chunk in response.iter_stream():
            body += chunk
            if len(body) > self._max_bytes:
                return None, "too-large"
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers)
        return Message(headers=headers, body=bytes(body), status=response.status), ""


def _protocol_failure(error: Exception) -> str:
    text = str(error).lower()
    if "without sending a response" in text:
        return "reset"
    return "truncated" if "incomplete" in text or "closed connection" in text else "garbage"


def _read_url(url: str) -> tuple[tuple[str, str, int], str, str]:
    """Give (scheme, host, port), the base path, and the URL as it may be shown."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad_url("its port or host is malformed") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _bad_url("it does not begin with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise _bad_url("it holds credentials; keys come from the test bed or the environment")
    if parts.query or parts.fragment:
        raise _bad_url("it holds a query or a fragment")
    if not parts.path.isascii():
        raise _bad_url("its path is not percent-encoded")
    host = normal_host(parts.hostname)
    path = parts.path.rstrip("/")
    shown = f"{parts.scheme}://{parts.netloc}{path}"
    return (parts.scheme, host, port or {"http": 80, "https": 443}[parts.scheme]), path, shown


def _bad_url(why: str) -> UsageError:
    return UsageError(
        f"this is no base URL: {why}", where="--url", hint="give such as http://127.0.0.1:8080/v1/merchant"
    )
