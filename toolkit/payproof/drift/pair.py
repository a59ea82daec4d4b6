"""What a rule gets to see, and how it says what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from payproof.drift.node import Member, Node
from payproof.drift.sides import Body, OperationFacts, Side
from payproof.files.limits import escape
from payproof.model import Severity

Sense = Literal["out", "in"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One departure that a rule found.

    Args:
        message: One sentence, without values that may be personal.
        pointer: Steps below the pair's own place, such as `/amount`; empty for the place itself.
        expected, actual: The two sides, short.
        evidence: How sure the promise is that is broken; that of the place when left out.
        soft: Whether the limit is one about which documents contradict themselves.
        seen, of: How many of how many observations showed it; 0 of 0 when no observation is involved.
        fact: What exactly was found, so that two findings of one rule at one place can be told apart.
    """

    message: str
    pointer: str = ""
    expected: str = ""
    actual: str = ""
    evidence: str = ""
    soft: bool = False
    seen: int = 0
    of: int = 0
    fact: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an operation's messages: the operation, its part, a pointer and the media type."""

    operation: str = ""
    part: str = ""
    pointer: str = ""
    media: str = ""

    def below(self, *steps: str) -> Spot:
        """Give the place some steps deeper."""
        return replace(
            self, pointer="/".join((self.pointer, *(one if one == "*" else escape(one) for one in steps)))
        )


@dataclass(frozen=True, slots=True)
class NodePair:
    """One place on both sides.

    Args:
        promised, observed: The sides; `observed.stated` tells a newer spec from observations.
        spot: Where.
        sense: `out`: the gateway sends it; `in`: it takes it.
        name: The field's own name, empty at the root.
        context: The part that the place belongs to, on both sides, when it is the body's root.
    """

    promised: Node
    observed: Node
    spot: Spot
    sense: Sense
    name: str = ""

    @property
    def narrow(self) -> Node:
        """The side which the other one must not exceed."""
        return self.promised if self.sense == "out" else self.observed

    @property
    def wide(self) -> Node:
        """The side which must not allow more."""
        return self.observed if self.sense == "out" else self.promised

    def evidence(self, *keywords: str) -> str:
        """Give how sure the promise is: that of the first keyword that it states, else that of the place."""
        found = (self.promised.ground.get(one) for one in keywords)
        return next((one for one in found if one), "") or self.promised.evidence()

    def count(self, key: str) -> int:
        """Give how often a type, value or kind was observed."""
        return self.observed.counts.get(key, 0)


@dataclass(frozen=True, slots=True)
class MemberPair:
    """One field or parameter on both sides; None where a side does not have it."""

    promised: Member | None
    observed: Member | None
    spot: Spot
    sense: Sense
    name: str
    holder: NodePair | None = None
    stated: bool = True


@dataclass(frozen=True, slots=True)
class BodyPair:
    """The bodies of one part on both sides; `status` is the promised key of a response."""

    promised: Body | None
    observed: Body | None
    spot: Spot
    sense: Sense
    status: str = ""
    stated: bool = True


@dataclass(frozen=True, slots=True)
class OperationPair:
    """One operation on both sides; None where a side does not have it."""

    promised: OperationFacts | None
    observed: OperationFacts | None
    stated: bool = True
    spot: Spot = field(default_factory=Spot)


@dataclass(frozen=True, slots=True)
class SidePair:
    """Both sides whole."""

    promised: Side
    observed: Side
    spot: Spot = field(default_factory=Spot)

    @property
    def stated(self) -> bool:
        """Whether the observed side is a spec."""
        return self.observed.stated


def shown(values: Any, limit: int = 6) -> str:
    """Give some values as one short text."""
    rows = sorted(map(str, values))
    return ", ".join(rows[:limit]) + (f" and {len(rows) - limit} more" if len(rows) > limit else "")


def changed(promised: Mapping[str, str], observed: Mapping[str, str]) -> list[str]:
    """Give the keys whose texts differ, sorted."""
    return sorted(key for key in promised.keys() | observed.keys() if promised.get(key) != observed.get(key))
