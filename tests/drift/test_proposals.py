"""A proposal makes its finding vanish and nothing else, for each rule's example and each kind of planting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.proposals import DECLINED, Trial

from payproof.drift import apply, compare, overlaid, propose, side_of
from payproof.drift.example import example_sides, example_spec
from payproof.drift.registry import DriftRule, drift_rules
from payproof.spec import load

RULES = drift_rules()
#: Why nothing is proposed, by what the ids of such rules begin or end with: a person has to decide.
NOBODYS = {
    "life-cycle-": "the table is a reading of the documents, each row with its source",
    "operation-": "whether an operation exists, and where, is not settled by a document that lacks it",
    "request-body-": "the integration's own code has to follow",
    "request-parameter-": "the integration's own code has to follow",
    "request-signature-": "a scheme is a fact with a source of its own",
    "response-signature-": "a scheme is a fact with a source of its own",
    "signature-": "a scheme is a fact with a source of its own",
    "security-": "who may call is not settled by a traffic that was let through",
    "server-": "an address is trusted for a reason",
    "webhook-": "whether a delivery exists is not settled by a document that lacks it",
    "-status-removed": "what was not seen may come again",
    "-media-type-removed": "what was not seen may come again",
    "response-unreadable-body": "no schema describes bytes that are not what they say",
}


#: What these ids begin with, and yet observations or values alone settle them.
SETTLED = {"operation-undocumented", "life-cycle-state-unknown", "life-cycle-state-removed"}


def is_nobodys(id: str) -> bool:
    words = [one for one in NOBODYS if id.startswith(one) or (one[0] == "-" and id.endswith(one))]
    return bool(words) and id not in SETTLED


def proposed(one: DriftRule) -> bool:
    """Say whether a rule's example has a proposal; holds that it does what it should."""
    promised, observed = example_sides(one)
    spec = example_spec(one.row.example.promised, one)
    (finding,) = compare(promised, observed)
    proposal = propose(spec, promised, observed, [finding])
    if proposal.left:
        assert proposal.document == spec.document
        return False
    after = side_of(overlaid(spec, apply(proposal.overlay, spec.document)))
    if observed.unknown and len(after.operations) > len(promised.operations):
        # Which operation was asked for is settled when observations are folded, and now there is one.
        observed = replace(observed, unknown={})
    assert compare(after, observed) == []
    return True


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.row.id)
def test_a_proposal_settles_the_example_of_its_rule_or_there_is_none(one: DriftRule) -> None:
    assert proposed(one) is not is_nobodys(one.row.id)


def test_most_rules_have_a_proposal() -> None:
    settled = [one for one in RULES if not is_nobodys(one.row.id)]

    print(f"{len(settled)} of {len(RULES)} rules have a proposal")
    assert len(settled) > 100


@pytest.mark.slow
@pytest.mark.parametrize("name", ["paykun", "plural"])
def test_every_kind_of_change_is_settled_by_its_proposal_between_specs_too(name: str) -> None:
    trial = Trial(load(Path("openapi") / name), each=1)

    trial.run()

    tried = {kind: row for kind, row in trial.counts.items() if row["tried"]}
    print(f"{name}: {len(tried)} kinds", {kind: dict(row) for kind, row in tried.items()})
    assert trial.survivors == []
    assert len(tried) >= 24
    assert {kind for kind, row in tried.items() if row["declined"]} <= DECLINED.keys()
