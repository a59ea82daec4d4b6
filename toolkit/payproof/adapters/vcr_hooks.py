"""A cassette for vcrpy's interception that is ours in all else: what is kept, how it is written, what fits.

vcrpy knows how to stand between a program and its HTTP client, whichever that is. This tape takes its place:
it records into our journal, an entry redacted before its first byte is written, and plays through our index,
which knows what a signature makes vary and says what differs where nothing fits. Only requests that one
gateway's document describes are taken; all others go their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from vcr.cassette import Cassette
from vcr.record_mode import RecordMode

from payproof.adapters.live_guard import LiveGuard, host_of
from payproof.cassettes.entries import from_vcr
from payproof.cassettes.journal_lines import vcr_entry
from payproof.cassettes.limits import DEFAULT
from payproof.cassettes.redaction.redact import Redactor
from payproof.cassettes.replay import Miss, Replay
from payproof.errors import ToolkitError
from payproof.model import Interaction
from payproof.spec import Spec, match


class NotRecorded(ToolkitError):
    """A request of the gateway that the recording does not hold."""


class _Tape(Cassette):  # type: ignore[misc]
    """What player and recorder share: which requests are the gateway's."""

    def __init__(self, *, spec: Spec, **vcr: Any) -> None:
        super().__init__(**vcr)
        self._spec = spec

    def _load(self) -> None:
        """Load nothing by vcrpy's own reader."""

    def _save(self, force: bool = False) -> None:
        """Write nothing by vcrpy's own writer."""

    @property
    def write_protected(self) -> bool:
        """Requests that are not the gateway's are sent."""
        return False

    def can_play_response_for(self, request: Any) -> bool:
        """Say whether the tape answers."""
        return self._is_ours(_asked(request))

    def _is_ours(self, asked: Interaction) -> bool:
        return match(self._spec, asked.request) is not None


class Player(_Tape):
    """Answers the gateway's requests from a recording; one that it does not hold raises NotRecorded.

    Args:
        replay: The recording.
        moved: Told when each answer was recorded, before it is given.
    """

    def __init__(
        self, *, replay: Replay, moved: Callable[[float], object] | None = None, **more: Any
    ) -> None:
        super().__init__(**more)
        self._replay, self._moved = replay, moved

    def append(self, request: Any, response: Any) -> None:
        """Keep nothing."""

    def play_response(self, request: Any) -> Any:
        """Give the next recorded answer as vcrpy hands it on."""
        found = self._replay.play(_asked(request).request)
        if isinstance(found, Miss):
            hint = "record the test anew with --payproof-record, or mend what it asks"
            raise NotRecorded(str(found), where=str(self._path), hint=hint)
        if self._moved is not None and found.at_s:
            self._moved(found.at_s)
        response = vcr_entry(found.interaction)["response"]
        text = response["body"]["string"]
        return {**response, "body": {"string": text.encode() if isinstance(text, str) else text}}


class Recorder(_Tape):
    """Keeps the gateway's exchanges, redacted first; a real gateway's host is refused."""

    def __init__(
        self,
        *,
        guard: LiveGuard,
        redactor: Redactor,
        keep: Callable[[Interaction], None],
        clock: Callable[[], float],
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self._guard, self._redactor, self._keep, self._clock = guard, redactor, keep, clock

    def can_play_response_for(self, request: Any) -> bool:
        """Say no; raises LiveHostError for a real gateway's host, before anything is sent."""
        self._guard.check_host(host_of(request.uri))
        return False

    def append(self, request: Any, response: Mapping[str, Any]) -> None:
        """Keep an exchange; raises CannotRedact when it cannot be made safe to write."""
        asked = _asked(request, response)
        if not self._is_ours(asked):
            return
        facts = {"host": host_of(request.uri)}
        self._keep(
            self._redactor.redact(
                replace(asked, started_s=self._clock(), provenance="sandbox", tags={**asked.tags, **facts})
            )
        )


@contextmanager
def in_place(tape: type[_Tape], path: str, **facts: Any) -> Iterator[_Tape]:
    """Put a tape between the program and its HTTP clients.

    Args:
        tape: Player or Recorder.
        path: Of the cassette, for messages.
        facts: What that tape needs.
    """
    with tape.use(path=path, record_mode=RecordMode.NEW_EPISODES, **facts) as made:
        yield made


def _asked(request: Any, response: Mapping[str, Any] | None = None) -> Interaction:
    body = request.body
    if hasattr(body, "read"):
        body = body.read()
    elif body is not None and not isinstance(body, bytes | str):
        body = b"".join(one if isinstance(one, bytes) else str(one).encode() for one in body)
    headers = {name: _texts(value) for name, value in request.headers.items()}
    row = {"method": request.method, "uri": request.uri, "headers": headers, "body": body}
    return from_vcr({"request": row, "response": response}, DEFAULT)


def _texts(value: Any) -> list[str]:
    rows = value if isinstance(value, list | tuple) else [value]
    return [one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in rows]
