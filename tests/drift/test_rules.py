"""Every rule's example triggers exactly that rule, and every rule has its mirror or says why it has none."""

from __future__ import annotations

import re

import pytest

from payproof.drift.compare import compare
from payproof.drift.example import example_sides
from payproof.drift.registry import DriftRule, drift_rules

RULES = drift_rules()


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.row.id)
def test_a_rules_example_triggers_exactly_that_rule(one: DriftRule) -> None:
    promised, observed = example_sides(one)

    found = compare(promised, observed)

    assert [(finding.rule, finding.severity) for finding in found] == [(one.row.id, one.row.severity)]


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.row.id)
def test_the_promised_side_of_an_example_departs_in_nothing_from_itself(one: DriftRule) -> None:
    promised, _ = example_sides(one)

    assert compare(promised, promised) == []


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.row.id)
def test_a_rule_has_a_mirror_that_exists_or_a_written_waiver(one: DriftRule) -> None:
    partner = one.row.partner

    if partner.startswith("none: "):
        assert len(partner) > 20
    else:
        assert partner in {other.row.id for other in RULES} - {one.row.id}


def test_rule_ids_state_facts_in_kebab_case() -> None:
    assert [one.row.id for one in RULES if not re.fullmatch(r"[a-z]+(-[a-z]+)+", one.row.id)] == []
