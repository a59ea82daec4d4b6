"""Every case that the core makes for an operation, in the order they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from payproof.conformance.access import access
from payproof.conformance.awkward import awkward
from payproof.conformance.case import Case, accepted
from payproof.conformance.directed import directed
from payproof.conformance.documented import documented
from payproof.conformance.duplicates import duplicates
from payproof.conformance.matrix import matrix
from payproof.conformance.pairs import pairwise
from payproof.conformance.refusals import refusals
from payproof.conformance.signer import Signer
from payproof.conformance.subject import UnknownRole
from payproof.model import Evidence
from payproof.spec import Operation

Maker = Callable[[Signer, Operation], Iterator[Case]]


def examples(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the documented requests, correctly signed."""
    for name, draft, evidence in documented(signer.subject, operation):
        # Where the documents name several content types, a gateway need only take one of them.
        other = draft.media_type != signer.subject.media.get(operation.id, draft.media_type)
        sure: Evidence = "unknown" if other else evidence
        yield Case(
            name=f"{operation.id}/example/{name.replace(' ', '-')}",
            operation=operation.id,
            kind="example",
            message=signer.sign(signer.unsigned(draft)),
            expect=accepted("it is a documented request, correctly signed", evidence=sure),
            write=operation.is_write,
            tags={"example": name},
        )


def cases(
    signer: Signer, operation: Operation, missing: Callable[[str, str], None] = lambda kind, why: None
) -> Iterator[Case]:
    """Give every case of one operation, examples first.

    Args:
        signer: Signs them, and knows the subject.
        operation: Whose cases.
        missing: Called with a kind and a reason when the test bed lacks what a group of cases needs.
    """
    groups: tuple[tuple[str, Maker], ...] = (
        ("example", examples),
        ("signature", matrix),
        ("auth", access),
        ("directed", refusals),
        ("directed", duplicates),
        ("directed", directed),
        ("directed", pairwise),
        ("directed", awkward),
    )
    for kind, make in groups:
        try:
            yield from make(signer, operation)
        except UnknownRole as error:
            missing(kind, error.what)
