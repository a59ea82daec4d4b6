"""What travels inside the simulator, and what a gateway's own code must offer it.

The engine knows HTTP, the spec and signatures. A gateway's `behaviours.py` knows what its operations do
and how it words a refusal; it gets a `Call` and gives an `Answer`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from payproof.model import Header, Message
from payproof.signing.keys import Keys
from payproof.signing.verdict import Verdict
from payproof.simulator.store import World
from payproof.simulator.webhooks import Notice

if TYPE_CHECKING:
    from payproof.spec import Operation, Problem, Spec


@dataclass(frozen=True, slots=True)
class Stall:
    """Answer `reply` after that many seconds, or never when there is none."""

    seconds: float
    reply: Message | None = None


@dataclass(frozen=True, slots=True)
class Truncate:
    """Announce the whole reply, send `keep` bytes of its body, close the connection."""

    reply: Message
    keep: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection without an answer."""


Outcome = Message | Stall | Truncate | Reset


@dataclass(frozen=True, slots=True)
class Merchant:
    """One of the testbed's merchants; its keys never show themselves.

    Args:
        name: The name in the testbed, such as `main`.
        ids: Texts by key role that are no secret, such as the merchant id.
        keys: Every key by role, as test keys.
    """

    name: str
    ids: Mapping[str, str]
    keys: Keys = field(repr=False)


RefusalKind = Literal[
    "unknown-path",
    "wrong-method",
    "unauthenticated",
    "unreadable-body",
    "media-type",
    "validation",
    "signature",
    "fault",
    "bug",
    "not-offered",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the engine refuses a request; the gateway's code words it in its own envelope.

    Args:
        kind: What stage refused.
        reason: Kebab-case id, such as `missing-credential` or `mismatch`.
        message: One sentence for the log.
        problems: What the documented duties found, for `validation`.
        verdict: What verifying came to, for `signature`.
        status: The status a fault asks for; 0 otherwise.
    """

    kind: RefusalKind
    reason: str
    message: str
    problems: tuple[Problem, ...] = ()
    verdict: Verdict | None = None
    status: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway answers, before it is written and signed.

    Args:
        status: HTTP status.
        body: A JSON tree in documented key order: dict, list, str, bool, None, int, Decimal.
        headers: Further headers.
        invented: Why no document describes this reply; empty when one does.
        reason: Kebab-case id for the log.
        steady: Whether it depends on the state and the request alone, not on the clock.
        raw: Bytes to send in place of `body`.
        media_type: Of the body.
    """

    status: int
    body: Any = None
    headers: tuple[Header, ...] = ()
    invented: str = ""
    reason: str = ""
    steady: bool = False
    raw: bytes | None = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the spec knows, as far as the engine has read it.

    Args:
        operation: The operation asked for.
        message: The request as it came.
        path: Decoded path parameters.
        query: Decoded query parameters, the last of a repeated one.
        fields: The body as dicts and Decimals; form values are text. Empty without a body.
        merchant: Who asks, once authenticated.
        world: The state; `world.now_s` is the time.
        skips: Says whether an active defect switches a guard off.
    """

    operation: Operation
    message: Message
    path: Mapping[str, str]
    query: Mapping[str, str]
    fields: Mapping[str, Any]
    merchant: Merchant | None
    world: World
    skips: Callable[[str], bool]

    def enforces(self, guard: str) -> bool:
        """Say whether a named promise is to be kept; a defect may name it as the one it breaks."""
        return not self.skips(guard)


class Behaviours(Protocol):
    """What a gateway's own code offers: state from the testbed, operations, wording, events."""

    def prepare(self, world: World) -> None:
        """Fill an empty world from its testbed."""

    def answer(self, call: Call) -> Answer:
        """Do the operation and answer it."""

    def refuse(self, refusal: Refusal, world: World) -> Answer:
        """Word a refusal of the engine in the gateway's envelope; undocumented ones say `invented`."""

    def bearer(self, token: str, world: World) -> str | None:
        """Give the name of the merchant to whom a bearer token belongs, None when it is not valid."""

    def signature_due(self, call: Call) -> bool:
        """Say whether this call must be signed, where the spec says that this is unknown."""

    def happen(self, name: str, facts: Mapping[str, Any], world: World) -> str:
        """Let a scheduled or outside event happen; give one sentence on what it did.

        Raises:
            UsageError: when there is no such event, or it cannot happen in this state.
        """

    def webhook_headers(self, notice: Notice, attempt: int, world: World) -> Sequence[Header]:
        """Give the headers of a webhook attempt, signature excepted; attempts count from 1."""

    def describe(self, world: World) -> Mapping[str, Any]:
        """Give the state for the control API, without secrets."""


class Standard:
    """Defaults for behaviours that a gateway does not need; inherit from it."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def bearer(self, token: str, world: World) -> str | None:
        """Know no tokens."""
        return None

    def signature_due(self, call: Call) -> bool:
        """Take a signature where one is given, and ask for none."""
        return False

    def webhook_headers(self, notice: Notice, attempt: int, world: World) -> Sequence[Header]:
        """Send JSON."""
        return (("Content-Type", "application/json"),)

    def describe(self, world: World) -> Mapping[str, Any]:
        """Give the number of records in each table."""
        return {name: len(rows) for name, rows in world.tables.items()}
