"""Sees what urllib sends: `OpenerDirector._open`, where a request ends that its handlers have made ready.

Above it, in `open`, headers of the opener and of its handlers are not there yet.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message


def tap(module: Any) -> None:
    """Wrap `urllib.request.OpenerDirector._open`."""
    wrapt.wrap_function_wrapper(module, "OpenerDirector._open", _open)


def _open(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    request = args[0] if args else kwargs["req"]
    if not hub.wanted(request.full_url):
        return wrapped(*args, **kwargs)
    started_s, sent = time.time(), _request(request)
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
            body = response.read() if hasattr(response, "status") else None
        except HTTPError as error:
            _tell(sent, error, _refill(error), started_s)
            raise
        except Exception as error:
            hub.failed("urllib", sent, error, started_s)
            raise
    if body is None:
        return response
    _tell(sent, response, body, started_s)
    return _Read(response, body)


def _tell(sent: Message, response: Any, body: bytes, started_s: float) -> None:
    reply = hub.message(headers=response.headers.items(), body=body, status=response.status)
    hub.tell(hub.Exchange("urllib", sent, lambda: (reply, ""), started_s, time.time() - started_s))


def _request(request: Request) -> Message:
    return hub.message(
        method=request.get_method(), url=request.full_url, headers=request.header_items(), body=request.data
    )


def _refill(error: HTTPError) -> bytes:
    """Give an error's body, and leave it there to be read again."""
    if error.fp is None:
        return b""
    body = bytes(error.fp.read())
    again = io.BytesIO(body)
    error.fp = again
    error.__dict__["file"] = again
    for name in ("read", "readline", "readlines"):
        error.__dict__.pop(name, None)
    return body


_Proxy: Any = wrapt.ObjectProxy


class _Read(_Proxy):  # type: ignore[misc]
    """A response whose body was read and can be read again, once, as if nothing had happened."""

    def __init__(self, response: Any, body: bytes) -> None:
        super().__init__(response)
        self._self_body = io.BytesIO(body)

    def read(self, *amount: Any) -> bytes:
        return self._self_body.read(*amount)

    def read1(self, *amount: Any) -> bytes:
        return self._self_body.read1(*amount)

    def readinto(self, buffer: Any) -> int:
        return self._self_body.readinto(buffer)

    def readline(self, *amount: Any) -> bytes:
        return self._self_body.readline(*amount)

    def readlines(self, *amount: Any) -> list[bytes]:
        return self._self_body.readlines(*amount)

    def peek(self, amount: int = -1) -> bytes:
        return self._self_body.getvalue()[self._self_body.tell() :]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._self_body)

    def __enter__(self) -> Any:
        self.__wrapped__.__enter__()
        return self
