"""A verdict is never stronger than its evidence, whichever rule gives it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import get_args

import pytest

import payproof
from payproof import gateway
from payproof.checks.context import severity_of
from payproof.model import Evidence, Location, Severity
from payproof.rules import Rule, all_rules, register

WORST = {"documented": Severity.ERROR, "unknown": Severity.NOTE}


def rules() -> list[Rule]:
    """Give every rule of the project, those of its gateways included."""
    for name in ("audit", "cassettes", "checks", "drift", "lifecycle", "run", "spec"):
        package = importlib.import_module(f"payproof.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"payproof.{name}."):
            importlib.import_module(module.name)
    for name in gateway.names():
        gateway.load(name)
    return list(all_rules().values())


def worst(evidence: str) -> Severity:
    return WORST.get(evidence, Severity.WARNING)


def test_no_rule_is_worse_than_what_it_rests_on() -> None:
    found = rules()
    assert len(found) > 100
    assert [row.id for row in found if row.severity > worst(row.rests_on)] == []


@pytest.mark.parametrize("evidence", get_args(Evidence))
def test_no_finding_of_any_rule_is_worse_than_its_evidence(evidence: str) -> None:
    for row in rules():
        finding = row.finding(Location(), "m", severity=Severity.ERROR, evidence=evidence)
        assert finding.severity is worst(evidence), row.id


def test_a_finding_that_names_no_evidence_has_that_of_its_rule() -> None:
    for row in rules():
        finding = row.finding(Location(), "m", severity=Severity.ERROR)
        assert (finding.evidence, finding.severity) == (row.rests_on, worst(row.rests_on)), row.id


@pytest.mark.parametrize("evidence", get_args(Evidence))
def test_every_weight_of_evidence_says_the_same(evidence: Evidence) -> None:
    assert severity_of(evidence) is worst(evidence)


def test_a_rule_that_claims_more_than_it_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="worse than what is only inferred"):
        register(Rule("payproof-test", Severity.ERROR, "It claims too much.", rests_on="inferred"))


def test_every_finding_of_the_project_is_made_by_a_rule() -> None:
    """One made elsewhere would slip past the cap; an audit puts its own together again."""
    root = Path(payproof.__file__).parent
    made = {
        str(path.relative_to(root).as_posix())
        for path in root.rglob("*.py")
        if re.search(r"(?<!class )\bFinding\(", path.read_text(encoding="utf-8"))
    }
    assert made == {"rules.py", "audit/partial.py"}
