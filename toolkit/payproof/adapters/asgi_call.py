"""Calling an ASGI application without a server: one request, and the start and end of its life.

Source: ASGI 3.0, HTTP and Lifespan sub-specifications.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote_to_bytes

from payproof.errors import UsageError
from payproof.model import Message


class AnswerTooLarge(Exception):
    """An application's answer has more bytes than any client would read."""


async def exchange(app: Any, message: Message, most: int) -> Message | None:
    """Give an application's answer, or None when it gave none that makes sense.

    Raises:
        AnswerTooLarge: The answer's body is larger than `most` bytes.
    """
    asked, started, body = False, dict[str, Any](), bytearray()
    done = asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            # The client stays until it has its answer.
            await done.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": message.body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            started.update(event)
        elif event["type"] == "http.response.body":
            body.extend(event.get("body", b""))
            if not event.get("more_body"):
                done.set()
        if len(body) > most:
            raise AnswerTooLarge

    await app(_scope(message), receive, send)
    status = started.get("status")
    if not isinstance(status, int) or not done.is_set():
        return None
    headers = ((bytes(name), bytes(value)) for name, value in started.get("headers", ()))
    told = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
    return Message(headers=told, body=b"" if message.method == "HEAD" else bytes(body), status=status)


def _scope(message: Message) -> dict[str, Any]:
    path, _, query = message.target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": message.method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in message.headers
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


class Lifespan:
    """An application's start and end; one that knows neither is used as it is.

    Args:
        app: The application.
        patience_s: Longest wait for either, in seconds.
    """

    def __init__(self, app: Any, patience_s: float = 20.0) -> None:
        self._app, self._patience_s = app, patience_s
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it up; raises UsageError when it says that it cannot."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        self._task = asyncio.ensure_future(self._app(scope, self._to_app.get, self._from_app.put))
        told = await self._ask("lifespan.startup")
        if told.get("type") == "lifespan.startup.failed":
            what = f"the application did not start: {told.get('message', '')}"
            raise UsageError(what, where="--app", hint="start it with its own server to see why")

    async def stop(self) -> None:
        """Shut it down, as far as it lets itself be."""
        if self._task is not None and not self._task.done():
            await self._ask("lifespan.shutdown")
            self._task.cancel()

    async def _ask(self, kind: str) -> dict[str, Any]:
        assert self._task is not None
        await self._to_app.put({"type": kind})
        answer = asyncio.ensure_future(self._from_app.get())
        await asyncio.wait(
            {answer, self._task}, return_when=asyncio.FIRST_COMPLETED, timeout=self._patience_s
        )
        if answer.done():
            return answer.result()
        answer.cancel()
        if self._task.done() and not self._task.cancelled():
            # Looked at, so that nothing complains of an exception which nobody took.
            self._task.exception()
        return {}
