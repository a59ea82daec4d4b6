"""Sending a case's request: with patience, within what is allowed, and never to nobody for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from payproof.conformance.case import Case
from payproof.errors import NothingCheckedError
from payproof.model import Finding, Interaction, Message
from payproof.report.mask import Mask, mask_for
from payproof.report.printable import printable
from payproof.report.result import Tally
from payproof.run.patience import Patience
from payproof.run.target import NOT_SENT, Reply, Target
from payproof.signing.keys import Keys
from payproof.spec.testbed import Testbed

#: Where and how it is mended that nothing ever answered, by the failure that came instead.
_MEND = {
    "tls": (
        "--url",
        "name a file with the certificate's authority in the variable SSL_CERT_FILE, or correct the URL:"
        " its host must stand in the certificate, and a port without TLS wants http://; nothing was checked",
    ),
    "crashed": ("--app", "mend what the application raises; nothing was checked"),
}
_START = ("--url", "start the gateway, or correct the URL; nothing was checked")
#: A gateway that never answers is not worth more than this many attempts.
_GIVE_UP = 3


@dataclass(slots=True)
class Asker:
    """Sends messages to one target.

    Args:
        target: What is asked.
        tally: Told of what was not sent, and why.
        found: Told of what silence itself shows.
        mask: Replaces the texts of keys, which an application's exception may hold.
        sent: How many requests went out.
        forbidden: Operations that may not be called, since they write to a real gateway.
    """

    target: Target
    tally: Tally
    found: Callable[[Finding], None]
    mask: Mask = str
    sent: int = 0
    forbidden: set[str] = field(default_factory=set)
    patience: Patience = field(init=False)
    _answered: int = 0
    _last: Reply | None = None

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
            tags={**case.tags, "why": self._told(reply)} if reply.why else case.tags,
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
        self._last = reply
        for finding in self.patience.saw(case.operation, reply):
            self.found(finding)
        if self.sent >= _GIVE_UP and not self._answered and reply.failure in ("refused", "tls"):
            raise self._nothing("cannot be reached")

    def must_have_heard(self) -> None:
        """Stop a run that learnt nothing.

        Raises:
            NothingCheckedError: Nothing came back from the target, not even garbage.
        """
        if not self._answered and not self.patience.spoke:
            raise self._nothing("never answered")

    def _nothing(self, what: str) -> NothingCheckedError:
        last = self._last
        why = f": {self._told(last)}" if last is not None and last.why else ""
        where, hint = _MEND.get(last.failure, _START) if last is not None else _START
        return NothingCheckedError(f"{self.target.name} {what}{why}", where=where, hint=hint)

    def _told(self, reply: Reply) -> str:
        return printable(self.mask(reply.why))


def masking(testbed: Testbed) -> Mask:
    """Give what replaces every key of a test bed by its role; test keys stay as they are."""
    masks = [mask_for(Keys.of(texts, test=testbed.test_keys)) for texts in testbed.merchants.values()]

    def mask(text: str) -> str:
        for one in masks:
            text = one(text)
        return text

    return mask
