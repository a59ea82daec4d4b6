"""Honest replies of every flow under every setting of every switch: no drift from the spec or each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tools.build_cassettes import Flows

from payproof import gateway
from payproof.drift import Side, between, compare, fold, side_of
from payproof.drift.shape import INVENTED
from payproof.gateway import Gateway
from payproof.model import Interaction


def settings(chosen: Gateway) -> Iterator[dict[str, str]]:
    """Give no setting, then each value of each switch alone."""
    yield {}
    for name, switch in chosen.spec.switches.items():
        yield from ({name: setting} for setting in switch.settings)


def played(chosen: Gateway, switches: dict[str, str], seed: int = 0) -> list[Interaction]:
    """Give what the sandbox says in every flow, as far as a document describes it."""
    flows = Flows(chosen, chosen.openapi / "flows.arazzo.yaml").play(switches, seed)
    rows = [one for _, rows in flows for one in rows]
    return [one for one in rows if one.response is None or one.response.header(INVENTED) is None]


def departures(chosen: Gateway, side: Side, runs: list[list[Interaction]]) -> list[str]:
    """Give what departs in any run: from the spec, from the first run, and the first run from it."""
    shapes = [fold(chosen.spec, rows).side("run") for rows in runs]
    found = [one for shape in shapes for one in compare(side, shape)]
    for shape in shapes[1:]:
        found += [*between(side, shapes[0], shape), *between(side, shape, shapes[0])]
    return [f"{one.rule} {one.location}: {one.message}" for one in found]


@pytest.mark.slow
def test_a_thousand_honest_replies_under_every_switch_are_no_drift() -> None:
    count = 0
    for name in ("paykun", "plural"):
        chosen = gateway.load(name)
        runs = [played(chosen, switches) for switches in settings(chosen)]
        runs += [played(chosen, {}, seed) for seed in (1, 2, 3)]

        assert departures(chosen, side_of(chosen.spec), runs) == []
        replies = sum(map(len, runs))
        print(f"{name}: {replies} honest replies, {len(runs)} runs of every flow")
        count += replies
    assert count >= 1000


def test_two_seeds_of_every_flow_are_no_drift() -> None:
    chosen = gateway.load("paykun")
    runs = [played(chosen, {}, seed) for seed in (0, 1)]

    assert departures(chosen, side_of(chosen.spec), runs) == []
    assert {one.operation for one in runs[0]} >= {"getTransaction", "refundTransaction"}
