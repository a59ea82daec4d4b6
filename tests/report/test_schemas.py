"""Each format for programs fits its published schema, with harmless findings and with hostile ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from tests.report.junit_schema import problems
from tests.report.reports import finding, hostile, lived, result

import payproof.report
from payproof.model import Finding, Location, Severity
from payproof.report import render
from payproof.report.result import Result

SARIF = json.loads(Path(__file__).with_name("schemas").joinpath("sarif-2.1.0-rtm.5.json").read_text("utf-8"))
REPORT = json.loads(Path(payproof.report.__file__).with_name("report.schema.json").read_text("utf-8"))
LINE = {"$ref": "#/$defs/line", "$schema": REPORT["$schema"], "$defs": REPORT["$defs"]}
BOTH = pytest.mark.parametrize("run", [result(finding("it is wrong"), lived=lived()), hostile(), result()])


def sarif(run: Result) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(render("sarif", run))
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(data)
    return data


@BOTH
def test_sarif_fits_the_official_schema(run: Result) -> None:
    assert sarif(run)["version"] == "2.1.0"


def test_the_official_schema_refuses_what_is_no_sarif() -> None:
    data = json.loads(render("sarif", result(finding())))
    data["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SARIF).validate(data)


def test_sarif_names_rule_place_line_and_fingerprint() -> None:
    one = finding("it is wrong")
    data = sarif(result(one))["runs"][0]
    assert data["tool"]["driver"]["rules"][0]["id"] == "response-schema"
    made = data["results"][0]
    assert made["partialFingerprints"] == {"payproof/v1": one.fingerprint}
    physical = made["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {"uri": "openapi/paykun/openapi.yaml"},
        "region": {"startLine": 120},
    }
    assert data["invocations"][0]["startTimeUtc"] == "2026-09-21T14:13:20.000Z"


def test_sarif_suppresses_what_a_baseline_accepts() -> None:
    accepted = Finding("response-schema", Severity.ERROR, Location("a"), "x", details={"accepted": "known"})
    results = sarif(result(finding(), accepted=[accepted]))["runs"][0]["results"]
    assert ["suppressions" in one for one in results] == [False, True]
    assert results[1]["suppressions"][0]["justification"] == "known"


@BOTH
def test_junit_fits_what_the_strictest_schema_demands(run: Result) -> None:
    assert problems(ElementTree.fromstring(render("junit", run))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [(' time="0"', ""), ("<system-err></system-err>", ""), ("<testsuites>", '<testsuites x="1">')],
)
def test_the_check_of_junit_refuses_what_the_schemas_refuse(old: str, new: str) -> None:
    text = render("junit", result(finding()))
    assert old in text
    assert problems(ElementTree.fromstring(text.replace(old, new, 1))) != []


def test_junit_fails_exactly_where_the_run_does() -> None:
    run = result(finding(), finding(severity=Severity.WARNING, number=1))
    root = ElementTree.fromstring(render("junit", run))
    suite = root.find("testsuite[@name='refundTransaction']")
    assert suite is not None
    assert (suite.get("failures"), suite.get("skipped"), suite.get("tests")) == ("1", "1", "4")


@BOTH
def test_json_and_each_line_of_ndjson_fit_the_published_schema(run: Result) -> None:
    jsonschema.Draft202012Validator(REPORT).validate(json.loads(render("json", run)))
    for line in render("ndjson", run).splitlines():
        jsonschema.Draft202012Validator(LINE).validate(json.loads(line))


@pytest.mark.parametrize("broken", [{"type": "finding"}, {"type": "other"}, {}])
def test_the_schema_refuses_other_lines(broken: dict[str, str]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(LINE).validate(broken)


def test_the_schema_refuses_a_property_that_it_does_not_name() -> None:
    data = json.loads(render("json", result(finding())))
    data["findings"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(REPORT).validate(data)


def test_json_tells_what_of_the_life_cycles_was_seen() -> None:
    rows = json.loads(render("json", result(lived=lived())))["life_cycles"]
    assert rows[0]["states_seen"] == ["CREATED"]
    assert [row["taken"] for row in rows[0]["transitions"]] == [True, False]
