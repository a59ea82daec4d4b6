"""Each lint rule finds its fault, and only its own; the documents of this project have none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from payproof.model import Severity
from payproof.rules import all_rules
from payproof.spec import Spec, load, loads
from payproof.spec.lint import RESOLVED, WRITTEN, lint
from payproof.spec.testbed import load_testbed

OPENAPI = Path(__file__).parents[3] / "openapi"
BED = load_testbed(b'{"x-testbed": 1, "gateway": "shop", "roles": {"known-order": {"order_id": "07"}}}')
CLEAN: dict[str, Any] = yaml.safe_load(
    """
openapi: 3.1.0
info: {title: T, version: "1"}
x-sources: {handbook: {document: Handbook, read: "2026-11-20"}}
x-switches: {body: {summary: "?", default: a, settings: {a: {summary: A}, b: {summary: B}}}}
x-life-cycles:
  shop.order:
    initial: NEW
    states: {NEW: {}, PAID: {}}
    transitions: [{from: NEW, to: PAID, trigger: pay}]
paths:
  /o/{id}:
    post:
      operationId: pay
      parameters: [{name: id, in: path, required: true, schema: {type: string}, example: "1"}]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
      responses: {"200": {description: Done.}}
      x-signing: {request: {scheme: shop.request}, response: {scheme: shop.request, statuses: ["200"]}}
      x-testbed: {accepted: {path/id: known-order.order_id, body/rows/0/n: {value: 1}}}
components:
  schemas:
    A:
      type: object
      properties: {rows: {type: array, items: {properties: {n: {type: integer}}}}}
    State: {enum: [NEW, PAID], x-life-cycle: shop.order}
  x-signing-schemes: {shop.request: {summary: S, digest: hmac-sha256}}
  x-signing-profiles: {sdk: {scheme: shop.request, summary: S, changes: {}}}
"""
)


def changed(pointer: str, value: Any) -> dict[str, Any]:
    """Give the clean document with one place set to something else."""
    document: dict[str, Any] = json.loads(json.dumps(CLEAN))
    *way, last = [step.replace("~1", "/") for step in pointer.strip("/").split("/")]
    place: Any = document
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    place[last] = value
    return document


def rules(document: dict[str, Any]) -> list[str]:
    return [one.rule for one in lint(loads(json.dumps(document).encode(), "a.json"), BED)]


OPERATION = "/paths/~1o~1{id}/post"
FAULTS: list[tuple[str, Any, str]] = [
    ("/components/schemas/B", {"$ref": "#/components/schemas/C"}, "spec-dead-reference"),
    ("/components/schemas/B", {"$ref": "https://evil.example/a"}, "spec-dead-reference"),
    ("/components/schemas/B", {"$id": "https://evil.example/a"}, "spec-unusable"),
    ("/paths/o", {}, "spec-unusable"),
    (f"{OPERATION}/parameters/0/schema", {"type": "text"}, "spec-schema-unusable"),
    (f"{OPERATION}/operationId", None, "spec-operation-unnamed"),
    ("/x-evidense", "documented", "spec-extension-unknown"),
    ("/x-evidence", "certain", "spec-extension-invalid"),
    ("/components/schemas/A/x-clock", {"format": 5}, "spec-extension-invalid"),
    ("/components/x-signing-schemes/shop.request/ordr", "bytes", "spec-extension-invalid"),
    ("/components/x-signing-schemes/shop.request/digest", "crc32", "spec-extension-invalid"),
    ("/x-source", "handbok", "spec-source-unknown"),
    ("/components/schemas/A/pattern", "^(a+)+$", "spec-pattern-unsafe"),
    ("/components/schemas/A/patternProperties", {"(a*)*": {}}, "spec-pattern-unsafe"),
    ("/components/schemas/A/x-soft", {"pattern": "^\\d$"}, "spec-pattern-dialect"),
    (f"{OPERATION}/parameters/0/example", 5, "spec-example-invalid"),
    (f"{OPERATION}/parameters/0/x-violates", {"keyword": "type", "why": "?"}, "spec-violation-stale"),
    ("/components/schemas/A/examples", [5], "spec-example-invalid"),
    ("/components/x-signing-profiles/sdk/scheme", "shop.none", "spec-signing-broken"),
    (f"{OPERATION}/x-signing/request/scheme", "shop.none", "spec-signing-broken"),
    (f"{OPERATION}/x-signing/response/statuses", ["400"], "spec-signing-broken"),
    (f"{OPERATION}/x-when", {"boddy": "a"}, "spec-switch-broken"),
    (f"{OPERATION}/x-when", {"body": ["a", "c"]}, "spec-switch-broken"),
    ("/x-switches/body/settings/b/recipe", {"shop.none": {}}, "spec-switch-broken"),
    ("/x-life-cycles/shop.order/transitions/0/switch", {"body": "c"}, "spec-switch-broken"),
    ("/components/schemas/State/enum", ["NEW", "PAYED"], "spec-life-cycle-states"),
    ("/components/schemas/State/x-life-cycle", "shop.payment", "spec-life-cycle-states"),
    (f"{OPERATION}/x-testbed/accepted/path~1id", "known-order.id", "spec-testbed-role"),
    (f"{OPERATION}/x-testbed/accepted/query~1id", {"value": 1}, "spec-testbed-place"),
    (f"{OPERATION}/x-testbed/accepted/body~1rows~10~1m", {"value": 1}, "spec-testbed-place"),
]


def test_a_clean_document_has_no_finding(shop: Spec) -> None:
    assert rules(CLEAN) == []
    assert lint(shop) == []


@pytest.mark.parametrize(("pointer", "value", "rule"), FAULTS)
def test_a_fault_is_found_by_its_own_rule(pointer: str, value: Any, rule: str) -> None:
    assert set(rules(changed(pointer, value))) == {rule}


def test_every_rule_has_a_fault_that_shows_it() -> None:
    registered = {one.id for one in all_rules().values() if one.area == "lint" and one.id.startswith("spec-")}
    assert registered == {rule for _, _, rule in FAULTS}
    listed = {function.rule.id for function in (*WRITTEN, *RESOLVED)}  # type: ignore[attr-defined]
    assert listed | {"spec-unusable"} == registered


def test_a_finding_names_file_line_and_a_remedy() -> None:
    text = json.dumps(changed("/components/schemas/A/x-evidense", "sdk"), indent=1)
    (one,) = lint(loads(text.encode(), "a.json"))
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "x-evidense" in row)
    assert (one.location.source, one.hint) == (f"a.json:{line}", "did you mean x-evidence?")
    assert one.location.pointer == "#/components/schemas/A/x-evidense"


def test_a_broken_soft_limit_in_an_example_is_a_note() -> None:
    document = changed(f"{OPERATION}/parameters/0/schema/x-soft", {"maxLength": 0})
    (one,) = lint(loads(json.dumps(document).encode(), "a.json"), BED)
    assert (one.rule, one.severity) == ("spec-example-invalid", Severity.NOTE)


def test_what_an_example_says_that_it_breaks_is_no_finding() -> None:
    document = changed(f"{OPERATION}/parameters/0/example", 5)
    document["paths"]["/o/{id}"]["post"]["parameters"][0]["x-violates"] = [
        {"keyword": "type", "pointer": "", "why": "?"}
    ]
    assert rules(document) == []


GATEWAYS = sorted(path.parent.name for path in OPENAPI.glob("*/openapi.yaml"))


@pytest.mark.parametrize("name", GATEWAYS)
def test_the_documents_of_this_project_have_no_finding(name: str) -> None:
    bed = OPENAPI / name / "testbed.yaml"
    found = lint(load(OPENAPI / name), load_testbed(bed) if bed.exists() else None)
    assert [f"{one.location.source} {one.message}" for one in found if one.severity > Severity.NOTE] == []
