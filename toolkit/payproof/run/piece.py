"""A piece of the conformance run: one operation's cases of one kind, on their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from payproof.conformance.case import Case
from payproof.run.check import Runner
from payproof.spec import Operation, Spec

#: The kinds whose cases the core makes.
KINDS = ("example", "signature", "auth", "directed")


@dataclass(slots=True)
class Piece(Runner):
    """A run of one kind of case; operations are chosen in the settings.

    Args:
        kind: One of `KINDS`.
    """

    kind: str = ""

    def _cases(self, operation: Operation) -> Iterator[Case]:
        # `super()` without arguments does not work in a dataclass with slots.
        for case in Runner._cases(self, operation):
            if case.kind == self.kind:
                yield case

    def _judge_reach(self, operations: Iterable[Operation]) -> None:
        # Only documented requests are meant to succeed.
        if self.kind == "example":
            Runner._judge_reach(self, operations)


def pieces(spec: Spec) -> list[tuple[str, str]]:
    """Give (operationId, kind) of every piece; only signed operations have the kind `signature`."""
    return [
        (one.id, kind)
        for one in spec.operations.values()
        if not one.raw.get("x-target")
        for kind in KINDS
        if kind != "signature" or (one.signing or {}).get("request")
    ]
