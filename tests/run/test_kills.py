"""Defects that only several answers, or what is known beforehand, can show are named by a whole run."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from payproof import gateway
from payproof.conformance.subject import Subject
from payproof.gateway import Gateway
from payproof.model import Severity
from payproof.report.result import Result
from payproof.run.check import Runner
from payproof.run.settings import Settings
from payproof.run.target import SandboxTarget

NOW_S = 1_795_176_000.0


@cache
def paykun() -> Gateway:
    return gateway.load("paykun")


def checked(*defects: str, **settings: Any) -> Result:
    one = paykun()
    target = SandboxTarget(one.simulator(defects=defects), "/v1", lambda: NOW_S, lambda: 0.0)
    subject = Subject(one.spec, one.testbed, {}, NOW_S, 0)
    invariants = getattr(one.invariants, "CHECKS", ())
    return Runner(subject, target, Settings(**settings), invariants=invariants).run()


def found(result: Result, severity: Severity) -> set[str]:
    return {one.rule for one in result.findings if one.severity >= severity}


LISTS = ("listOrderTransactions",)
READS = ("getTransaction",)
KILLED: list[tuple[str, tuple[str, ...], set[str]]] = [
    ("status-filter-ignored", LISTS, {"filter-ignored"}),
    ("email-filter-ignored", LISTS, {"filter-ignored"}),
    ("date-filters-ignored", LISTS, {"date-filter-ignored"}),
    ("payment-id-echoed-wrong", READS, {"answer-not-as-asked"}),
    ("order-id-echoed-wrong", READS, {"answer-against-the-facts"}),
    ("amount-in-paise", READS, {"answer-against-the-facts"}),
    ("success-with-201", READS, {"operation-not-reached", "undocumented-success"}),
    (
        "accepts/refundTransaction/refund_amount/required",
        ("refundTransaction",),
        {"documented-refusal-missing"},
    ),
    ("page-limit-ignored", LISTS, {"response-schema"}),
]


@pytest.mark.parametrize(("defect", "only", "rules"), KILLED)
def test_a_broken_promise_is_an_error_of_its_own_rule(
    defect: str, only: tuple[str, ...], rules: set[str]
) -> None:
    assert found(checked(defect, only=only), Severity.ERROR) >= rules - {"operation-not-reached"}


@pytest.mark.parametrize(
    ("defect", "only", "rules"),
    [
        ("total-of-the-page", LISTS, {"list-count-wrong", "list-page-wrong"}),
        ("page-number-off", LISTS, {"list-page-wrong"}),
        ("never-last", LISTS, {"list-page-wrong"}),
        ("item-count-off", LISTS, {"list-count-wrong"}),
        ("merchant-id-of-another", READS, {"answer-not-as-asked"}),
    ],
)
def test_what_only_names_and_a_sample_promise_is_a_warning(
    defect: str, only: tuple[str, ...], rules: set[str]
) -> None:
    result = checked(defect, only=only)
    assert found(result, Severity.ERROR) == set()
    assert found(result, Severity.WARNING) >= rules


def test_refunds_beyond_the_amount_in_parts_are_a_warning() -> None:
    result = checked("over-refund-in-parts", only=("refundTransaction",))
    assert found(result, Severity.WARNING) == {"limit-not-cumulative"}


def test_a_webhook_that_is_written_anew_after_signing_is_named() -> None:
    assert found(checked("webhook-body-rewritten"), Severity.WARNING) == {"webhook-signature-wrong"}


def test_answers_signed_with_another_hash_than_requests_are_named() -> None:
    assert found(checked("response-other-hash"), Severity.ERROR) == {"response-hash-differs"}


def test_the_steps_of_one_scenario_can_be_seen_again() -> None:
    (finding,) = (one for one in checked("never-last").findings if one.rule == "list-page-wrong")
    again = checked("never-last", case=finding.case)
    assert [one.fingerprint for one in again.findings] == [finding.fingerprint]
