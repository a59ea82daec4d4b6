"""Checks: one interaction in, findings out; each finding names a registered rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from payproof.checks.agreement import answer_agrees
from payproof.checks.context import Context
from payproof.checks.duplicates import duplicate_is_answered
from payproof.checks.expectation import expectation
from payproof.checks.leaks import no_internals, no_page, no_secret
from payproof.checks.lists import list_agrees
from payproof.checks.schema import response_form
from payproof.checks.signature import response_is_signed
from payproof.checks.status import answered, answered_in_time, no_server_error, success_is_documented
from payproof.model import Finding, Interaction

__all__ = ["CHECKS", "Check", "Context", "judge"]

Check = Callable[[Context, Interaction], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    answered,
    answered_in_time,
    no_server_error,
    success_is_documented,
    response_form,
    response_is_signed,
    expectation,
    duplicate_is_answered,
    answer_agrees,
    list_agrees,
    no_secret,
    no_internals,
    no_page,
)


def judge(context: Context, interaction: Interaction) -> list[Finding]:
    """Give what every check finds in one interaction."""
    return [finding for check in (*CHECKS, *context.more) for finding in check(context, interaction)]
