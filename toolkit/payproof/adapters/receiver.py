"""Receivers of webhooks, whatever they are: a URL, an application, a framework's test client, a function."""

from __future__ import annotations

import asyncio
import inspect
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from payproof.errors import UsageError
from payproof.model import Message

TIMEOUT_S = 10.0
#: Header of an answer that stands for an exception which the receiver let out.
CRASHED = "X-Payproof-Crashed"
Send = Callable[[Message], Message]


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
    Message; it answers a status, a truth value, None (taken), or `(body, status)`.

    Args:
        path: Where the application or client expects webhooks.
        refuses: Exceptions by which a function refuses a delivery; any other one is a crash.

    Raises:
        UsageError: It is none of these.
    """
    if isinstance(target, Receiver):
        return target
    if isinstance(target, str):
        return Receiver("URL", _to_url(target))
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
        except Exception as error:
            return Message(status=500, headers=((CRASHED, type(error).__name__),), body=str(error).encode())

    return run


def _to_url(url: str) -> Send:
    from payproof.adapters.http_client import HttpTarget
    from payproof.adapters.live_guard import LiveGuard

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("this is no http or https URL", where="receiver", hint="give http://HOST:PORT/PATH")
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path or "/"

    def send(message: Message) -> Message:
        query = message.target.partition("?")[2] or parts.query
        headers = tuple(
            (name, value.encode("latin-1", "replace").decode("latin-1")) for name, value in message.headers
        )
        asked = Message(message.method, path + (f"?{query}" if query else ""), headers, message.body)
        # Whoever the receiver is, it is the user's; a connection of its own leaves nothing open.
        with HttpTarget(origin, LiveGuard(frozenset()), step_s=TIMEOUT_S, whole_s=2 * TIMEOUT_S) as target:
            reply = target.send(asked, write=True)
        return reply.response or Message(status=0, headers=((CRASHED, reply.failure),))

    return send


def _target(message: Message, path: str) -> str:
    query = message.target.partition("?")[2]
    return path + (f"?{query}" if query else "")


def _to_flask_client(client: Any, path: str, refuses: Any) -> Send:
    def send(message: Message) -> Message:
        reply = client.open(
            _target(message, path), method=message.method, headers=list(message.headers), data=message.body
        )
        return Message(status=reply.status_code, headers=tuple(reply.headers.items()), body=reply.get_data())

    return send


def _to_django_client(client: Any, path: str, refuses: Any) -> Send:
    def send(message: Message) -> Message:
        rest = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in message.headers
            if name.lower() not in ("content-type", "content-length")
        }
        kind = message.header("content-type") or "application/octet-stream"
        reply = client.generic(message.method, _target(message, path), message.body, kind, **rest)
        return Message(status=reply.status_code, headers=tuple(reply.items()), body=bytes(reply.content))

    return send


def _to_http_client(client: Any, path: str, refuses: Any) -> Send:
    def send(message: Message) -> Message:
        reply = client.request(
            message.method,
            _target(message, path),
            headers=[(name, value.encode("latin-1", "replace")) for name, value in message.headers],
            content=message.body,
        )
        return Message(status=reply.status_code, headers=tuple(reply.headers.items()), body=reply.content)

    return send


def _to_wsgi(app: Any, path: str, refuses: Any) -> Send:
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


def _to_asgi(app: Any, path: str, refuses: Any) -> Send:
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


_NAMED = ("body", "headers", "method", "path")


def _to_function(function: Any, path: str, refuses: Any) -> Send:
    wanted = [name for name in inspect.signature(function).parameters if name in _NAMED]

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


async def _wait(answer: Any) -> Any:
    return await answer


def _answered(answer: Any) -> Message:
    if isinstance(answer, Message):
        return answer
    if isinstance(answer, tuple) and len(answer) == 2:
        return Message(status=int(answer[1]))
    if answer is None or answer is True:
        return Message(status=200)
    if answer is False:
        return Message(status=400)
    return Message(status=answer) if isinstance(answer, int) else Message(status=200)


def _is_wsgi(target: Any) -> bool:
    if hasattr(target, "wsgi_app"):
        return True
    names = _parameters(target)
    return len(names) == 2 and not set(names) & set(_NAMED)


def _is_asgi(target: Any) -> bool:
    return len(_parameters(target)) == 3 and not set(_parameters(target)) & set(_NAMED)


def _parameters(target: Any) -> list[str]:
    try:
        rows = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in rows if one.default is one.empty and one.kind < one.VAR_POSITIONAL]


_KINDS: tuple[tuple[str, Callable[[Any], bool], Callable[[Any, str, Any], Send]], ...] = (
    ("Flask test client", lambda one: hasattr(one, "open") and hasattr(one, "application"), _to_flask_client),
    ("Django test client", lambda one: hasattr(one, "generic"), _to_django_client),
    (
        "HTTP client",
        lambda one: hasattr(one, "request") and hasattr(one, "base_url") and not callable(one),
        _to_http_client,
    ),
    ("WSGI application", lambda one: callable(one) and _is_wsgi(one), _to_wsgi),
    ("ASGI application", lambda one: callable(one) and _is_asgi(one), _to_asgi),
    ("function", callable, _to_function),
)
