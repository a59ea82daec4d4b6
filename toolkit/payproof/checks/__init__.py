"""Checks: one interaction in, findings out; each finding names a registered rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from payproof.checks.context import Context
from payproof.checks.expectation import expectation
from payproof.checks.leaks import no_internals, no_page, no_secret
from payproof.checks.schema import response_form
from payproof.checks.signature import response_is_signed
from payproof.checks.status import answered, no_server_error, success_is_documented
from payproof.model import Finding, Interaction

__all__ = ["CHECKS", "Check", "Context", "judge"]

Check = Callable[[Context, Interaction], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    answered,
    no_server_error,
    success_is_documented,
    response_form,
    response_is_signed,
    expectation,
    no_secret,
    no_internals,
    no_page,
)


def judge(context: Context, interaction: Interaction) -> list[Finding]:
    """Give what every check finds in one interaction."""
    return [finding for check in CHECKS for finding in check(context, interaction)]
