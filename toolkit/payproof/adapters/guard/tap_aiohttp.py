"""Sees what aiohttp sends: the session's public verbs, above what mocks and cassettes replace."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")


def tap(module: Any) -> None:
    """Wrap `ClientSession.request` and its verbs, given `aiohttp.client`."""
    for name in ("request", *_VERBS):
        wrapt.wrap_function_wrapper(module, f"ClientSession.{name}", _call)


def _call(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    context = wrapped(*args, **kwargs)
    if hub.busy() and hasattr(context, "_coro"):
        verb = wrapped.__name__.upper()
        if verb == "REQUEST":
            verb, url = (*args, *(kwargs.get(name) for name in ("method", "url")[len(args) :]))[:2]
        else:
            url = args[0] if args else kwargs.get("url")
        context._coro = _watch(context._coro, instance, str(verb), url, kwargs)
    return context


async def _watch(call: Awaitable[Any], session: Any, verb: str, url: Any, kwargs: Any) -> Any:
    started_s = time.time()
    sent = await _request(session, verb, url, kwargs)
    with hub.outermost():
        try:
            response = await call
            body = await response.read()
        except Exception as error:
            hub.failed("aiohttp", sent, error, started_s)
            raise
    _refill(response, body)
    reply = hub.message(headers=response.headers.items(), body=body, status=response.status)
    hub.tell(hub.Exchange("aiohttp", sent, lambda: (reply, ""), started_s, time.time() - started_s))
    return response


def _refill(response: Any, body: bytes) -> None:
    """Leave the body where a reader of the stream looks for it."""
    import asyncio

    from aiohttp.client_proto import ResponseHandler
    from aiohttp.streams import StreamReader

    loop = asyncio.get_running_loop()
    stream = StreamReader(ResponseHandler(loop=loop), limit=2**16, loop=loop)
    stream.feed_data(body)
    stream.feed_eof()
    response.content = stream


async def _request(session: Any, verb: str, url: Any, kwargs: Any) -> Message:
    target = session._build_url(url)
    if kwargs.get("params"):
        target = target.extend_query(kwargs["params"])
    headers = dict(session.headers)
    headers.update({str(name): str(value) for name, value in dict(kwargs.get("headers") or {}).items()})
    body, kind = await _body(session, kwargs)
    if kind and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = kind
    return hub.message(method=verb, url=str(target), headers=headers, body=body)


async def _body(session: Any, kwargs: Any) -> tuple[bytes, str]:
    if kwargs.get("json") is not None:
        return hub.raw(session._json_serialize(kwargs["json"])), "application/json"
    data = kwargs.get("data")
    if data is None or isinstance(data, str | bytes | bytearray):
        kind = "text/plain; charset=utf-8" if isinstance(data, str) else "application/octet-stream"
        return hub.raw(data), kind if data else ""
    from aiohttp import FormData

    try:
        payload = data() if isinstance(data, FormData) else FormData(data)()
        return hub.raw(getattr(payload, "_value", b"")), str(payload.content_type)
    except (TypeError, ValueError):
        # A stream, which only the client itself may read.
        return b"", ""
