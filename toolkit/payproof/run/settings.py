"""What a run is asked to do, apart from whom it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from payproof.errors import UsageError
from payproof.model import Message, Severity


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is generated.

    Args:
        name: As given: `quick`, `default`, `thorough` or a number.
        examples: Generated requests for each operation and mode.
        chains: Generated chains of requests.
        combinations: Also every constraint of the schemas broken by the generator's own enumeration, whose
            time grows with the document; the directed cases break each of them once in any budget.
    """

    name: str
    examples: int
    chains: int
    combinations: bool = True


BUDGETS = {
    "quick": Budget("quick", 10, 0, combinations=False),
    "default": Budget("default", 40, 10),
    "thorough": Budget("thorough", 300, 60),
}


def read_budget(text: str) -> Budget:
    """Give the budget of that name or number; raises UsageError for another text."""
    if text in BUDGETS:
        return BUDGETS[text]
    if text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000:
        return Budget(text, int(text), max(1, int(text) // 5))
    raise UsageError(
        f"there is no budget {text!r}",
        where="--budget",
        hint=f"known: {', '.join(BUDGETS)}, or a number of requests for each operation, up to 1000000",
    )


#: Sends one generated request and gives the answer; None when it was no request of the spec's.
Send = Callable[[Message], Message | None]
#: Told of every runner error: where, and what.
Complain = Callable[[str, str], None]


class Generator(Protocol):
    """Thinks up requests: the one adapter over schemathesis, or a test's own."""

    def __call__(self, *, send: Send, complain: Complain, budget: Budget, seed: int) -> None:
        """Send requests until the budget is used up."""
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked to do.

    Args:
        budget: How much is generated.
        only: Operation ids to check; all when empty.
        case: Name of the one case to run; every case when empty.
        fail_on: The severity from which on the run fails.
        command: The command line that reproduces the run, without `--case`.
        serve: The command that serves the target of curl commands; empty when it is served already.
        cycle: Name of the one life cycle to walk; all when empty.
    """

    budget: Budget = BUDGETS["default"]
    only: tuple[str, ...] = ()
    case: str = ""
    fail_on: Severity = Severity.ERROR
    command: str = ""
    serve: str = ""
    cycle: str = ""
