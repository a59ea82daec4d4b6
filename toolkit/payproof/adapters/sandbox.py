"""A sandbox within reach of a test: URL, keys, clock, faults, outside events, webhooks."""

from __future__ import annotations

import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import wrapt

from payproof.adapters.secrets import variable
from payproof.errors import UsageError
from payproof.model import Message
from payproof.run.exchanges import SPOILED
from payproof.simulator.faults import Fault
from payproof.simulator.protocol import Outcome
from payproof.simulator.webhooks import Delivery

if TYPE_CHECKING:
    from payproof.gateway import Gateway

T = TypeVar("T")

#: What a client uses that calls the sandbox through an application object, without a port.
APP_HOST = "payproof-sandbox"


_Proxy: Any = wrapt.ObjectProxy


class Watched(_Proxy):  # type: ignore[misc]
    """A simulator that several threads may use, and that marks replies which a fault has touched."""

    def __init__(self, simulator: Any, *, spoiled: bool) -> None:
        super().__init__(simulator)
        self._self_lock, self._self_spoiled = threading.RLock(), spoiled

    def handle(self, message: Message, now_s: float) -> Outcome:
        with self._self_lock:
            count = len(self.faults.armed), sum(one.times for one in self.faults.armed)
            outcome: Outcome = self.__wrapped__.handle(message, now_s)
            struck = count != (len(self.faults.armed), sum(one.times for one in self.faults.armed))
        if isinstance(outcome, Message) and (struck or self._self_spoiled):
            return outcome.with_header(SPOILED, "armed" if struck else "planted")
        return outcome

    def due(self, now_s: float) -> list[Delivery]:
        with self._self_lock:
            found: list[Delivery] = self.__wrapped__.due(now_s)
            return found

    def delivered(self, delivery_id: str, **outcome: Any) -> Any:
        with self._self_lock:
            return self.__wrapped__.delivered(delivery_id, **outcome)

    def locked(self) -> threading.RLock:
        """Give what keeps other threads out."""
        lock: threading.RLock = self._self_lock
        return lock


class Sandbox:
    """What the `payproof_sandbox` fixture gives.

    Args:
        gateway: Which gateway it plays.
        switches, defects, seed: As for `payproof sandbox`.
        clock: Gives seconds since the epoch.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        switches: Mapping[str, str] | None = None,
        defects: Sequence[str] = (),
        seed: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.gateway, self.clock = gateway, clock
        made = gateway.simulator(switches=switches, defects=defects, seed=seed)
        self.simulator: Any = Watched(made, spoiled=bool(defects))
        servers = gateway.spec.servers
        self._base = urlsplit(servers[0].url).path.rstrip("/") if servers else ""
        self._origin = ""
        self._server: Any = None
        self.no_port = ""
        #: Told of each delivery that `deliver` made, and its answer.
        self.listeners: list[Callable[[Delivery, Message], None]] = []

    @contextmanager
    def running(self) -> Iterator[Sandbox]:
        """Listen on a free port while the block runs; where no socket may be opened, do without.

        Then `url` raises UsageError, and `asgi` and `wsgi` still work.
        """
        from payproof.adapters.server import serve

        with ExitStack() as stack:
            try:
                # Asked first: a server that fails half-way leaves an event loop behind. A plugin that forbids
                # sockets may warn as well, and it is not the test that asked.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    socket.socket().close()
                self._server = stack.enter_context(serve(self.simulator, control=False, clock=self.clock))
                self._origin = self._server.url
            except (OSError, RuntimeError) as error:
                # pytest-socket and its like raise a RuntimeError of their own.
                self.no_port = f"{type(error).__name__}: {error}"
            yield self

    @property
    def url(self) -> str:
        """The base URL, base path included."""
        if not self._origin:
            raise UsageError(
                f"the sandbox has no port: {self.no_port or 'it is not running'}",
                where="payproof_sandbox.url",
                hint="allow sockets to 127.0.0.1, or call it through payproof_sandbox.asgi or .wsgi",
            )
        return self._origin + self._base

    @property
    def app_url(self) -> str:
        """The base URL for clients that go through `asgi` or `wsgi`."""
        return f"http://{APP_HOST}{self._base}"

    @property
    def hosts(self) -> set[str]:
        """The authorities under which clients reach it."""
        return {APP_HOST, urlsplit(self._origin).netloc} - {""}

    @property
    def asgi(self) -> Callable[..., Any]:
        """The sandbox as an ASGI application."""
        from payproof.adapters.server import asgi_app

        return asgi_app(self.simulator, self.clock)

    @property
    def wsgi(self) -> Callable[..., Any]:
        """The sandbox as a WSGI application."""
        from payproof.adapters.wsgi import wsgi_app

        return wsgi_app(self.simulator, self.clock)

    @property
    def keys(self) -> Mapping[str, str]:
        """The main merchant's test credentials by role."""
        return self.gateway.testbed.merchants["main"]

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for the code under test: base URL and credentials."""
        name = self.gateway.name
        url = self._origin + self._base if self._origin else self.app_url
        found = {variable(name, role): text for role, text in self.keys.items()}
        return {**found, variable(name, "url"): url, "PAYPROOF_SANDBOX_URL": url}

    def role(self, name: str) -> Mapping[str, str]:
        """Give the ids of a role, such as `refundable-transaction`; raises UsageError for an unknown one."""
        roles = self.gateway.testbed.roles
        if name not in roles:
            raise UsageError(
                f"there is no role {name!r}", where="test bed", hint=f"known: {', '.join(sorted(roles))}"
            )
        return roles[name]

    @property
    def now_s(self) -> float:
        """The gateway's clock, in seconds since the epoch."""
        return float(self._look(lambda simulator: simulator.world.now_s))

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> float:
        """Move the gateway's clock ahead; gives its new time in seconds since the epoch."""
        step_s = 86_400 * days + 3600 * hours + 60 * minutes + seconds

        return float(self._look(lambda simulator: simulator.advance(step_s)))

    def fail_next(self, operation: str = "", *, kind: str = "", **more: Any) -> None:
        """Let the next call fail.

        Args:
            operation: An operationId, or a part of exactly one; any operation when empty.
            kind: `status` (the default), `stall`, `hang`, `truncate`, `reset` or `garbage`.
            more: `status`, `times`, `seconds`, `keep`, `before`: see `payproof.simulator.faults`.
        """
        known = self.gateway.spec.operations
        given = {"kind": kind or "status", "operation": _one_of(operation, known), **more}
        self._look(lambda simulator: simulator.faults.arm(Fault.read(given, known)))

    def settle(self, object_id: str, event: str = "", **facts: Any) -> str:
        """Let an outside event happen to an object, such as the bank's answer; gives a sentence on it.

        Args:
            object_id: Of a transaction, order or payment.
            event: Its name; the first one that the object's state allows when empty.
            facts: What else the event needs.

        Raises:
            UsageError: There is no such object or event, or its state does not allow it.
        """
        roles = self.gateway.testbed.roles.values()
        ids = {key: object_id for role in roles for key in role if key.endswith("_id")}
        events = [event] if event else list(self.gateway.testbed.events)
        return str(self._look(lambda simulator: _first(simulator, events, {**ids, **facts})))

    def switch(self, **settings: str) -> Mapping[str, str]:
        """Set switches, written with `_` for `-`; gives all settings."""
        named = {name.replace("_", "-"): setting for name, setting in settings.items()}
        found: Mapping[str, str] = self._look(lambda simulator: simulator.switch(named))
        return found

    @property
    def events(self) -> list[Any]:
        """What the gateway has to tell, oldest first: each with event, body, standing and attempts."""

        return self._look(lambda simulator: list(simulator.world.outbox.notices.values()))

    @property
    def log(self) -> list[Any]:
        """The newest requests and events, oldest first."""
        return self._look(lambda simulator: list(simulator.log.entries))

    def due(self) -> list[Delivery]:
        """Give the webhook deliveries that are due, signed; report each with `delivered`."""
        return self._look(lambda simulator: simulator.due(self.clock()))

    def delivered(self, delivery_id: str, *, status: int = 0, failure: str = "") -> str:
        """Tell the gateway what the receiver answered; gives what becomes of the event."""
        return str(self.simulator.delivered(delivery_id, status=status, failure=failure))

    def deliver(self, to: Any, **options: Any) -> list[Message]:
        """Send what is due to a receiver (see `receiver_of`, also for the options), and give its answers."""
        from payproof.adapters.receiver import receiver_of

        receiver, answers = receiver_of(to, **options), []
        for delivery in self.due():
            answer = receiver.send(delivery.message)
            self.delivered(delivery.id, status=answer.status)
            for listener in self.listeners:
                listener(delivery, answer)
            answers.append(answer)
        return answers

    def reset(self, seed: int | None = None) -> None:
        """Go back to the first state."""
        self._look(lambda simulator: simulator.reset(seed))

    def _look(self, question: Callable[[Any], T]) -> T:
        with self.simulator.locked():
            self.simulator.tick(self.clock())
            return question(self.simulator)


def _one_of(name: str, known: Mapping[str, Any]) -> str:
    if not name or name in known:
        return name
    near = [one for one in known if name.lower() in one.lower()]
    if len(near) == 1:
        return near[0]
    raise UsageError(
        f"{name!r} names {'no operation' if not near else 'several operations'}",
        where="fail_next",
        hint=f"use one of {', '.join(near or known)}",
    )


def _first(simulator: Any, events: Sequence[str], facts: Mapping[str, Any]) -> str:
    refused: UsageError | None = None
    for event in events:
        try:
            return str(simulator.settle(event, facts))
        except UsageError as error:
            refused = error
    raise refused or UsageError("this gateway has no outside events", where="settle", hint="see its test bed")
