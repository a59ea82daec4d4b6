"""Sees what requests_mock answers: it calls the `Session.send` of its own import, past any later tap."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import wrapt

from payproof.adapters.guard.tap_requests import send


def tap(module: Any) -> None:
    """Wrap what `requests_mock.mocker` kept."""
    wrapt.wrap_function_wrapper(module, "_original_send", _send)


def _send(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
    session, *rest = args
    return send(partial(wrapped, session), session, tuple(rest), kwargs)
