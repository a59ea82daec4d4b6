"""Ways to a receiver in this process: WSGI and ASGI applications, and functions."""

from __future__ import annotations

import asyncio
import inspect
import io
import threading
from collections.abc import Callable, Mapping
from typing import Any

from payproof.adapters.receiver_clients import Send
from payproof.errors import UsageError
from payproof.model import Message


def to_wsgi(app: Any, path: str, refuses: Any) -> Send:
    """Deliver to a WSGI application."""

    def send(message: Message) -> Message:
        seen: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if exc_info:
                raise exc_info[1]
            seen.update(status=int(status[:3]), headers=tuple(headers))
            return lambda chunk: None

        chunks = app(_environ(message, path), start_response)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        return Message(status=seen["status"], headers=seen["headers"], body=body)

    return send


def _environ(message: Message, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "REQUEST_METHOD": message.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": message.target.partition("?")[2],
        "SERVER_NAME": "receiver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(message.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(message.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in message.headers:
        key = name.upper().replace("-", "_")
        found[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return found


def to_asgi(app: Any, path: str, refuses: Any) -> Send:
    """Deliver to an ASGI application."""

    def send(message: Message) -> Message:
        answer: Message = _in_a_loop_of_its_own(lambda: _ask_asgi(app, message, path))
        return answer

    return send


async def _ask_asgi(app: Any, message: Message, path: str) -> Message:
    events = [{"type": "http.request", "body": message.body, "more_body": False}]
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return events.pop() if events else {"type": "http.disconnect"}

    async def send(event: Mapping[str, Any]) -> None:
        sent.append(event)

    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in message.headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": message.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": message.target.partition("?")[2].encode("latin-1", "replace"),
        "headers": [*headers, (b"content-length", str(len(message.body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("receiver", 80),
    }
    await app(scope, receive, send)
    start = next(event for event in sent if event["type"] == "http.response.start")
    body = b"".join(event.get("body", b"") for event in sent if event["type"] == "http.response.body")
    pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
    return Message(status=start["status"], headers=pairs, body=body)


def _in_a_loop_of_its_own(ask: Callable[[], Any]) -> Any:
    """Run a coroutine to its end, also where the calling thread has a running loop."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(asyncio.run(ask()))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run, name="payproof-receiver")
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


NAMED = ("body", "headers", "method", "path")


def to_function(function: Any, path: str, refuses: Any) -> Send:
    """Deliver to a function, which gets the parts that it names; raises UsageError when it wants others."""
    wanted = _wanted(function)

    def send(message: Message) -> Message:
        parts = {
            "body": message.body,
            "headers": {name.lower(): value for name, value in message.headers},
            "method": message.method,
            "path": message.target,
        }
        try:
            answer = function(**{name: parts[name] for name in wanted}) if wanted else function(message)
            if inspect.isawaitable(answer):
                waiting = answer
                answer = _in_a_loop_of_its_own(lambda: _wait(waiting))
        except refuses:
            return Message(status=400)
        return _answered(answer)

    return send


def _wanted(function: Any) -> list[str]:
    """Give the parts that a function names; none where it takes the whole message."""
    rows = inspect.signature(function).parameters
    named = [name for name in rows if name in NAMED]
    must = [one.name for one in rows.values() if one.default is one.empty and one.kind not in _REST]
    others = [name for name in must if name not in NAMED]
    if others and (named or len(must) > 1):
        raise UsageError(
            f"the function asks for {others[0]!r}, which no delivery has",
            where="receiver",
            hint=f"name any of {', '.join(NAMED)}, or take one parameter, the whole message",
        )
    return named


_REST = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


async def _wait(answer: Any) -> Any:
    return await answer


def _answered(answer: Any) -> Message:
    """Read what a function gave back: a status, a truth value, a pair with a status, or a response object."""
    if isinstance(answer, Message):
        return answer
    if isinstance(answer, tuple):
        found = [one for one in answer if _is_status(one)]
        return Message(status=found[0]) if len(found) == 1 else _unread(answer)
    if answer is None or isinstance(answer, bool):
        return Message(status=400 if answer is False else 200)
    if isinstance(answer, str | bytes):
        return Message(status=200)
    return _of_object(answer)


def _of_object(answer: Any) -> Message:
    if isinstance(answer, int):
        return Message(status=int(answer))
    if isinstance(answer, Mapping):
        # As functions behind a cloud's API gateway answer; another mapping is a body, taken with 200.
        status = answer.get("statusCode", answer.get("status_code", 200))
    else:
        status = next((getattr(answer, name) for name in _STATUS if _is_status(getattr(answer, name, 0))), 0)
    return Message(status=int(status)) if _is_status(status) else _unread(answer)


_STATUS = ("status_code", "status")


def _is_status(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599


def _unread(answer: Any) -> Message:
    raise UsageError(
        f"the function answered with {type(answer).__name__}, which tells no status",
        where="receiver",
        hint="return a status, True or False, (body, status), or your framework's response object",
    )
