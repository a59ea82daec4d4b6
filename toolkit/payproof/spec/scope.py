"""A place in the spec that a message is held against: what stands around it, how to complain there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from payproof.spec.compiled import Compiled
from payproof.spec.document import Spec
from payproof.spec.marks import claim_of, evidence_of
from payproof.spec.problem import Problem


@dataclass(frozen=True, slots=True)
class Scope:
    """One part of an operation.

    Args:
        spec: The spec.
        pointer: Where the part stands in the resolved document.
        around: The part and those around it, outermost first, for their evidence.
    """

    spec: Spec
    pointer: str
    around: tuple[Any, ...]

    def into(self, step: str, part: Any) -> Scope:
        """Give the scope of an inner part."""
        return Scope(self.spec, f"{self.pointer}/{step}", (*self.around, part))

    def compiled(self, schema: Any) -> Compiled:
        """Give the schema of this part ready to judge; made once for each pointer."""
        found: Compiled | None = self.spec.compiled.get(self.pointer)
        if found is None:
            found = self.spec.compiled[self.pointer] = Compiled(self.spec, schema, self.pointer)
        return found

    def problem(
        self, place: str, keyword: str, text: str, expected: str = "", actual: str = "", *, soft: bool = False
    ) -> Problem:
        """Give a problem that no schema has found; its evidence is that of this part."""
        evidence, source = evidence_of(self.around)
        claim = claim_of(self.spec, source)
        return Problem(place, keyword, text, expected, actual, soft, evidence, claim, self.pointer)
