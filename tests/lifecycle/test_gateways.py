"""The gateways' own tables: whether they can be stepped, walked, judged and drawn without contradiction."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, combinations, pairwise, product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.lifecycle.draw.test_svg import boxes, overlap

from payproof.lifecycle import (
    BEFORE,
    LifeCycle,
    Observation,
    Refused,
    Walk,
    advance,
    cover,
    forbidden,
    judge,
    observations,
    read_all,
    walks,
)
from payproof.lifecycle.draw import draw
from payproof.spec import Spec, load

OPENAPI = Path(__file__).parents[2] / "openapi"


@cache
def spec(gateway: str) -> Spec:
    return load(OPENAPI / gateway / "openapi.yaml")


@cache
def tables(gateway: str) -> Mapping[str, LifeCycle]:
    return read_all(spec(gateway).life_cycles)


GATEWAYS = sorted(path.parent.name for path in OPENAPI.glob("*/openapi.yaml"))
CYCLES = [
    pytest.param(gateway, cycle, id=name) for gateway in GATEWAYS for name, cycle in tables(gateway).items()
]
over_all = pytest.mark.parametrize(("gateway", "cycle"), CYCLES)


def settings(gateway: str, cycle: LifeCycle) -> Iterator[dict[str, str]]:
    """Give every combination of settings of the switches that the table names."""
    names = dict.fromkeys(name for row in cycle.transitions for name in row.switch)
    for values in product(*(spec(gateway).switches[name].settings for name in names)):
        yield dict(zip(names, values, strict=True))


def facts(cycle: LifeCycle) -> Iterator[dict[str, Any]]:
    for values in product(*(fact.values for fact in cycle.facts.values())):
        yield dict(zip(cycle.facts, values, strict=True))


def honest(cycle: LifeCycle, walk: Walk) -> list[Observation]:
    return [
        Observation(cycle.name, "x", row.target, 100.0 + step, facts=walk.facts)
        for step, row in enumerate(walk.rows)
    ]


def test_every_gateway_has_a_life_cycle() -> None:
    assert GATEWAYS
    assert [gateway for gateway in GATEWAYS if not tables(gateway)] == []


@over_all
def test_switches_of_rows_and_their_settings_exist(gateway: str, cycle: LifeCycle) -> None:
    known = {name: set(switch.settings) for name, switch in spec(gateway).switches.items()}
    for row in cycle.transitions:
        assert {name for name in row.switch if not set(row.switch[name]) <= known.get(name, set())} == set()


@over_all
def test_every_state_can_be_reached_under_some_setting(gateway: str, cycle: LifeCycle) -> None:
    reached = chain.from_iterable(
        walks(cycle, switches=chosen, availability="planned") for chosen in settings(gateway, cycle)
    )
    assert set(reached) == set(cycle.states)


@over_all
def test_every_row_in_force_is_taken_by_a_walk(gateway: str, cycle: LifeCycle) -> None:
    for chosen in settings(gateway, cycle):
        assert cover(cycle, switches=chosen).unreachable == ()


@over_all
def test_no_trigger_leaves_a_choice_once_all_facts_are_known(gateway: str, cycle: LifeCycle) -> None:
    triggers = {row.trigger for row in cycle.transitions}
    for chosen, known, state in product(settings(gateway, cycle), facts(cycle), [BEFORE, *cycle.states]):
        for trigger in triggers:
            outcome = advance(cycle, state, trigger, known, switches=chosen)
            assert not (isinstance(outcome, Refused) and outcome.reason == "ambiguous"), outcome


@over_all
def test_honest_walks_give_no_finding_under_their_own_settings(gateway: str, cycle: LifeCycle) -> None:
    for chosen in settings(gateway, cycle):
        for walk in cover(cycle, switches=chosen).walks:
            (judged,) = judge(tables(gateway), honest(cycle, walk), switches=chosen)
            assert judged.findings == ()


@over_all
def test_forbidden_moves_are_refused_by_advance_too(gateway: str, cycle: LifeCycle) -> None:
    operations = set(spec(gateway).operations)
    for chosen in settings(gateway, cycle):
        for ban in forbidden(cycle, operations, switches=chosen):
            for known in facts(cycle):
                if known.items() >= ban.facts.items():
                    assert not advance(cycle, ban.state, ban.trigger, known, switches=chosen)


@over_all
@pytest.mark.parametrize("show", ["current", "planned", "all"])
def test_no_drawing_has_boxes_that_overlap(gateway: str, cycle: LifeCycle, show: str) -> None:
    for known in cycle.readings({}):
        drawing = ElementTree.fromstring(draw(cycle, "svg", facts=known, show=show))  # type: ignore[arg-type]
        assert [pair for pair in combinations(boxes(drawing), 2) if overlap(*pair)] == []


def order(status: str, second: int, *, pre_auth: bool = True, **more: Any) -> dict[str, Any]:
    data = {
        "order_id": "v1-240101000000-aa-Ab12Cd",
        "type": "CHARGE",
        "status": status,
        "pre_auth": pre_auth,
        "order_amount": {"value": 1000, "currency": "INR"},
        "updated_at": f"2026-01-01T10:00:{second:02}.000Z",
        **more,
    }
    return {"data": data}


def plural(*records: dict[str, Any]) -> set[tuple[str, str]]:
    cycles = tables("plural")
    seen = [one for record in records for one in observations(record, cycles)]
    return {(finding.rule, finding.severity.label) for one in judge(cycles, seen) for finding in one.findings}


def reply(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"operation": operation, "source": "response", "body": body}


def test_plural_cancel_after_processed_is_found() -> None:
    assert plural(order("PROCESSED", 1), reply("cancelOrder", order("CANCELLED", 2))) == {
        ("life-cycle-operation-not-allowed", "error")
    }


def test_plural_capture_without_pre_authorisation_is_found() -> None:
    before, after = order("PENDING", 1, pre_auth=False), order("PROCESSED", 2, pre_auth=False)
    assert plural(before, reply("captureOrder", after)) == {("life-cycle-operation-not-allowed", "error")}


def test_plural_authorized_without_pre_authorisation_is_found() -> None:
    records = [
        order(status, at, pre_auth=False) for at, status in enumerate(["CREATED", "PENDING", "AUTHORIZED"])
    ]
    assert plural(*records) == {("life-cycle-illegal-step", "error")}


def test_plural_a_status_that_goes_back_is_found() -> None:
    records = [order(status, at) for at, status in enumerate(["CREATED", "PENDING", "CREATED"])]
    assert plural(*records) == {("life-cycle-status-backwards", "error")}


def test_plural_refunds_beyond_the_capture_are_found() -> None:
    payments = [{"id": "p1", "status": "PROCESSED", "payment_amount": {"value": 1000, "currency": "INR"}}]
    refunds = [
        {
            "data": {
                "order_id": f"r{number}",
                "parent_order_id": "v1-240101000000-aa-Ab12Cd",
                "type": "REFUND",
                "status": "PROCESSED",
                "order_amount": {"value": 600, "currency": "INR"},
                "updated_at": "2026-01-01T10:01:00Z",
            }
        }
        for number in (1, 2)
    ]
    found = plural(order("PROCESSED", 1, payments=payments), *refunds)
    assert {rule for rule, _ in found} == {"life-cycle-money-inconsistent"}


def test_plural_an_honest_order_with_its_payment_is_kept() -> None:
    amount = {"value": 1000, "currency": "INR"}
    stages = [
        ("CREATED", None),
        ("PENDING", "PENDING"),
        ("AUTHORIZED", "AUTHORIZED"),
        ("PROCESSED", "PROCESSED"),
    ]
    records = [
        order(status, at, payments=[{"id": "p1", "status": paid, "payment_amount": amount}] if paid else [])
        for at, (status, paid) in enumerate(stages)
    ]
    assert plural(*records) == set()
    assert all(
        first["data"]["updated_at"] < second["data"]["updated_at"] for first, second in pairwise(records)
    )


def test_plural_what_the_note_calls_unavailable_is_only_planned() -> None:
    records = [order("CREATED", 1, pre_auth=False), order("CANCELLED", 2, pre_auth=False)]
    cycles = tables("plural")
    seen = [one for record in records for one in observations(record, cycles)]
    settled = {name: switch.default for name, switch in spec("plural").switches.items()}
    (judged,) = judge(cycles, seen, switches=settled)
    assert [finding.rule for finding in judged.findings] == ["life-cycle-planned-step"]
