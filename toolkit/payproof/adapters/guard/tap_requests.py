"""Sees what requests sends: `Session.send`, above every adapter that mocks or records."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message


def tap(module: Any) -> None:
    """Wrap `requests.sessions.Session.send`."""
    wrapt.wrap_function_wrapper(module, "Session.send", _send)


def _send(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    if not hub.busy():
        return wrapped(*args, **kwargs)
    started_s = time.time()
    request = args[0] if args else kwargs["request"]
    sent = _request(request)
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
        except Exception as error:
            hub.failed("requests", sent, error, started_s)
            raise
    elapsed_s = time.time() - started_s
    for one in (*response.history, response):
        hub.tell(
            hub.Exchange(
                "requests",
                _request(one.request or request),
                partial(_reply, one),
                started_s,
                elapsed_s,
            )
        )
    return response


def _request(request: Any) -> Message:
    return hub.message(
        method=request.method or "GET", url=request.url or "", headers=request.headers, body=request.body
    )


def _reply(response: Any) -> tuple[Message | None, str]:
    # `_content` is False until somebody reads; reading here would take a stream away from its reader.
    body = response._content
    if body is False:
        return None, hub.UNREAD
    return hub.message(headers=response.headers, body=body or b"", status=response.status_code), ""
