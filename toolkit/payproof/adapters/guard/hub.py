"""Where taps report to: the guards that listen now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from payproof.model import Header, Message

#: Gives the response, and why there is none; called when a test is judged, so that streamed bodies are there.
Reply = Callable[[], tuple[Message | None, str]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of a client as its tap saw it.

    Args:
        client: Name of the library.
        request: With an absolute URL as its target.
        reply: Gives the response.
        started_s, elapsed_s: Seconds, as in an Interaction.
    """

    client: str
    request: Message
    reply: Reply
    started_s: float
    elapsed_s: float


Listener = Callable[[Exchange], None]
_listeners: list[Listener] = []
_lock = threading.Lock()
_inside: ContextVar[bool] = ContextVar("payproof_inside_a_call", default=False)


def busy() -> bool:
    """Say whether anybody listens to a call made here: not inside another call that is reported itself."""
    return bool(_listeners) and not _inside.get()


@contextmanager
def outermost() -> Iterator[None]:
    """Keep calls made in this block, thread and task from being reported on their own."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Report exchanges to a listener while the block runs."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def tell(exchange: Exchange) -> None:
    """Report an exchange to every listener."""
    for listener in tuple(_listeners):
        listener(exchange)


def failed(client: str, request: Message, error: BaseException, started_s: float) -> None:
    """Report a call that raised."""
    word = failure_of(error)
    tell(Exchange(client, request, lambda: (None, word), started_s, time.time() - started_s))


def failure_of(error: BaseException) -> str:
    """Give the word for what a client raised: `timeout`, `refused`, `reset`, or the exception's name."""
    names = " ".join(kind.__name__ for kind in type(error).__mro__).lower()
    if "timeout" in names or "timedout" in names:
        return "timeout"
    if "refused" in f"{error}".lower():
        return "refused"
    if "connect" in names or "protocol" in names or "disconnected" in names:
        return "reset"
    return type(error).__name__


def host_of(url: str) -> str:
    """Give host and port of a URL, lower case, the default port left out; empty when there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    return host if port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f"{host}:{port}"


def message(
    *, method: str = "", url: str = "", headers: Sequence[Header] | Any = (), body: Any = b"", status: int = 0
) -> Message:
    """Give a Message out of what clients hold: headers as pairs or mapping, text or bytes or neither."""
    pairs = headers.items() if hasattr(headers, "items") else headers or ()
    return Message(
        method.upper(), url, tuple((text(name), text(value)) for name, value in pairs), raw(body), status
    )


def text(value: Any) -> str:
    """Give a header's name or value as text."""
    return value.decode("latin-1") if isinstance(value, bytes | bytearray) else str(value)


def raw(body: Any) -> bytes:
    """Give a body's bytes; a stream, which must not be used up, counts as empty."""
    if isinstance(body, str):
        return body.encode("utf-8", "surrogateescape")
    return bytes(body) if isinstance(body, bytes | bytearray | memoryview) else b""


UNREAD = "streamed and not read"
