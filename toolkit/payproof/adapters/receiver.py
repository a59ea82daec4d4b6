"""Receivers of webhooks, whatever they are: a URL, an application, a framework's test client, a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from payproof.adapters.receiver_apps import NAMED, to_asgi, to_function, to_wsgi
from payproof.adapters.receiver_clients import (
    CRASHED,
    Send,
    to_django_client,
    to_flask_client,
    to_http_client,
    to_url,
)
from payproof.errors import UsageError
from payproof.model import Message


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver.

    Args:
        kind: What it is, for reports.
        send: Delivers and gives the answer; an exception in the receiver is status 500, no answer status 0.
    """

    kind: str
    send: Send


def receiver_of(
    target: Any, *, path: str = "/webhook", refuses: type[Exception] | tuple[type[Exception], ...] = ()
) -> Receiver:
    """Give a receiver for a URL, a WSGI or ASGI application, a framework's test client, or a function.

    A function is called with those of `body`, `headers`, `method`, `path` which it names, else with the whole
    Message; it answers a status, a truth value, None or a text (taken), `(body, status)`, or an object that
    tells its status, such as a framework's response.

    Args:
        path: Where the application or client expects webhooks.
        refuses: Exceptions by which a function refuses a delivery; any other one is a crash.

    Raises:
        UsageError: It is none of these.
    """
    if isinstance(target, Receiver):
        return target
    if isinstance(target, str):
        return Receiver("URL", to_url(target))
    for kind, fits, make in _KINDS:
        if fits(target):
            return Receiver(kind, _safely(make(target, path, refuses)))
    raise UsageError(
        f"{type(target).__name__} is no receiver of webhooks",
        where="receiver",
        hint="give a URL, a WSGI or ASGI app, a test client of Flask, Django or Starlette, or a function",
    )


def _safely(send: Send) -> Send:
    def run(message: Message) -> Message:
        try:
            return send(message)
        except UsageError:
            raise
        except Exception as error:
            return Message(status=500, headers=((CRASHED, type(error).__name__),), body=str(error).encode())

    return run


def _is_wsgi(target: Any) -> bool:
    if hasattr(target, "wsgi_app"):
        return True
    names = _parameters(target)
    if len(names) != 2 or set(names) & set(NAMED):
        return False
    # A function of two other names is more likely one for webhooks that asks for what no delivery has.
    return not inspect.isroutine(target) or "env" in names[0] or "start" in names[1]


def _is_asgi(target: Any) -> bool:
    return len(_parameters(target)) == 3 and not set(_parameters(target)) & set(NAMED)


def _parameters(target: Any) -> list[str]:
    try:
        rows = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in rows if one.default is one.empty and one.kind < one.VAR_POSITIONAL]


_KINDS: tuple[tuple[str, Callable[[Any], bool], Callable[[Any, str, Any], Send]], ...] = (
    ("Flask test client", lambda one: hasattr(one, "open") and hasattr(one, "application"), to_flask_client),
    ("Django test client", lambda one: hasattr(one, "generic"), to_django_client),
    (
        "HTTP client",
        lambda one: hasattr(one, "request") and hasattr(one, "base_url") and not callable(one),
        to_http_client,
    ),
    ("WSGI application", lambda one: callable(one) and _is_wsgi(one), to_wsgi),
    ("ASGI application", lambda one: callable(one) and _is_asgi(one), to_asgi),
    ("function", callable, to_function),
)
