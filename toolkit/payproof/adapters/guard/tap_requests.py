"""Sees what requests sends: `Session.send`, above every adapter that mocks or records."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message


def tap(module: Any) -> None:
    """Wrap `requests.sessions.Session.send`."""
    wrapt.wrap_function_wrapper(module, "Session.send", send)


def send(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    """Call `Session.send`, and tell of it."""
    request = args[0] if args else kwargs["request"]
    if not hub.wanted(request.url):
        return wrapped(*args, **kwargs)
    started_s, sent = time.time(), _request(request)
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
        except Exception as error:
            if not _never_sent(error):
                _raised(request, sent, error, started_s, stream=bool(kwargs.get("stream")))
            raise
    _tell(request, sent, response, started_s)
    return response


def _never_sent(error: Exception) -> bool:
    # So requests_mock says that it has no reply; it may then go on to the network, which is told by itself.
    module = type(error).__module__
    return module.partition(".")[0] == "requests_mock"


def _raised(request: Any, sent: Message, error: Exception, started_s: float, *, stream: bool) -> None:
    response = hub.answer_in(error)
    if response is None:
        hub.failed("requests", sent, error, started_s)
        return
    if not stream:
        # A hook came first; requests would have read the body next. What was read stays there for others.
        try:
            response.content  # noqa: B018
        except Exception:  # noqa: S110
            pass
    _tell(request, sent, response, started_s)


def _tell(request: Any, sent: Message, response: Any, started_s: float) -> None:
    elapsed_s = time.time() - started_s
    for one in (*response.history, response):
        shown = _again(one.request or request, request, sent)
        hub.tell(hub.Exchange("requests", shown, partial(_reply, one), started_s, elapsed_s))


def _again(made: Any, request: Any, sent: Message) -> Message:
    """Give a request that was made; a body of the first one's was seen before it was used up."""
    shown = _request(made)
    return replace(shown, body=sent.body, unread=sent.unread) if made.body is request.body else shown


def _request(request: Any) -> Message:
    return hub.message(
        method=request.method or "GET", url=request.url or "", headers=request.headers, body=request.body
    )


def _reply(response: Any) -> tuple[Message | None, str]:
    # `_content` is False until somebody reads; reading here would take a stream away from its reader.
    body = hub.UNREAD if response._content is False else response._content
    return hub.message(headers=response.headers, body=body, status=response.status_code), ""
