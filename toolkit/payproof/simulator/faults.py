"""Faults that are armed for the next calls: a status, a delay, a cut or reset connection, garbage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from payproof.errors import UsageError
from payproof.model import Message
from payproof.simulator.protocol import Outcome, Reset, Stall, Truncate
from payproof.simulator.rng import Draw

Kind = Literal["status", "stall", "truncate", "reset", "garbage", "hang"]
KINDS: tuple[str, ...] = get_args(Kind)
LONGEST_STALL_S = 600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One armed fault.

    Args:
        kind: `status`: answer that status and do nothing; `stall`: answer late; `hang`: never answer;
            `truncate`: cut the body; `reset`: reset the connection; `garbage`: bytes that are no JSON.
        operation: The operationId it waits for; empty for any request.
        times: How many calls it strikes.
        status: For `status`.
        seconds: For `stall`.
        keep: Bytes of the body that `truncate` lets through.
        before: Whether `truncate`, `reset`, `hang` and `garbage` strike before the gateway acts;
            otherwise the operation is carried out and only its answer is lost.
    """

    kind: Kind
    operation: str = ""
    times: int = 1
    status: int = 503
    seconds: float = 1.0
    keep: int = 20
    before: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any], operations: Mapping[str, Any]) -> Fault:
        """Give the fault that a mapping describes; raises UsageError saying what does not fit."""
        limits = {"times": (1, 1_000_000), "status": (200, 599), "keep": (0, 10**9)}
        kind, operation = given.get("kind"), given.get("operation", "")
        if kind not in KINDS:
            raise _unfit("kind", f"one of {', '.join(KINDS)}")
        if not isinstance(operation, str) or (operation and operation not in operations):
            raise _unfit("operation", f"one of {', '.join(sorted(operations))}, or leave it out")
        if unknown := set(given) - {"kind", "operation", "times", "status", "seconds", "keep", "before"}:
            raise _unfit(sorted(unknown)[0][:40], "no such field; leave it out")
        for name, (low, high) in limits.items():
            value = given.get(name, low)
            if type(value) is not int or not low <= value <= high:
                raise _unfit(name, f"a whole number from {low} to {high}")
        seconds = given.get("seconds", 1.0)
        if (
            isinstance(seconds, bool)
            or not isinstance(seconds, int | float)
            or not 0 <= seconds <= LONGEST_STALL_S
        ):
            raise _unfit("seconds", f"a number from 0 to {LONGEST_STALL_S:.0f}")
        return cls(**dict(given, before=bool(given.get("before", False))))


def _unfit(field: str, wanted: str) -> UsageError:
    return UsageError(f"the fault's {field} does not fit", where=f"fault {field}", hint=f"give {wanted}")


class Faults:
    """The armed faults, oldest first."""

    def __init__(self) -> None:
        self.armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        """Let the fault strike the next calls that fit it."""
        self.armed.append(fault)

    def clear(self) -> None:
        """Disarm everything."""
        self.armed.clear()

    def strike(self, operation: str) -> Fault | None:
        """Give the fault that strikes this call, counted down, or None."""
        for at, fault in enumerate(self.armed):
            if fault.operation in ("", operation):
                if fault.times > 1:
                    self.armed[at] = replace(fault, times=fault.times - 1)
                else:
                    del self.armed[at]
                return fault
        return None


def spoil(fault: Fault, reply: Message, draw: Draw, number: int) -> Outcome:
    """Give what the fault makes of a reply."""
    if fault.kind == "stall":
        return Stall(fault.seconds, reply)
    if fault.kind == "hang":
        return Stall(LONGEST_STALL_S, None)
    if fault.kind == "truncate":
        return Truncate(reply, min(fault.keep, max(len(reply.body) - 1, 0)))
    if fault.kind == "garbage":
        noise = bytes.fromhex(draw.hex(96, "garbage", number))
        return replace(reply, body=b'{"sta' + noise)
    return Reset()
