"""What of a target is not asked and answered: outside events, the webhooks they bring, and its clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

from payproof.model import Interaction, Message
from payproof.spec.testbed import Testbed

#: So many outside events are brought about, at most.
MOST_EVENTS = 8


@runtime_checkable
class Outside(Protocol):
    """A target whose outside events can be brought about and whose webhooks can be taken."""

    def happen(self, event: str, facts: Mapping[str, Any]) -> bool:
        """Let an outside event happen; False when it cannot in this state."""
        ...

    def webhooks(self) -> Iterator[tuple[str, str, Message]]:
        """Give (event, merchant, delivery) of each webhook that is due, and take it as received."""
        ...


@runtime_checkable
class Clockwork(Protocol):
    """A target whose clock can be moved."""

    def later(self, seconds: float) -> None:
        """Move the target's clock ahead."""
        ...


def told(target: object, testbed: Testbed, merchant: str) -> Iterator[Interaction]:
    """Give a merchant's webhooks, after the test bed's events have happened to whatever they can.

    Args:
        target: Gives none unless it is an `Outside`.
        testbed: Its `events` with `how: control` are tried on each of its roles.
        merchant: Whose webhooks; another's are signed with keys that the run does not judge by.
    """
    if not isinstance(target, Outside):
        return
    happened = 0
    for event, row in testbed.events.items():
        for facts in testbed.roles.values():
            if isinstance(row, Mapping) and row.get("how") == "control" and happened < MOST_EVENTS:
                happened += target.happen(event, facts)
    for number, (event, whose, message) in enumerate(target.webhooks(), 1):
        if whose in ("", merchant):
            yield Interaction(
                request=message,
                response=None,
                operation=event,
                provenance="sandbox",
                source=f"{event}/webhook/{number}",
                kind="webhook",
            )
