"""A success under another number is as bad as the documents are sure of the number."""

from __future__ import annotations

import pytest
from tests.checks import paykun_answers, test_repeats

from payproof.checks.context import Context
from payproof.checks.status import success_is_documented
from payproof.model import Interaction, Message, Severity


@pytest.mark.parametrize(
    ("context", "operation", "status", "severity"),
    [
        (paykun_answers.context(), "getTransaction", 201, Severity.ERROR),
        (test_repeats.context(), "captureOrder", 202, Severity.WARNING),
        (test_repeats.context(), "generateToken", 201, Severity.WARNING),
    ],
)
def test_another_number_is_an_error_only_where_documents_name_the_success(
    context: Context, operation: str, status: int, severity: Severity
) -> None:
    answer = Interaction(Message("POST", "/x"), Message(status=status), operation)
    (found,) = success_is_documented(context, answer)
    assert found.severity is severity
