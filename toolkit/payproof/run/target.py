"""What is checked, as a function from request to reply: a URL, or the sandbox in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from payproof.errors import UsageError
from payproof.model import Message


@dataclass(frozen=True, slots=True)
class Reply:
    """What a target did with one request.

    Args:
        request: The request as it was really sent, target and headers included.
        response: The response, or None; then `failure` says why.
        failure: `timeout`, `reset`, `refused`, `tls`, `crashed`, `truncated`, `garbage`, `too-large`; or
            `unsendable` and `not-allowed`, when nothing was sent.
        started_s: Seconds since the epoch.
        elapsed_s: Seconds from sending to the last byte.
        why: What is known of the failure beyond its word: of TLS, or of an application's exception.
    """

    request: Message
    response: Message | None = None
    failure: str = ""
    started_s: float = 0.0
    elapsed_s: float = 0.0
    why: str = ""


#: Failures that are not the gateway's: nothing reached it.
NOT_SENT = frozenset({"unsendable", "not-allowed"})


class Target(Protocol):
    """Sends one request.

    Args:
        name: For the report.
        origin: Scheme, host and port, for commands that show a finding again; empty where there is none.
        provenance: For interactions.
    """

    name: str
    origin: str
    provenance: str

    def send(self, message: Message, *, write: bool) -> Reply:
        """Send the request, whose target begins after the server's base path; nothing raises."""
        ...


class SandboxTarget:
    """The simulator, called in this process.

    Args:
        simulator: Anything with `handle(message, now_s)`, as `payproof.simulator.Simulator` has.
        base_path: The base path of the server that it plays.
        clock: Gives seconds since the epoch.
        stopwatch: Gives seconds for measuring, from any zero.
    """

    name = "sandbox"
    #: Where commands that show a finding again have the sandbox listen.
    origin = "http://127.0.0.1:8400"
    provenance = "sandbox"

    def __init__(
        self, simulator: Any, base_path: str, clock: Callable[[], float], stopwatch: Callable[[], float]
    ) -> None:
        self._simulator, self._base_path = simulator, base_path.rstrip("/")
        self._clock, self._stopwatch = clock, stopwatch

    def send(self, message: Message, *, write: bool) -> Reply:
        """Hand the request to the simulator; a stall, cut or reset becomes the failure a client would see."""
        sent = Message(message.method, self._base_path + message.target, message.headers, message.body)
        now_s, start = self._clock(), self._stopwatch()
        answer = self._simulator.handle(sent, now_s)
        elapsed_s = self._stopwatch() - start
        if isinstance(answer, Message):
            return Reply(sent, answer, "", now_s, elapsed_s)
        failure = {"Stall": "timeout", "Truncate": "truncated", "Reset": "reset"}[type(answer).__name__]
        return Reply(sent, None, failure, now_s, elapsed_s)

    def happen(self, event: str, facts: Mapping[str, Any]) -> bool:
        """Let an outside event happen in the simulator; False when it cannot in this state."""
        try:
            self._simulator.tick(self._clock())
            self._simulator.settle(event, facts)
        except UsageError:
            return False
        return True

    def later(self, seconds: float) -> None:
        """Move the simulator's clock ahead."""
        self._simulator.tick(self._clock())
        self._simulator.advance(seconds)

    def webhooks(self) -> Iterator[tuple[str, str, Message]]:
        """Give (event, merchant, delivery) of each webhook that is due, each taken with a 200."""
        for delivery in self._simulator.due(self._clock()):
            merchant = self._simulator.world.outbox.notices[delivery.id].merchant
            yield delivery.event, merchant, delivery.message
            self._simulator.delivered(delivery.id, status=200)
