"""Named defects: what a gateway could get wrong, planted on purpose so that a check must find it.

A defect is a row: a name, what it breaks, and hooks for the stages at which the engine lets it in.

    request   the message before the engine reads it: gives a message, or an Answer at once
    guard     the name of a promise: gives True to switch it off
    verify    a refused signature: gives True to take it for right
    answer    the gateway's answer before it is written and signed
    recipe    the signing recipe of a reply or webhook
    reply     the written and signed reply
    webhook   the signed webhook

Guards of the engine are `authentication`, `signature`, `validation:<operation>:<place>:<keyword>`; a
gateway's behaviours ask `Call.enforces` for guards of their own, such as `refund-limit`.
Defects for every gateway stand here; those for every constraint of a spec in `planted`; a gateway's own
beside its behaviours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from payproof.model import Evidence, Message
from payproof.signing.recipe import Recipe
from payproof.signing.verdict import Verdict
from payproof.simulator.protocol import Answer, Call
from payproof.spec import Spec

Category = Literal[
    "authentication",
    "signature",
    "validation",
    "schema",
    "status",
    "state",
    "money",
    "robustness",
    "headers",
    "webhook",
]
Stage = Literal["request", "guard", "verify", "answer", "recipe", "reply", "webhook"]
Hook = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """One planted fault.

    Args:
        name: What to give to `--defect`.
        category: Which kind of promise it breaks.
        breaks: One sentence: what the gateway then does wrong.
        gateway: The only gateway that has it; empty for any.
        hooks: A function for each stage at which it acts.
        rests_on: How sure the promise is that it breaks, so how bad a finding it deserves.
        part: `request` or `response` when the gateway must sign those for it to show; empty for any gateway.
    """

    name: str
    category: Category
    breaks: str
    gateway: str
    hooks: Mapping[str, Hook]
    rests_on: Evidence = "documented"
    part: str = ""

    def can_show(self, spec: Spec) -> bool:
        """Say whether a gateway of that spec has what the defect breaks."""
        # What a browser or a mobile SDK calls is no part of what is checked.
        served = [one for one in spec.operations.values() if not one.raw.get("x-target")]
        return not self.part or any(self.part in (one.signing or {}) for one in served)


_ROWS: dict[tuple[str, str], Defect] = {}


def register(row: Defect) -> Defect:
    """Add a row to the table; the same name again replaces it, since a gateway's file can be read twice."""
    _ROWS[row.gateway, row.name] = row
    return row


def defect(
    name: str,
    category: Category,
    breaks: str,
    *,
    stage: Stage,
    gateway: str = "",
    rests_on: Evidence = "documented",
    part: str = "",
) -> Callable[[Hook], Hook]:
    """Register the decorated function as a defect that acts at one stage."""

    def mark(function: Hook) -> Hook:
        register(Defect(name, category, breaks, gateway, {stage: function}, rests_on, part))
        return function

    return mark


def unguarded(
    name: str,
    category: Category,
    breaks: str,
    *guards: str,
    gateway: str = "",
    rests_on: Evidence = "documented",
    part: str = "",
) -> Defect:
    """Register a defect that switches guards off; a guard may be a pattern with `*`."""

    def skips(guard: str) -> bool:
        return any(fnmatchcase(guard, pattern) for pattern in guards)

    return register(Defect(name, category, breaks, gateway, {"guard": skips}, rests_on, part))


def registered(gateway: str) -> list[Defect]:
    """Give the hand-written defects of a gateway that are registered so far, its own first."""
    return [row for (owner, _), row in sorted(_ROWS.items(), reverse=True) if owner in ("", gateway)]


class Planted:
    """The active defects, asked at each stage."""

    def __init__(self, active: Iterable[Defect]) -> None:
        self.active = tuple(active)
        self._at: dict[str, list[Hook]] = {}
        for row in self.active:
            for stage, hook in row.hooks.items():
                self._at.setdefault(stage, []).append(hook)

    def __bool__(self) -> bool:
        return bool(self.active)

    def skips(self, guard: str) -> bool:
        """Say whether a defect switches the guard off."""
        return any(hook(guard) for hook in self._at.get("guard", ()))

    def request(self, message: Message) -> Message | Answer:
        """Give the message that the engine reads, or an answer in its place."""
        current: Message | Answer = message
        for hook in self._at.get("request", ()):
            if isinstance(current, Message):
                current = hook(current)
        return current

    def verify(self, call: Call, recipe: Recipe, verdict: Verdict) -> bool:
        """Say whether a defect takes a refused signature for right."""
        return any(hook(call, recipe, verdict) for hook in self._at.get("verify", ()))

    def answer(self, call: Call, answer: Answer) -> Answer:
        """Give the answer that is written."""
        for hook in self._at.get("answer", ()):
            answer = hook(call, answer)
        return answer

    def recipe(self, recipe: Recipe, part: str) -> Recipe:
        """Give the recipe with which a reply or webhook is signed."""
        for hook in self._at.get("recipe", ()):
            recipe = hook(recipe, part)
        return recipe

    def reply(self, operation: str, message: Message) -> Message:
        """Give the reply that goes out; the operation is empty for a request that matched none."""
        for hook in self._at.get("reply", ()):
            message = hook(operation, message)
        return message

    def webhook(self, event: str, message: Message) -> Message:
        """Give the webhook that goes out."""
        for hook in self._at.get("webhook", ()):
            message = hook(event, message)
        return message
