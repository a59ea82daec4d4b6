"""When a run stops asking: a gateway that is gone, or an operation that costs its whole time.

Every single exchange is bounded by the client, but a thousand bounded waits are still hours. So several
requests in a row without an answer are followed by one that was accepted before: if that is not answered
either, the gateway is gone and nothing more is sent. An operation whose unanswered requests took too long
together is left alone while the others go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from payproof.model import Finding, Location, Message, Severity
from payproof.rules import Example, Rule, register
from payproof.run.target import Reply, Target

STOPPED = register(
    Rule(
        "gateway-stopped-answering",
        Severity.ERROR,
        "The gateway stopped answering, so the rest was not sent.",
        fix="look at the gateway's log at that moment, start it anew, and run again",
        example=Example(input="every connection refused from the 60th request on"),
        area="run",
    )
)
#: Unanswered requests in a row after which the gateway is asked whether it is there at all.
MOST_SILENT = 5
#: Seconds that one operation's unanswered requests may take together.
MOST_WAITED_S = 45.0


@dataclass(slots=True)
class Patience:
    """What one run has waited for so far.

    Args:
        target: Asked whether it is still there.
    """

    target: Target
    gone: str = ""
    _silent: int = 0
    _alive: Message | None = None
    _waited_s: dict[str, float] = field(default_factory=dict)
    _left_alone: set[str] = field(default_factory=set)
    _failures: set[str] = field(default_factory=set)

    def over(self, operation: str) -> str:
        """Say why nothing more is sent to the operation; empty while it is."""
        if self.gone:
            return self.gone
        return "the operation took too long without an answer" if operation in self._left_alone else ""

    @property
    def spoke(self) -> bool:
        """Whether something came back, an answer or not: the host is there, and what it does is a finding."""
        return bool(self._failures - {"refused", "timeout", "tls", "crashed"})

    def accepted(self, message: Message, *, write: bool) -> None:
        """Remember a read that was accepted: it will show whether the gateway is still there."""
        if self._alive is None and not write:
            self._alive = message

    def saw(self, operation: str, reply: Reply) -> list[Finding]:
        """Take notice of a reply; gives a finding when patience ends with it."""
        if reply.response is not None:
            self._silent = 0
            return []
        self._failures.add(reply.failure)
        self._silent += 1
        waited_s = self._waited_s[operation] = self._waited_s.get(operation, 0.0) + reply.elapsed_s
        if self._silent >= MOST_SILENT and not self._still_there():
            self.gone = "the gateway stopped answering"
            return [STOPPED.finding(Location(operation), f"{self._silent} requests in a row met no answer")]
        if waited_s > MOST_WAITED_S and operation not in self._left_alone:
            self._left_alone.add(operation)
            message = f"its unanswered requests took {waited_s:.0f} s together, so the rest was not sent"
            return [STOPPED.finding(Location(operation), message)]
        return []

    def _still_there(self) -> bool:
        if self._alive is None:
            return False
        self._silent = 0
        return self.target.send(self._alive, write=False).response is not None
