"""An ASGI or WSGI application, named by its import path and called in this process.

Theory of operation. The application is somebody else's code under test: it may raise, hang, or answer what
no server would let through. So each request runs in a thread or loop of its own making and is given up after
a deadline, an exception ends that request and is told, and a malformed answer is garbage. A request which no
HTTP server would hand to an application (a target that is not ASCII, a header with a line break) is not sent.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from payproof.adapters.asgi_call import AnswerTooLarge
from payproof.errors import UsageError
from payproof.model import Message
from payproof.run.target import Reply

DEADLINE_S = 30.0
MAX_BODY_BYTES = 8 * 1024 * 1024
_HOST = "app.invalid"
_TARGET = re.compile(r"/[!-~]*", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
#: Gives the answer, or raises; an answer that is none is None.
Call = Callable[[Message], Message | None]


def load_app(path: str, folder: str) -> Any:
    """Give the application that `module:name` names, its module looked for in a folder first.

    Raises:
        UsageError: The path has another form, or there is no such module or name, or importing it fails.
    """
    module, mark, names = path.partition(":")
    if not mark or not module or not names:
        raise UsageError(f"{path!r} names no application", where="--app", hint="write MODULE:APP")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: Any = import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
    except Exception as error:
        what = f"{path} cannot be imported: {type(error).__name__}: {error}"
        raise UsageError(
            what, where="--app", hint="start payproof where python -c 'import ...' works"
        ) from error
    if not callable(found):
        raise UsageError(f"{path} is not callable", where="--app", hint="name the application itself")
    return found


def is_asgi(app: Any) -> bool:
    """Say whether an application takes scope, receive and send; another one is WSGI."""
    call = app if inspect.isfunction(app) or inspect.ismethod(app) else type(app).__call__
    if inspect.iscoroutinefunction(call):
        return True
    try:
        return len(inspect.signature(app).parameters) == 3
    except (TypeError, ValueError):
        return False


@contextmanager
def app_target(
    path: str, folder: str, base_path: str, *, deadline_s: float = DEADLINE_S
) -> Iterator[AppTarget]:
    """Give the application as a target of a run; an ASGI one is started up before and shut down after.

    Args:
        path: `module:name`.
        folder: Where its module is looked for first.
        base_path: The path before each operation's own.
        deadline_s: Longest time for one request, in seconds.
    """
    app = load_app(path, folder)
    if not is_asgi(app):
        yield AppTarget(path, base_path, lambda message: _wsgi(app, message), deadline_s)
        return
    with _loop() as loop:
        from payproof.adapters.asgi_call import Lifespan, exchange

        def run(work: Any) -> Any:
            # Each piece of work has its own deadline; this one is for a loop that the application blocks.
            return asyncio.run_coroutine_threadsafe(work, loop).result(deadline_s + 1.0)

        lifespan = Lifespan(app, deadline_s)
        run(lifespan.start())
        try:
            yield AppTarget(
                path,
                base_path,
                lambda message: run(asyncio.wait_for(exchange(app, message, MAX_BODY_BYTES), deadline_s)),
                deadline_s,
            )
        finally:
            run(lifespan.stop())


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="payproof-app", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


class AppTarget:
    """An application as a target; see `run.target.Target`.

    Args:
        path: For the report.
        base_path: The path before each operation's own.
        call: Has the application answer.
        deadline_s: Longest time for one request, in seconds.
    """

    provenance = "live"
    #: Nothing listens, so no command can send to it.
    origin = ""

    def __init__(self, path: str, base_path: str, call: Call, deadline_s: float) -> None:
        self.name, self._base_path = f"app {path}", base_path.rstrip("/")
        self._call, self._deadline_s = call, deadline_s

    def send(self, message: Message, *, write: bool) -> Reply:
        """Hand the request to the application; whatever goes wrong is a failure in the reply."""
        sent = _complete(message, self._base_path)
        started_s, start = time.time(), time.perf_counter()
        answer, failure, why = (None, "unsendable", "") if not _sendable(sent) else self._answer(sent)
        return Reply(sent, answer, failure, started_s, time.perf_counter() - start, why)

    def _answer(self, sent: Message) -> tuple[Message | None, str, str]:
        made: list[Message | None] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                made.append(self._call(sent))
            except BaseException as error:
                failed.append(error)

        # A daemon thread: one that hangs is left behind, and does not keep the process alive.
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self._deadline_s + 1.0)
        if thread.is_alive() or any(isinstance(one, TimeoutError) for one in failed):
            return None, "timeout", ""
        if failed:
            return None, *_failure_of(failed[0])
        return (made[0], "", "") if made[0] is not None else (None, "garbage", "")


def _failure_of(error: BaseException) -> tuple[str, str]:
    if isinstance(error, AnswerTooLarge):
        return "too-large", ""
    return "crashed", f"{type(error).__name__}: {error}"


def _complete(message: Message, base_path: str) -> Message:
    headers = list(message.headers)
    if message.header("host") is None:
        headers.insert(0, ("Host", _HOST))
    if message.header("content-length") is None and (message.body or message.method in ("POST", "PUT")):
        headers.append(("Content-Length", str(len(message.body))))
    return Message(message.method, base_path + message.target, tuple(headers), message.body)


def _sendable(message: Message) -> bool:
    fields = (_NAME.fullmatch(name) and _plain(value) for name, value in message.headers)
    return bool(_TARGET.fullmatch(message.target)) and all(fields)


def _plain(value: str) -> bool:
    return all(ord(one) < 256 and one not in "\r\n\0" for one in value)


def _wsgi(app: Any, message: Message) -> Message | None:
    """Give a WSGI application's answer.

    Source: PEP 3333; a header that came twice is joined with a comma, as servers do.
    """
    started: list[Any] = []
    body = bytearray()

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        started[:] = [status, headers]
        return body.extend

    chunks = app(_environ(message), start)
    try:
        for chunk in chunks:
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise AnswerTooLarge
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    if not started or not str(started[0])[:3].isdigit():
        return None
    headers = tuple((str(name), str(value)) for name, value in started[1])
    return Message(headers=headers, body=bytes(body), status=int(started[0][:3]))


def _environ(message: Message) -> dict[str, Any]:
    path, _, query = message.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": message.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "RAW_URI": message.target,
        "QUERY_STRING": query,
        "SERVER_NAME": _HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(message.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in message.headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
