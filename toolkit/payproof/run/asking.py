"""Sending a case's request: with patience, within what is allowed, and never to nobody for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from payproof.conformance.case import Case
from payproof.errors import NothingCheckedError
from payproof.model import Finding, Interaction, Message
from payproof.report.result import Tally
from payproof.run.patience import Patience
from payproof.run.target import NOT_SENT, Reply, Target

#: A gateway that never answers is not worth more than this many attempts.
_GIVE_UP = 3


@dataclass(slots=True)
class Asker:
    """Sends messages to one target.

    Args:
        target: What is asked.
        tally: Told of what was not sent, and why.
        found: Told of what silence itself shows.
        sent: How many requests went out.
        forbidden: Operations that may not be called, since they write to a real gateway.
    """

    target: Target
    tally: Tally
    found: Callable[[Finding], None]
    sent: int = 0
    forbidden: set[str] = field(default_factory=set)
    patience: Patience = field(init=False)
    _answered: int = 0

    def __post_init__(self) -> None:
        self.patience = Patience(self.target)

    def ask(self, case: Case, message: Message) -> Interaction | None:
        """Send one message of a case; None when it could not or may not be sent.

        Raises:
            NothingCheckedError: Nothing is there that ever answered.
        """
        if why := self.patience.over(case.operation):
            self.tally.skip(case.operation, case.kind, why)
            return None
        reply = self.target.send(message, write=case.write)
        if reply.failure in NOT_SENT:
            self._not_sent(case, reply)
            return None
        self._note(case, reply)
        return Interaction(
            request=reply.request,
            response=reply.response,
            operation=case.operation,
            started_s=reply.started_s,
            elapsed_s=reply.elapsed_s,
            provenance=self.target.provenance,
            source=case.name,
            failure=reply.failure,
            expect=case.expect,
            kind=case.kind,
            tags=case.tags,
        )

    def _not_sent(self, case: Case, reply: Reply) -> None:
        if reply.failure == "not-allowed":
            self.forbidden.add(case.operation)
        if not case.name.endswith("/calibration"):
            why = "writes to a real gateway are not allowed" if reply.failure == "not-allowed" else "not HTTP"
            self.tally.skip(case.operation, case.kind, why)

    def _note(self, case: Case, reply: Reply) -> None:
        self.sent += 1
        self._answered += reply.response is not None
        for finding in self.patience.saw(case.operation, reply):
            self.found(finding)
        if self.sent >= _GIVE_UP and not self._answered and reply.failure == "refused":
            raise self._nothing("cannot be reached")

    def must_have_heard(self) -> None:
        """Stop a run that learnt nothing.

        Raises:
            NothingCheckedError: Nothing came back from the target, not even garbage.
        """
        if not self._answered and not self.patience.spoke:
            raise self._nothing("never answered")

    def _nothing(self, what: str) -> NothingCheckedError:
        return NothingCheckedError(
            f"{self.target.name} {what}",
            where="--url",
            hint="start the gateway, or correct the URL; nothing was checked",
        )
