"""The report as SARIF 2.1.0, as code scanning services and editors read it.

A finding stands at its operation in the spec, since that is the file a reader can open; what the gateway did
is in the message. The fingerprint leaves wording out, so a service knows a finding again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from payproof.errors import UsageError
from payproof.model import Finding, Severity
from payproof.report.json import dumped
from payproof.report.lines import details, facts, place
from payproof.report.printable import printable
from payproof.report.result import Result
from payproof.rules import get

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the result as one SARIF log in plain ASCII; the arguments change nothing."""
    everything = [*result.findings, *result.accepted]
    rules = list(dict.fromkeys(one.rule for one in everything))
    run: dict[str, Any] = {
        "tool": {"driver": _driver(result, rules)},
        "invocations": [_invocation(result)],
        "automationDetails": {"id": f"payproof/{_uri(result.gateway)}/"},
        "columnKind": "unicodeCodePoints",
        "properties": {name: _plain(value) for name, value in facts(result)},
        "results": [_result(result, one, rules) for one in everything],
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(result: Result, rules: Sequence[str]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "payproof", "rules": [_rule(one) for one in rules]}
    if result.version:
        driver["version"] = _plain(result.version)
    return driver


def _rule(rule_id: str) -> dict[str, Any]:
    try:
        row = get(rule_id)
    except UsageError:
        # A gateway from elsewhere may raise findings of rules that are not registered.
        return {"id": rule_id}
    described: dict[str, Any] = {
        "id": row.id,
        "shortDescription": {"text": row.summary},
        "defaultConfiguration": {"level": _LEVELS[row.severity]},
        "properties": {"tags": [row.area], "evidence": row.rests_on},
    }
    if row.fix:
        described["help"] = {"text": row.fix}
    return described


def _invocation(result: Result) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if result.started_s:
        start, end = result.started_s, result.started_s + result.elapsed_s
        invocation |= {"startTimeUtc": _time(start), "endTimeUtc": _time(end)}
    return invocation


def _result(result: Result, finding: Finding, rules: Sequence[str]) -> dict[str, Any]:
    rows = [(name, _plain(value)) for name, value in place(finding)]
    rows += [(name, _plain(value)) for name, value in details(finding)]
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": message_text(finding.message)},
        "locations": [_location(result, finding)],
        "partialFingerprints": {"payproof/v1": finding.fingerprint},
        "occurrenceCount": finding.count,
        "properties": dict(rows),
    }
    if finding in result.accepted:
        why = _plain(str(finding.details.get("accepted", "")))
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return made


def _location(result: Result, finding: Finding) -> dict[str, Any]:
    spot = finding.location
    name = _plain(str(spot))
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}]}
    if result.document:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(result.document)}}
        if line := result.lines.get(spot.operation, 0):
            physical["region"] = {"startLine": line}
        location["physicalLocation"] = physical
    return location


def message_text(text: str) -> str:
    """Give a text as a message that holds neither a placeholder nor a link.

    Source: SARIF 2.1.0, 3.11.5 "Messages with placeholders" and 3.11.6 "Messages with embedded links".
    """
    doubled = _plain(text).replace("{", "{{").replace("}", "}}")
    return doubled.replace("](", "] (")


def _plain(text: str) -> str:
    return "\n".join(printable(line, limit=8000) for line in text.split("\n"))


def _uri(text: str) -> str:
    """Give a path as a relative URI reference of harmless characters only."""
    return re.sub(r"[^A-Za-z0-9._~/-]", lambda one: "".join(f"%{byte:02X}" for byte in _bytes(one[0])), text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
