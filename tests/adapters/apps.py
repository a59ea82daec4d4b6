"""Applications for the tests of `--app`: good ones over the sandbox, and bad ones."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from payproof import gateway
from payproof.adapters.asgi import application
from payproof.adapters.wsgi import wsgi_app


def _clock() -> float:
    return time.time()


def asgi() -> Any:
    return application(gateway.load("paykun").simulator(), _clock)


class Lazy:
    """An ASGI application that comes to be with its life, as servers start it."""

    def __init__(self) -> None:
        self.lived: list[str] = []
        self._app: Any = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                assert (await receive())["type"] == f"lifespan.{kind}"
                self.lived.append(kind)
                self._app = asgi()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        await self._app(scope, receive, send)


good_asgi = Lazy()
good_wsgi = wsgi_app(gateway.load("paykun").simulator(), _clock)
not_callable = 3


async def without_lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    event = await receive()
    await send({"type": "http.response.start", "status": 201, "headers": [(b"x-path", scope["raw_path"])]})
    await send(
        {"type": "http.response.body", "body": scope["query_string"] + event["body"], "more_body": True}
    )
    await send({"type": "http.response.body", "body": b"!"})


async def hanging(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await asyncio.sleep(3600)


async def silent(scope: dict[str, Any], receive: Any, send: Any) -> None:
    return None


async def failing(scope: dict[str, Any], receive: Any, send: Any) -> None:
    raise RuntimeError("no")


async def endless(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})


async def refusing_to_start(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


def echo_wsgi(environ: dict[str, Any], start: Any) -> list[bytes]:
    shown = {name: environ[name] for name in ("PATH_INFO", "QUERY_STRING", "HTTP_X_TWICE", "CONTENT_TYPE")}
    start("200 OK", [("X-Method", environ["REQUEST_METHOD"])])
    return [repr(shown).encode(), environ["wsgi.input"].read()]


def hanging_wsgi(environ: dict[str, Any], start: Any) -> list[bytes]:
    time.sleep(3600)
    return []


def failing_wsgi(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise SystemExit(3)


def overflowing(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise OverflowError("mine")


def leaking(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise RuntimeError(f"\x1b[31mno database for {environ['HTTP_ACCESSTOKEN']} {'long ' * 500}")


def half_wsgi(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Answer reads, and fail at writes."""
    if environ["REQUEST_METHOD"] == "POST":
        raise RuntimeError("database is read-only")
    return list(good_wsgi(environ, start))


def garbage_wsgi(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("hello", [])
    return [b""]


def endless_wsgi(environ: dict[str, Any], start: Any) -> Any:
    start("200 OK", [])
    while True:
        yield b"x" * 65536
