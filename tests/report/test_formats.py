"""Each format says the same, and what comes from outside stays data in it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import payproof.report
from payproof.errors import UsageError
from payproof.model import Finding, Location, Severity
from payproof.report import FORMATS, render
from payproof.report.result import Result, Tally

NASTY = "<script>alert(1)</script> \x1b[31m ::error::x \u202e'\"\r\n"
SCHEMA = json.loads(Path(payproof.report.__file__).with_name("report.schema.json").read_text())


def result(*findings: Finding, reached: bool = True, fail_on: Severity = Severity.ERROR) -> Result:
    tally = Tally()
    tally.of("refundTransaction", "signature").run = 7
    tally.of("refundTransaction", "signature").failed = 2
    tally.of("refundTransaction", "example").run = 1
    tally.of("refundTransaction", "example").accepted = 1
    tally.skip("refundTransaction", "auth", "no second merchant")
    return Result(
        gateway="paykun",
        target="sandbox",
        seed=3,
        budget="quick",
        switches={"request-scalars": "php"},
        learned=["it signs booleans as JavaScript does"],
        findings=findings,
        tally=tally,
        operations=["refundTransaction"],
        reached=frozenset({"refundTransaction"} if reached else ()),
        elapsed_s=1.25,
        fail_on=fail_on,
        version="0.1.0",
    )


def finding(text: str = "remarks are not covered", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        "request-signature-covers-too-little",
        severity,
        Location("refundTransaction", "request", "body/remarks", text),
        text,
        hint=text,
        expected=text,
        actual=text,
        reproduce="payproof check paykun --case x",
        details={"curl": text, "cases": [text, "b"]},
        count=3,
    )


def test_the_table_says_what_ran_what_failed_and_what_was_reached() -> None:
    lines = render("text", result()).splitlines()
    assert lines[2].split() == ["operation", "example", "signature", "total", "accepted", "reached"]
    assert lines[4].split() == ["refundTransaction", "1", "7", "(2)", "8", "(2)", "1", "yes"]
    assert lines[-1] == "passed: 8 cases, 1 not sent in 1.2 s; 0 errors, 0 warnings, 0 notes"


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_was_not_sent_is_told_with_the_reason(form: str) -> None:
    assert "1 case was not sent: no second merchant" in render(form, result())


def test_a_finding_shows_rule_place_message_hint_and_how_to_see_it_again() -> None:
    text = render("text", result(finding("remarks are not covered")))
    assert (
        "error request-signature-covers-too-little at refundTransaction request body/remarks (3 times)"
        in text
    )
    assert "    try:      remarks are not covered" in text
    assert "    again:    payproof check paykun --case x" in text
    assert "FAILED: 8 cases" in text


def test_details_are_shown_when_asked_for() -> None:
    assert "curl:" not in render("text", result(finding()))
    assert "curl:" in render("text", result(finding()), verbose=True)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_nothing_from_outside_acts_in_any_format(form: str) -> None:
    text = render(form, result(finding(NASTY)), verbose=True)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\r" not in text
    assert form == "github" or not any(line.startswith("::") for line in text.splitlines())


def test_colour_comes_only_when_asked_for() -> None:
    assert "\x1b[31;1merror\x1b[0m" in render("text", result(finding()), colour=True)
    assert "\x1b" not in render("text", result(finding()))


def test_json_fits_its_schema() -> None:
    data = json.loads(render("json", result(finding(NASTY), reached=False)))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["failed"] is True
    assert data["operations"][0]["reached"] is False
    assert data["operations"][0]["cases"]["signature"]["failed"] == 2
    assert data["findings"][0]["message"] == NASTY
    assert data["totals"]["skipped"] == {"no second merchant": 1}


def test_the_schema_refuses_what_is_no_report() -> None:
    data = json.loads(render("json", result(finding())))
    data["findings"][0]["severity"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(data)


@pytest.mark.parametrize(
    ("severity", "fail_on", "failed"),
    [
        (Severity.WARNING, Severity.ERROR, False),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.ERROR, Severity.ERROR, True),
        (Severity.NOTE, Severity.WARNING, False),
    ],
)
def test_a_run_fails_at_the_chosen_severity(severity: Severity, fail_on: Severity, failed: bool) -> None:
    assert result(finding(severity=severity), fail_on=fail_on).failed is failed


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as raised:
        render("yaml", result())
    assert "text, json" in raised.value.hint
