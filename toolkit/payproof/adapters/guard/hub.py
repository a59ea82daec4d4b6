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
#: Says whether a listener cares about calls of a URL.
Wants = Callable[[str], bool]
_listeners: list[tuple[Wants, Listener]] = []
_lock = threading.Lock()
_inside: ContextVar[bool] = ContextVar("payproof_inside_a_call", default=False)


def busy() -> bool:
    """Say whether anybody listens to calls made here: not inside another call that is reported itself."""
    return bool(_listeners) and not _inside.get()


def wanted(url: object) -> bool:
    """Say whether anybody cares about a call of that URL made here.

    Any other call is left alone, so that what an application under test sends is seen though the test calls
    the application by a client too.
    """
    return busy() and any(wants(str(url)) for wants, _ in tuple(_listeners))


@contextmanager
def outermost() -> Iterator[None]:
    """Keep calls made in this block, thread and task from being reported on their own."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


@contextmanager
def listening(listener: Listener, wants: Wants) -> Iterator[None]:
    """Report exchanges with the URLs that a listener wants while the block runs."""
    row = (wants, listener)
    with _lock:
        _listeners.append(row)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(row)


def tell(exchange: Exchange) -> None:
    """Report an exchange to every listener that wants it."""
    for wants, listener in tuple(_listeners):
        if wants(exchange.request.target):
            listener(exchange)


def failed(client: str, request: Message, error: BaseException, started_s: float) -> None:
    """Report a call that raised."""
    word = failure_of(error)
    tell(Exchange(client, request, lambda: (None, word), started_s, time.time() - started_s))


def answer_in(error: BaseException) -> Any:
    """Give the response that an exception of httpx or requests, or one of its causes, carries; else None."""
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        response = getattr(one, "response", None)
        if isinstance(getattr(response, "status_code", None), int):
            return response
        seen.append(one)
        one = one.__cause__ or one.__context__
    return None


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
    """Give a Message out of what clients hold: headers as pairs or mapping, any body that `raw` takes."""
    pairs = headers.items() if hasattr(headers, "items") else headers or ()
    shown, seen = tuple((text(name), text(value)) for name, value in pairs), raw(body)
    return Message(method.upper(), url, shown, seen or b"", status, unread=seen is None)


def text(value: Any) -> str:
    """Give a header's name or value as text."""
    return value.decode("latin-1") if isinstance(value, bytes | bytearray) else str(value)


#: Stands for a body that went past without being seen.
UNREAD = object()


def raw(body: Any) -> bytes | None:
    """Give a body's bytes; None for one that cannot be seen without using it up, such as a generator."""
    if body is None or isinstance(body, str):
        return (body or "").encode("utf-8", "surrogateescape")
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    if isinstance(body, list | tuple):
        parts = [raw(part) for part in body]
        return None if None in parts else b"".join(part or b"" for part in parts)
    return _from_file(body)


def _from_file(file: Any) -> bytes | None:
    """Give the rest of a file, and leave it where it stood; None for what cannot go back."""
    try:
        if not file.seekable():
            return None
        place = file.tell()
        try:
            rest = file.read()
        finally:
            file.seek(place)
    except (AttributeError, OSError, TypeError, ValueError):
        return None
    return raw(rest) if isinstance(rest, str | bytes) else None
