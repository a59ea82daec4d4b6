"""What a spec says that cannot be right, as findings of registered rules.

`lint` runs every rule; a rule that needs the document resolved is left out while a reference is dead.
"""

from __future__ import annotations

from payproof.errors import SpecError
from payproof.model import Finding
from payproof.spec.document import Spec
from payproof.spec.lint import (
    claims,
    examples,
    life_cycles,
    patterns,
    references,
    signing,
    testbeds,
    vocabulary,
)
from payproof.spec.lint.subject import Subject, finding
from payproof.spec.testbed import Testbed

#: Rules that read the document as written, then those that need its references put in place.
WRITTEN = (
    references.dead_reference,
    vocabulary.unknown_extension,
    vocabulary.invalid_extension,
    patterns.unsafe_pattern,
    patterns.dialect_pattern,
    claims.unknown_source,
)
RESOLVED = (
    references.unusable_schema,
    references.unnamed_operation,
    examples.invalid_example,
    examples.stale_violation,
    signing.broken_signing,
    signing.broken_switch,
    life_cycles.differing_states,
    testbeds.unknown_role,
    testbeds.unknown_place,
)

__all__ = ["RESOLVED", "WRITTEN", "lint"]


def lint(spec: Spec, testbed: Testbed | None = None) -> list[Finding]:
    """Give what is wrong with a spec, each finding with the file and line in its location's source.

    Args:
        spec: The spec; whatever it holds, this raises nothing but SpecError for a file that is unreadable.
        testbed: The test bed whose roles the spec may name; without it roles are not judged.
    """
    subject = Subject(spec, testbed)
    found = [one for rule in WRITTEN for one in rule(subject)]
    try:
        spec.resolved, spec.operations, spec.webhooks, spec.switches  # noqa: B018
    except SpecError as error:
        if not any(one.rule == "spec-dead-reference" for one in found):
            found.append(finding(references.unusable_document, error.where, "", error.what, hint=error.hint))
        return found
    return found + [one for rule in RESOLVED for one in rule(subject)]
