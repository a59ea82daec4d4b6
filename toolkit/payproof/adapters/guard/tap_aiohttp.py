"""Sees what aiohttp sends: the session's public verbs, above what mocks and cassettes replace.

Below them the request is looked at once more where it goes out, as middlewares have left it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
#: Requests that went out in the call which is watched here, each with its body.
_sent: ContextVar[list[tuple[Any, Any]] | None] = ContextVar("payproof_aiohttp_sent", default=None)


def tap(module: Any) -> None:
    """Wrap the session's verbs, what they call, and `aiohttp.request`, given `aiohttp.client`."""
    from aiohttp import client_reqrep

    for name in ("request", *_VERBS):
        wrapt.wrap_function_wrapper(module, f"ClientSession.{name}", _call)
    wrapt.wrap_function_wrapper(module, "ClientSession._request", _called_inside)
    wrapt.wrap_function_wrapper(client_reqrep, "ClientRequest.send", _note)
    plain = module.request
    wrapt.wrap_function_wrapper(module, "request", _call)
    package = sys.modules["aiohttp"]
    if getattr(package, "request", None) is plain:
        setattr(package, "request", module.request)  # noqa: B010


def _call(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    context = wrapped(*args, **kwargs)
    if hub.busy() and hasattr(context, "_coro"):
        session = context._session if instance is None else instance
        verb = wrapped.__name__.upper()
        given = args if verb == "REQUEST" else (verb, *args)
        context._coro = _watch(context._coro, session, *_asked(given, kwargs))
    return context


def _asked(args: Any, kwargs: Any) -> tuple[str, Any, Any]:
    verb, url = (*args, *(kwargs.get(name) for name in ("method", "url")[len(args) :]))[:2]
    return str(verb), kwargs.get("str_or_url") if url is None else url, kwargs


async def _called_inside(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    # A caller who bound `aiohttp.request` before it was wrapped comes through here alone.
    return await _watch(wrapped(*args, **kwargs), instance, *_asked(args, kwargs))


async def _watch(call: Awaitable[Any], session: Any, verb: str, url: Any, kwargs: Any) -> Any:
    if not (hub.busy() and hub.wanted(target := _target(session, url, kwargs))):
        return await call
    started_s, guess = time.time(), _request(session, verb, target, kwargs)
    sent: list[tuple[Any, Any]] = []
    token = _sent.set(sent)
    with hub.outermost():
        try:
            response = await call
            body = await response.read()
        except Exception as error:
            _raised(error, sent, guess, started_s)
            raise
        finally:
            _sent.reset(token)
    _refill(response, body)
    for one in response.history:
        _tell(one, hub.UNREAD, _as_sent(one.request_info, sent, None), started_s)
    _tell(response, body, _as_sent(response.request_info, sent, guess), started_s)
    return response


def _note(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    sent = _sent.get()
    if sent is not None:
        sent.append((instance, hub.raw(_inner(instance.body))))
    return wrapped(*args, **kwargs)


def _as_sent(info: Any, sent: list[tuple[Any, Any]], guess: Message | None) -> Message | None:
    """Give the request behind a reply as it went out; the guess for a reply that nothing went out for."""
    for request, body in reversed(sent):
        if (request.method, request.url) == (info.method, info.url):
            return _message(request, body)
    return guess


def _message(request: Any, body: Any) -> Message:
    return hub.message(
        method=request.method,
        url=str(request.url),
        headers=request.headers.items(),
        body=hub.UNREAD if body is None else body,
    )


def _tell(response: Any, body: Any, request: Message | None, started_s: float) -> None:
    if request is not None:
        reply = hub.message(headers=(response.headers or {}).items(), body=body, status=response.status)
        hub.tell(hub.Exchange("aiohttp", request, lambda: (reply, ""), started_s, time.time() - started_s))


def _raised(error: Exception, sent: list[tuple[Any, Any]], guess: Message, started_s: float) -> None:
    # `raise_for_status` has an answer all the same, though its body is gone; too many redirects have none.
    info = getattr(error, "request_info", None)
    if info is not None and getattr(error, "status", None):
        _tell(error, hub.UNREAD, _as_sent(info, sent, guess), started_s)
    else:
        hub.failed("aiohttp", _message(*sent[-1]) if sent else guess, error, started_s)


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


def _target(session: Any, url: Any, kwargs: Any) -> Any:
    try:
        target = session._build_url(url)
        return target.extend_query(kwargs["params"]) if kwargs.get("params") else target
    except (AssertionError, TypeError, ValueError):
        # No URL: the client itself says so.
        return ""


def _request(session: Any, verb: str, url: Any, kwargs: Any) -> Message:
    """Give what the caller asked for, which is all there is to see where a mock answers."""
    headers = session._prepare_headers(kwargs.get("headers"))
    body, kind = _body(session, kwargs)
    if kind:
        headers.setdefault("Content-Type", kind)
    return hub.message(method=verb, url=str(url), headers=headers.items(), body=body)


def _body(session: Any, kwargs: Any) -> tuple[Any, str]:
    if kwargs.get("json") is not None:
        return session._json_serialize(kwargs["json"]), "application/json"
    data = kwargs.get("data")
    if data is None or isinstance(data, str | bytes | bytearray):
        kind = "text/plain; charset=utf-8" if isinstance(data, str) else "application/octet-stream"
        return data, kind if data else ""
    if hasattr(data, "read") or hasattr(data, "__aiter__"):
        return data, ""
    return _payload(data)


def _payload(data: Any) -> tuple[Any, str]:
    from aiohttp import FormData, Payload

    try:
        form = data if isinstance(data, Payload | FormData) else FormData(data)
        if isinstance(form, FormData) and form.is_multipart:
            return hub.UNREAD, ""
        payload = form() if isinstance(form, FormData) else form
    except (TypeError, ValueError):
        return hub.UNREAD, ""
    return _inner(payload), str(payload.content_type)


def _inner(body: Any) -> Any:
    """Give what a payload holds, and anything else as it is; a payload made of parts shows nothing."""
    from aiohttp import Payload

    if not isinstance(body, Payload):
        return body
    held = getattr(body, "_value", None)
    return hub.UNREAD if held is None else held
