"""A piece of the conformance run: one operation's cases of one kind, or the walks of one life cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from payproof.conformance.case import Case
from payproof.conformance.scenarios import Scenario, scenarios
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Subject
from payproof.lifecycle import read_all
from payproof.run.check import Runner, served
from payproof.run.walks import walkable
from payproof.spec import Operation

#: The kinds of a single operation; walks belong to a life cycle.
KINDS = ("example", "signature", "auth", "directed", "scenario", "generated")


@dataclass(slots=True)
class Piece(Runner):
    """A run of one kind of case; the operation or the life cycle is chosen in the settings.

    Args:
        kind: One of `KINDS`, or `walk`.
    """

    kind: str = ""

    def _cases(self, operation: Operation) -> Iterator[Case]:
        # `super()` without arguments does not work in a dataclass with slots.
        for case in Runner._cases(self, operation):
            if case.kind == self.kind:
                yield case

    def _play(self, scenario: Scenario) -> None:
        if self.kind == "scenario":
            Runner._play(self, scenario)

    def _walk(self, wanted: set[str]) -> None:
        if self.kind == "walk":
            Runner._walk(self, wanted)

    def _expire(self, operations: list[Operation]) -> None:
        if self.kind == "auth":
            Runner._expire(self, operations)

    def _judge_reach(self, operations: Iterable[Operation]) -> None:
        # Only documented requests are meant to succeed; silence is nothing checked, whatever the kind.
        Runner._judge_reach(self, operations if self.kind == "example" else ())


def pieces(subject: Subject) -> list[tuple[str, str]]:
    """Give (operationId or life cycle, kind) of every piece that a gateway's documents give cases for."""
    signer, spec = Signer(subject), subject.spec
    names = served(spec.operations)
    rows = [
        (name, kind)
        for name in names
        for kind in KINDS
        if (kind != "signature" or (spec.operations[name].signing or {}).get("request"))
        and (kind != "scenario" or any(scenarios(signer, spec.operations[name])))
    ]
    walks = walkable(read_all(spec.life_cycles), frozenset(names))
    return [*rows, *((cycle.name, "walk") for cycle in walks)]
