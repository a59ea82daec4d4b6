"""Serves a simulator over HTTP: in a thread of its own for tests, in the foreground for `payproof sandbox`.

`serve` opens two loopback ports: the gateway and, unless told otherwise, the control API (see `control`).
Everything that touches the simulator runs on the server's one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

from payproof.adapters.control import ControlApi
from payproof.adapters.http_protocol import Connection, Handler, Limits
from payproof.adapters.webhook_pump import WebhookPump
from payproof.errors import UsageError
from payproof.model import Message
from payproof.simulator.engine import Simulator

Clock = Callable[[], float]
T = TypeVar("T")
DEFAULT_LIMITS = Limits()


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class SandboxServer:
    """A running sandbox.

    Args:
        simulator: What answers.
        host: Address to bind; the control API is off for any that is not loopback.
        port: 0 for a free one.
        control: Whether to offer the control API.
        control_port: 0 for a free one.
        webhook_url: Where webhooks go; empty to keep them for the control API.
        clock: Gives seconds since the epoch.
        limits: What a client may cost.
        token: The control API's bearer token; made up when empty.
    """

    def __init__(
        self,
        simulator: Simulator,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control: bool = True,
        control_port: int = 0,
        webhook_url: str = "",
        clock: Clock = time.time,
        limits: Limits = DEFAULT_LIMITS,
        token: str = "",
    ) -> None:
        self.simulator, self.clock = simulator, clock
        self._host, self._port, self._limits = host, port, limits
        self.token = token or secrets.token_urlsafe(24)
        self._control = ControlApi(simulator, clock, self.token) if control and is_loopback(host) else None
        self._control_port = control_port
        self._pump = WebhookPump(simulator, clock, webhook_url)
        self._connections: set[Connection] = set()
        self._servers: list[asyncio.Server] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.url = self.control_url = ""

    async def start(self) -> None:
        """Bind the ports; `url` and `control_url` are known afterwards.

        Raises:
            UsageError: when a port cannot be bound.
        """
        self._loop = asyncio.get_running_loop()
        self.url = await self._listen(self._host, self._port, self._gateway)
        if self._control is not None:
            self.control_url = await self._listen(self._host, self._control_port, self._controlled)
            self._control.hosts = frozenset({self.control_url.partition("://")[2]})
        self._tasks = [self._loop.create_task(self._sweep()), self._loop.create_task(self._pump.run())]

    def _gateway(self, message: Message) -> Any:
        outcome = self.simulator.handle(message, self.clock())
        self._pump.look()
        return outcome

    def _controlled(self, message: Message) -> Any:
        assert self._control is not None
        reply = self._control.handle(message)
        self._pump.look()
        return reply

    async def _listen(self, host: str, port: int, handler: Handler) -> str:
        assert self._loop is not None
        try:
            server = await self._loop.create_server(
                lambda: Connection(handler, self._limits, self._connections), host, port, backlog=256
            )
        except OSError as error:
            raise UsageError(
                f"cannot listen on {host}:{port} ({error.strerror or error})",
                where="--host or --port",
                hint="choose another port, or 0 for a free one",
            ) from None
        self._servers.append(server)
        bound = server.sockets[0].getsockname()
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        return f"http://{shown}:{bound[1]}"

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now = asyncio.get_running_loop().time()
            for connection in list(self._connections):
                connection.sweep(now)

    async def stop(self) -> None:
        """Close the ports and every connection."""
        for server in self._servers:
            server.close()
        for connection in list(self._connections):
            connection.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def ask(self, question: Callable[[Simulator], T], *, timeout_s: float = 30.0) -> T:
        """Run something on the simulator from another thread, in turn with the requests."""
        assert self._loop is not None

        async def run() -> T:
            answer = question(self.simulator)
            self._pump.look()
            return answer

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout_s)


@contextlib.contextmanager
def serve(
    simulator: Simulator, host: str = "127.0.0.1", port: int = 0, **options: Any
) -> Iterator[SandboxServer]:
    """Give a sandbox that runs in a thread until the block ends; options as for `SandboxServer`.

    Raises:
        UsageError: when the port cannot be bound.
    """
    server = SandboxServer(simulator, host=host, port=port, **options)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="payproof-sandbox", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(30)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def asgi_app(simulator: Simulator, clock: Clock = time.time) -> Callable[..., Awaitable[None]]:
    """Give the simulator as an ASGI application, for clients and runners that call one in process.

    A truncated or reset reply ends in an exception, which is all that ASGI has for it.
    """
    from payproof.adapters.asgi import application

    return application(simulator, clock)
