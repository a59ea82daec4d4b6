"""Sees what httpx sends, and httpx2 after it: `Client.send` and `AsyncClient.send`, above every transport."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message


def tap(module: Any) -> None:
    """Wrap `Client.send` and `AsyncClient.send` of httpx or httpx2."""
    wrapt.wrap_function_wrapper(module, "Client.send", _send)
    wrapt.wrap_function_wrapper(module, "AsyncClient.send", _send_async)


def _send(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    started_s, request = time.time(), args[0] if args else kwargs["request"]
    if not hub.wanted(request.url):
        return _redirected(wrapped(*args, **kwargs), started_s)
    # Reading turns a one-way stream into bytes that are still sent.
    request.read()
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
        except Exception as error:
            _raised(request, error, started_s)
            raise
    _tell(response, started_s)
    return response


async def _send_async(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    started_s, request = time.time(), args[0] if args else kwargs["request"]
    if not hub.wanted(request.url):
        return _redirected(await wrapped(*args, **kwargs), started_s)
    await request.aread()
    with hub.outermost():
        try:
            response = await wrapped(*args, **kwargs)
        except Exception as error:
            _raised(request, error, started_s)
            raise
    _tell(response, started_s)
    return response


def _redirected(response: Any, started_s: float) -> Any:
    # What began at another host may have been led to one that somebody cares about.
    if hub.busy() and response.history:
        _tell(response, started_s)
    return response


def _raised(request: Any, error: Exception, started_s: float) -> None:
    # An event hook that raises for a status has an answer all the same.
    response = hub.answer_in(error)
    if response is None:
        hub.failed("httpx", _request(request), error, started_s)
    else:
        _tell(response, started_s)


def _tell(response: Any, started_s: float) -> None:
    elapsed_s = time.time() - started_s
    for one in (*response.history, response):
        hub.tell(hub.Exchange("httpx", _request(one.request), partial(_reply, one), started_s, elapsed_s))


def _request(request: Any) -> Message:
    body = getattr(request, "_content", hub.UNREAD)
    # A redirected request keeps the stream of the first, which was read.
    if body is hub.UNREAD and type(request.stream).__name__ == "ByteStream":
        body = b"".join(request.stream)
    return hub.message(
        method=request.method, url=str(request.url), headers=request.headers.multi_items(), body=body
    )


def _reply(response: Any) -> tuple[Message | None, str]:
    body = getattr(response, "_content", hub.UNREAD)
    return hub.message(headers=response.headers.multi_items(), body=body, status=response.status_code), ""
