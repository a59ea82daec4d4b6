"""Sees what urllib3 sends by itself: `PoolManager.urlopen` and `HTTPConnectionPool.urlopen`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import wrapt

from payproof.adapters.guard import hub
from payproof.model import Message


def tap(module: Any) -> None:
    """Wrap both, given `urllib3.poolmanager`."""
    from urllib3 import connectionpool

    wrapt.wrap_function_wrapper(module, "PoolManager.urlopen", _urlopen)
    wrapt.wrap_function_wrapper(connectionpool, "HTTPConnectionPool.urlopen", _urlopen)


def _urlopen(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    if not hub.busy():
        return wrapped(*args, **kwargs)
    method, url = _asked(instance, args, kwargs)
    if not hub.wanted(url):
        return wrapped(*args, **kwargs)
    started_s, sent = time.time(), _request(method, url, instance, args, kwargs)
    with hub.outermost():
        try:
            response = wrapped(*args, **kwargs)
        except Exception as error:
            hub.failed("urllib3", sent, error, started_s)
            raise
    hub.tell(hub.Exchange("urllib3", sent, lambda: _reply(response), started_s, time.time() - started_s))
    return response


def _asked(instance: Any, args: Any, kwargs: Any) -> tuple[str, str]:
    method, url = (*args, *(kwargs.get(name, "") for name in ("method", "url")[len(args) :]))[:2]
    if hasattr(instance, "scheme") and str(url).startswith("/"):
        port = f":{instance.port}" if instance.port else ""
        url = f"{instance.scheme}://{instance.host}{port}{url}"
    return str(method), str(url)


def _request(method: str, url: str, instance: Any, args: Any, kwargs: Any) -> Message:
    # Only the pool's signature goes on with body and headers.
    body = args[2] if len(args) > 2 and hasattr(instance, "scheme") else kwargs.get("body")
    headers = args[3] if len(args) > 3 and hasattr(instance, "scheme") else kwargs.get("headers")
    return hub.message(
        method=method, url=url, headers=instance.headers if headers is None else headers, body=body
    )


def _reply(response: Any) -> tuple[Message | None, str]:
    # A cassette's response keeps no `_body`, and its `data` uses nothing up.
    body = response._body if hasattr(response, "_body") else response.data
    shown = body if isinstance(body, bytes) else hub.UNREAD
    return hub.message(headers=response.headers.items(), body=shown, status=response.status), ""
