"""What checks know besides the interaction: the spec, the keys, and the readings of signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from payproof.checks.asked import Asked
from payproof.checks.notes import notes
from payproof.checks.repeats import Repeats
from payproof.model import Finding, Interaction, Location, Severity
from payproof.rules import worst_of
from payproof.signing import Keys, Recipe
from payproof.spec import Operation, Problem, Spec, validate

Outcome = Literal["success", "refused", "none"]
#: A problem of these kinds says that the body is no success at all, rather than a success with a flaw.
_DENYING = frozenset({"const", "unreadable-body", "missing-body"})


@dataclass(slots=True)
class Context:
    """What a run's checks share.

    Args:
        spec: What is promised.
        keys: The main merchant's keys, for response signatures.
        recipes: By operationId, the readings of its response signature, the default first; none when
        unsigned. secrets: By role, texts that no answer may show.
        roles: What the test bed knows about the things that requests ask for, by role.
        more: Checks of the gateway's own, judged after the general ones.
        answer_digests: By operationId, the digests under which its answers' signatures were right.
        repeats: What was accepted so far, by the values that must be new.
    """

    spec: Spec
    keys: Keys
    recipes: Mapping[str, Sequence[Recipe]]
    secrets: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    more: Sequence[Callable[[Context, Interaction], Iterable[Finding]]] = ()
    answer_digests: dict[str, set[str]] = field(default_factory=dict)
    repeats: Repeats = field(default_factory=Repeats)
    _notes: dict[tuple[str, int, str], list[tuple[str, Any, Mapping[str, Any]]]] = field(default_factory=dict)
    _last: tuple[Interaction, list[Problem]] | None = None

    def operation(self, interaction: Interaction) -> Operation | None:
        """Give the operation of an interaction, None when it is none of the spec's."""
        return self.spec.operations.get(interaction.operation)

    def notes(
        self, operation: Operation, status: int, keyword: str
    ) -> list[tuple[str, Any, Mapping[str, Any]]]:
        """Give (pointer, annotation, schema) of each such annotation in the answers of that status."""
        key = (operation.id, status, keyword)
        if key not in self._notes:
            self._notes[key] = notes(operation, status, keyword)
        return self._notes[key]

    def problems(self, interaction: Interaction) -> list[Problem]:
        """Give what the spec has against the response; kept for the checks that follow on the same one."""
        if self._last is None or self._last[0] is not interaction:
            operation = self.operation(interaction)
            found: list[Problem] = []
            if operation is not None and interaction.response is not None:
                found = validate.response(self.spec, operation, interaction.response)
            self._last = (interaction, found)
        return self._last[1]

    def remember(self, interaction: Interaction) -> None:
        """Keep an accepted request in mind, so that a later one with the same id may be answered alike."""
        operation = self.operation(interaction)
        if operation is not None and self.outcome(interaction) == "success":
            self.repeats.keep(Asked(operation, interaction.request))

    def outcome(self, interaction: Interaction) -> Outcome:
        """Say whether the answer is a documented success, whatever small flaws its body has.

        A success is a 2xx answer whose body does not contradict what marks a documented one: its constants
        (such as `status: true`) and the members that must stand at its top.
        """
        if interaction.response is None:
            return "none"
        if not 200 <= interaction.response.status < 300:
            return "refused"
        return "refused" if any(map(_denies, self.problems(interaction))) else "success"


def _denies(problem: Problem) -> bool:
    if problem.soft:
        return False
    if problem.keyword == "required":
        # The pointer names the missing member, here one of the body's own.
        return problem.pointer.count("/") == 1
    at_top = problem.pointer == "" and problem.keyword in ("type", "oneOf", "anyOf")
    return problem.keyword in _DENYING or at_top


def place(interaction: Interaction, part: str, pointer: str = "") -> Location:
    """Give where in the interaction something holds."""
    return Location(interaction.operation, part, pointer, interaction.source)


def severity_of(evidence: str) -> Severity:
    """Give how bad it is to break a claim of that evidence: never worse than the claim is sure."""
    return worst_of(evidence)
