"""Sees what urllib sends: `OpenerDirector.open`, which `urlopen` calls."""

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
    """Wrap `urllib.request.OpenerDirector.open`."""
    wrapt.wrap_function_wrapper(module, "OpenerDirector.open", _open)


def _open(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    if not hub.busy():
        return wrapped(*args, **kwargs)
    started_s = time.time()
    asked = args[0] if args else kwargs["fullurl"]
    request = asked if isinstance(asked, Request) else Request(asked)  # noqa: S310 (nothing is opened here)
    data = args[1] if len(args) > 1 else kwargs.get("data")
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
        except HTTPError as error:
            _tell(request, data, error, _refill(error), started_s)
            raise
        except Exception as error:
            hub.failed("urllib", _request(request, data), error, started_s)
            raise
        if not hasattr(response, "status"):
            return response
        body = response.read()
    _tell(request, data, response, body, started_s)
    return _Read(response, body)


def _tell(request: Request, data: Any, response: Any, body: bytes, started_s: float) -> None:
    reply = hub.message(headers=response.headers.items(), body=body, status=response.status)
    exchange = hub.Exchange(
        "urllib", _request(request, data), lambda: (reply, ""), started_s, time.time() - started_s
    )
    hub.tell(exchange)


def _request(request: Request, data: Any) -> Message:
    body = request.data if data is None else data
    # Only a request made with a method has the attribute.
    method = getattr(request, "method", None) or ("GET" if body is None else "POST")
    return hub.message(method=method, url=request.full_url, headers=request.header_items(), body=body)


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
