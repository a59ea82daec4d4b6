"""The report for programs; `report.schema.json` beside this file describes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from payproof.model import Finding, Severity
from payproof.report.result import Lived, Result

#: Grows by one when a reader of the former number would misread the new form.
FORMAT_VERSION = 1


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the result as one JSON object in plain ASCII; the arguments change nothing."""
    return dumped(as_data(result), indent=2) + "\n"


def dumped(data: Any, indent: int | None = None) -> str:
    """Give data as JSON text without any control character, in plain ASCII."""
    # json leaves DEL alone, which some terminals act on.
    return json.dumps(data, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f")


def as_data(result: Result) -> dict[str, Any]:
    """Give the result as plain data."""
    return {
        **run_data(result),
        "operations": [operation_data(result, name) for name in result.operations],
        "findings": [finding_data(one) for one in result.findings],
    }


def run_data(result: Result) -> dict[str, Any]:
    """Give what holds for the whole run, without its operations and findings."""
    data: dict[str, Any] = {
        "payproof_report": FORMAT_VERSION,
        "payproof": result.version,
        "gateway": result.gateway,
        "target": result.target,
        "seed": result.seed,
        "budget": result.budget,
        "switches": dict(result.switches),
        "fail_on": result.fail_on.label,
        "failed": result.failed,
        "elapsed_s": round(result.elapsed_s, 3),
        "totals": {
            "cases": result.tally.total().run,
            "skipped": dict(sorted(result.tally.skipped.items())),
            "findings": {one.label: result.found(one) for one in Severity},
        },
        "learned": list(result.learned),
    }
    if result.started_s:
        data["started_s"] = round(result.started_s, 3)
    if result.accepted or result.outdated:
        data["baseline"] = {
            "accepted": [finding_data(one) for one in result.accepted],
            "outdated": list(result.outdated),
        }
    if result.lived:
        data["life_cycles"] = [_lived(one) for one in result.lived]
    return data


def _lived(lived: Lived) -> dict[str, Any]:
    rows = [
        {
            "from": row.source or None,
            "to": row.target,
            "trigger": row.trigger,
            "taken": (row.source, row.target, row.trigger) in lived.taken,
        }
        for row in lived.cycle.transitions
    ]
    return {
        "life_cycle": lived.cycle.name,
        "states_seen": [name for name in lived.cycle.states if name in lived.states],
        "transitions": rows,
    }


def operation_data(result: Result, name: str) -> dict[str, Any]:
    """Give what ran on one operation."""
    kinds = {kind: asdict(count) for (one, kind), count in sorted(result.tally.counts.items()) if one == name}
    return {"operation": name, "reached": name in result.reached, "cases": kinds}


def finding_data(finding: Finding) -> dict[str, Any]:
    """Give one finding as plain data; what is empty is left out."""
    data: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "fingerprint": finding.fingerprint,
        "location": {name: text for name, text in asdict(finding.location).items() if text},
        "message": finding.message,
        "evidence": finding.evidence,
        "count": finding.count,
    }
    for name in ("hint", "expected", "actual", "claim", "case", "reproduce"):
        if text := getattr(finding, name):
            data[name] = text
    if finding.details:
        data["details"] = _plain(finding.details)
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
