"""Planted changes are found at their place, with the right party; their proposal makes them vanish."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.planting import MESSAGES, Part, Plant, parts, plants, sample

from payproof.drift import Side, attribute, between, compare, fold, overlaid, propose, side_of
from payproof.drift.from_spec import operation_facts
from payproof.drift.overlay import apply
from payproof.spec import load

SPEC = load(Path("openapi/paykun"))
SIDE = side_of(SPEC)
PART = next(parts(SIDE.operations["getTransaction"]))
PROMISE = replace(SIDE, operations={"getTransaction": SIDE.operations["getTransaction"]})


def seen(part: Part, bodies: list[Any]) -> Side:
    return fold(SPEC, [part.interaction(body) for body in bodies]).side("seen")


def honest() -> list[Any]:
    return [sample(PART.node, number) for number in range(MESSAGES)]


def planted(one: Plant) -> list[Any]:
    return [body if one.some and index // 2 % 2 else one.alter(body) for index, body in enumerate(honest())]


ALL = [one for one in plants(PART) if json.dumps(planted(one)) != json.dumps(honest())]


def test_there_is_something_to_plant() -> None:
    assert len(ALL) > 150
    assert len({one.kind for one in ALL}) >= 12


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.pointer}-{one.kind}")
def test_a_change_of_the_live_gateway_is_found_and_laid_to_it(one: Plant) -> None:
    found = attribute(PROMISE, seen(PART, honest()), seen(PART, planted(one)))

    # A value beyond a hard limit may be beyond a soft one at the same place too, which is a note.
    assert {row.location.pointer for row in found} == {one.pointer}
    assert {row.rule for row in found} - {"soft-pattern-broken", "known-value-new"} <= {one.rule}
    assert one.rule in {row.rule for row in found}
    assert found[0].details["party"] == "gateway"
    assert found[0].details["strength"].endswith(f"of {found[0].details['of']}")


@pytest.mark.parametrize("one", ALL[::9], ids=lambda one: f"{one.pointer}-{one.kind}")
def test_what_recording_and_live_share_is_laid_to_the_spec(one: Plant) -> None:
    same = seen(PART, planted(one))

    assert {row.details["party"] for row in attribute(PROMISE, same, same)} == {"spec"}
    assert between(PROMISE, same, same) == []


@pytest.mark.parametrize("one", ALL[::9], ids=lambda one: f"{one.pointer}-{one.kind}")
def test_what_only_the_recording_has_is_laid_to_the_recording(one: Plant) -> None:
    found = attribute(PROMISE, seen(PART, planted(one)), seen(PART, honest()))

    assert "recording" in {row.details["party"] for row in found}


@pytest.mark.parametrize("one", ALL[::17], ids=lambda one: f"{one.pointer}-{one.kind}")
def test_a_proposal_applied_makes_its_finding_vanish_and_touches_no_other_operation(one: Plant) -> None:
    live = seen(PART, planted(one))
    found = compare(PROMISE, live)

    proposal = propose(SPEC, SIDE, live, found)
    if proposal.left:
        assert one.rule == "signature-form-changed"
        return
    changed = overlaid(SPEC, apply(proposal.overlay, SPEC.document))

    own = operation_facts(changed, changed.operations["getTransaction"])
    assert compare(replace(PROMISE, operations={"getTransaction": own}), live) == []
    others = {name: row for name, row in side_of(changed).operations.items() if name != "getTransaction"}
    assert others == {name: row for name, row in SIDE.operations.items() if name != "getTransaction"}


def test_honest_recordings_of_every_flow_depart_in_nothing_from_spec_and_each_other() -> None:
    from payproof.cassettes.read import read_all

    for name in ("paykun", "plural"):
        spec = load(Path("openapi") / name)
        all_of = [one for one in read_all([Path("cassettes") / name]) if "violates" not in one.tags]
        side = side_of(spec)

        assert compare(side, fold(spec, all_of).side("all")) == []
        halves = [fold(spec, copy.copy(all_of[start::2])).side("half") for start in (0, 1)]
        assert between(side, *halves) == []
