"""What a run says of itself: what it did not reach, was not allowed to do, or could not do."""

from __future__ import annotations

from payproof.model import Severity
from payproof.rules import Example, Rule, register

NOT_REACHED = register(
    Rule(
        "operation-not-reached",
        Severity.ERROR,
        "No request of an operation was accepted, so nothing was learnt about its successes.",
        fix="compare the documented request with the gateway; check keys and ids of the test bed",
        example=Example(input="every refund answered with 400"),
        area="run",
    )
)
NOT_ALLOWED = register(
    Rule(
        "operation-not-allowed",
        Severity.NOTE,
        "An operation was left out, since it writes to a real gateway.",
        fix="add --allow-writes if the gateway's owner agreed",
        example=Example(input="a refund at a host given with --allow-live"),
        area="run",
    )
)
RUNNER_ERROR = register(
    Rule(
        "runner-error",
        Severity.ERROR,
        "The run itself went wrong, so it may have missed something.",
        fix="read the message; report it if it is not about the spec or the gateway",
        example=Example(input="the generator stopped with an error"),
        area="run",
    )
)
