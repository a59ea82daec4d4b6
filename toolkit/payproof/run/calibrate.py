"""Which open reading does this gateway follow? Documented requests are sent until one is accepted.

Documents can leave open how a signature is made and which content type is meant. Every combination is an
honest gateway, so the first one that is accepted is used from then on; all the others stay open for verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from payproof.conformance.documented import documented
from payproof.conformance.draft import Draft
from payproof.conformance.readings import Reading
from payproof.conformance.signer import Signer
from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.spec import Operation

#: Says whether an operation's request, given as a message, is a success.
Try = Callable[[Operation, Message], bool]


def calibrate(signer: Signer, operation: Operation, attempt: Try) -> list[str]:
    """Settle reading and content type of an operation's requests, and say what was learnt.

    Args:
        signer: Keeps what was settled.
        operation: Whose documented requests are tried.
        attempt: Sends a request which an honest gateway accepts under the right reading.

    Returns:
        A sentence for each choice that is another than the default.

    Raises:
        UnknownRole: The test bed lacks an id that the operation needs.
    """
    tried: set[Message] = set()
    for number, reading, draft in _candidates(signer, operation):
        try:
            message = signer.sign(signer.unsigned(draft), reading=reading)
        except ToolkitError:
            continue
        if message in tried:
            continue
        tried.add(message)
        if attempt(operation, message):
            return list(_settled(signer, operation, reading, draft)) if number else []
    return []


def _settled(signer: Signer, operation: Operation, reading: Reading | None, draft: Draft) -> Iterator[str]:
    if reading is not None and reading != signer.reading(operation):
        signer.settle(operation, reading)
        yield f"{operation.id}: requests are signed by {reading.name}, which the documents leave open"
    types = list((operation.request_body or {}).get("content", {}))
    if types and draft.media_type != types[0]:
        signer.subject.media[operation.id] = draft.media_type
        yield f"{operation.id}: requests are taken as {draft.media_type}, which the documents leave open"


def _candidates(signer: Signer, operation: Operation) -> Iterator[tuple[int, Reading | None, Draft]]:
    """Give (number, reading, draft), the documented and the already settled first."""
    chosen = signer.reading(operation)
    others = [one for one in signer.readings(operation).all if one != chosen] if chosen else []
    number = 0
    for reading in (chosen, *others):
        seen: set[str] = set()
        # Not fresh: only one of these is accepted, and the same id shows which of them are the same request.
        for _, draft, _ in documented(signer.subject, operation, fresh=False):
            if draft.media_type not in seen:
                seen.add(draft.media_type)
                yield number, reading, draft
                number += 1
