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
    if not hub.busy() or _plain_app(instance):
        return wrapped(*args, **kwargs)
    started_s = time.time()
    request = args[0] if args else kwargs["request"]
    # Reading turns a one-way stream into bytes that are still sent.
    request.read()
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
        except Exception as error:
            hub.failed("httpx", _request(request), error, started_s)
            raise
    _tell(request, response, started_s)
    return response


async def _send_async(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    if not hub.busy():
        return await wrapped(*args, **kwargs)
    started_s = time.time()
    request = args[0] if args else kwargs["request"]
    await request.aread()
    with hub.outermost():
        try:
            response = await wrapped(*args, **kwargs)
        except Exception as error:
            hub.failed("httpx", _request(request), error, started_s)
            raise
    _tell(request, response, started_s)
    return response


def _plain_app(instance: Any) -> bool:
    # Starlette's test client is an httpx client that calls the app under test: what the app itself sends to
    # a gateway happens inside that call, and is what matters.
    return any(kind.__name__ == "TestClient" for kind in type(instance).__mro__)


def _tell(request: Any, response: Any, started_s: float) -> None:
    elapsed_s = time.time() - started_s
    for one in (*response.history, response):
        hub.tell(hub.Exchange("httpx", _request(one.request), partial(_reply, one), started_s, elapsed_s))


def _request(request: Any) -> Message:
    return hub.message(
        method=request.method,
        url=str(request.url),
        headers=request.headers.multi_items(),
        body=getattr(request, "_content", b""),
    )


def _reply(response: Any) -> tuple[Message | None, str]:
    if not hasattr(response, "_content"):
        return None, hub.UNREAD
    headers = response.headers.multi_items()
    return hub.message(headers=headers, body=response._content, status=response.status_code), ""
