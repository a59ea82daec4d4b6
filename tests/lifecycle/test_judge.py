import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lifecycle.tables import CYCLES, ORDER, raw

from payproof.lifecycle import Judgement, Observation, attempt, cover, judge, read
from payproof.model import Severity

PRE, DIRECT = {"pre_auth": True}, {"pre_auth": False}
ARRIVAL = {"life-cycle-webhook-out-of-order", "life-cycle-stale-read", "life-cycle-webhook-duplicate"}


def saw(status: str, at_s: float | None = None, *, source: str = "poll", **more: Any) -> Observation:
    more.setdefault("life_cycle", "shop.order")
    more.setdefault("subject", "o1")
    money = {name: Decimal(value) for name, value in more.pop("money", {}).items()}
    return Observation(status=status, at_s=at_s, source=source, money=money, **more)  # type: ignore[arg-type]


def steps(*statuses: str, facts: Mapping[str, Any] | None = None, source: str = "poll") -> list[Observation]:
    return [saw(status, 100.0 + i, source=source, facts=facts or {}) for i, status in enumerate(statuses)]


def judged(observed: Iterable[Observation], **settings: Any) -> Judgement:
    (judgement,) = judge(CYCLES, observed, **settings)
    return judgement


def found(judgement: Judgement) -> set[tuple[str, str]]:
    return {
        (finding.rule.removeprefix("life-cycle-"), finding.severity.label) for finding in judgement.findings
    }


def test_an_honest_sequence_is_kept_and_its_end_is_final() -> None:
    result = judged(steps("CREATED", "PENDING", "AUTHORIZED", "PROCESSED", "FULLY_REFUNDED", facts=PRE))
    assert (found(result), result.verdict, result.final) == (set(), "kept", True)
    assert result.path == ("CREATED", "PENDING", "AUTHORIZED", "PROCESSED", "FULLY_REFUNDED")


def test_finality_comes_from_the_table() -> None:
    assert not judged(steps("CREATED", "PENDING", "PROCESSED")).final


def test_polls_that_repeat_a_status_say_nothing() -> None:
    assert found(judged(steps("CREATED", "CREATED", "PENDING", "PENDING"))) == set()


def test_a_sequence_may_begin_in_the_middle() -> None:
    assert found(judged(steps("AUTHORIZED", "PROCESSED", facts=PRE))) == set()


def test_a_step_without_a_row_is_illegal_and_names_the_rows_there_are() -> None:
    result = judged(steps("CREATED", "PENDING", "AUTHORIZED", "CANCELLED", "PROCESSED", facts=PRE))
    assert found(result) == {("illegal-step", "error")}
    assert "CANCELLED is final" in result.findings[0].message


def test_authorized_without_pre_authorisation_is_illegal() -> None:
    result = judged(steps("CREATED", "PENDING", "AUTHORIZED", facts=DIRECT))
    assert found(result) == {("illegal-step", "error")}


def test_a_first_status_that_the_facts_exclude_is_illegal() -> None:
    result = judged(steps("AUTHORIZED", facts=DIRECT))
    assert found(result) == {("illegal-step", "error")}
    assert "pre_auth = false" in result.findings[0].message


def test_an_unreported_fact_is_taken_as_what_accuses_least() -> None:
    assert found(judged(steps("CREATED", "PENDING", "AUTHORIZED"))) == set()
    assert found(judged(steps("CREATED", "PENDING", "PROCESSED"))) == set()


def test_where_only_inferred_rows_speak_a_step_without_a_row_is_a_warning() -> None:
    observed = [
        saw(s, i, life_cycle="shop.refund") for i, s in enumerate(["PENDING", "PROCESSED", "FAILED"], 1)
    ]
    assert found(judged(observed)) == {("illegal-step", "warning")}


def test_an_unknown_state_is_an_error_where_the_list_is_documented_as_closed() -> None:
    result = judged(steps("CREATED", "PENDINGG", "PENDING"))
    assert found(result) == {("unknown-state", "error")}
    assert "did it mean PENDING?" in result.findings[0].message


@pytest.mark.parametrize(("closed", "severity"), [("unknown", "note"), ("inferred", "warning")])
def test_an_unknown_state_is_no_worse_than_the_evidence_that_the_list_is_closed(
    closed: str, severity: str
) -> None:
    cycle = read("shop.order", {**raw()["shop.order"], "closed": closed})
    (result,) = judge({"shop.order": cycle}, steps("CREATED", "SHIPPED"))
    assert found(result) == {("unknown-state", severity)}


def test_a_step_that_is_only_planned_is_named_so() -> None:
    result = judged(steps("CREATED", "CANCELLED", facts=DIRECT))
    assert found(result) == {("planned-step", "error")}
    assert "row 10" in result.findings[0].message


def test_a_planned_step_that_polls_could_have_missed_otherwise_is_a_note_that_names_both_ways() -> None:
    result = judged(steps("CREATED", "CANCELLED", facts=PRE))
    assert found(result) == {("missing-step", "note")}
    assert "PENDING, AUTHORIZED was not seen" in result.findings[0].message
    assert "row 10" in result.findings[0].message


def test_the_planned_life_cycle_accepts_it() -> None:
    assert found(judged(steps("CREATED", "CANCELLED"), availability="planned")) == set()


def test_a_step_on_an_unsettled_switch_is_a_note() -> None:
    assert found(judged(steps("CREATED", "PENDING", "ATTEMPTED", "PENDING"))) == {("open-step", "note")}


def test_a_settled_switch_allows_the_step_or_forbids_it() -> None:
    sequence = steps("CREATED", "PENDING", "ATTEMPTED")
    assert found(judged(sequence, switches={"failed_attempt": "ATTEMPTED"})) == set()
    assert found(judged(sequence, switches={"failed_attempt": "PENDING"})) == {("illegal-step", "error")}


def test_a_status_that_goes_back_is_named_so() -> None:
    result = judged(steps("CREATED", "PENDING", "AUTHORIZED", "PENDING", facts=PRE))
    assert found(result) == {("status-backwards", "error")}


def test_a_state_that_a_poll_missed_is_a_note() -> None:
    result = judged(steps("CREATED", "AUTHORIZED", facts=PRE))
    assert found(result) == {("missing-step", "note")}
    assert "PENDING" in result.findings[0].message


def test_a_reply_that_skips_the_state_its_operation_promises_is_an_error() -> None:
    observed = [saw("CREATED", 1), saw("PROCESSED", 2, source="response", operation="createPayment")]
    result = judged(observed)
    assert found(result) == {("missing-step", "error")}
    assert "promises PENDING" in result.findings[0].message


def test_a_reply_may_follow_events_that_nobody_saw() -> None:
    observed = [
        saw("PENDING", 1, facts=PRE),
        saw("PROCESSED", 2, source="response", operation="captureOrder"),
    ]
    assert found(judged(observed)) == {("missing-step", "note")}


def test_an_operation_that_succeeds_where_no_row_allows_it_is_an_error() -> None:
    observed = [
        saw("PENDING", 1, facts=DIRECT),
        saw("PROCESSED", 2, source="response", operation="captureOrder"),
    ]
    assert found(judged(observed)) == {("operation-not-allowed", "error")}


def test_cancel_after_processed_is_an_error() -> None:
    observed = [
        saw("PROCESSED", 1, facts=PRE),
        saw("CANCELLED", 2, source="response", operation="cancelOrder"),
    ]
    assert found(judged(observed)) == {("operation-not-allowed", "error")}


def test_a_reply_that_a_webhook_overtook_is_no_second_move() -> None:
    observed = [
        saw("AUTHORIZED", 1, facts=PRE),
        saw("PROCESSED", 2, source="webhook", event="ORDER_PROCESSED"),
        saw("PROCESSED", 2, source="response", operation="captureOrder"),
    ]
    assert found(judged(observed)) == set()


def test_a_reply_without_its_own_time_that_a_webhook_overtook_is_no_more_than_a_warning() -> None:
    observed = [saw("AUTHORIZED", source="webhook", facts=PRE), saw("PENDING", source="poll")]
    assert found(judged(observed)) == {("status-backwards", "warning")}


def test_webhooks_out_of_order_are_recognised_and_not_called_illegal() -> None:
    created, pending, authorized = steps("CREATED", "PENDING", "AUTHORIZED", source="webhook", facts=PRE)
    result = judged([created, authorized, pending])
    assert found(result) == {("webhook-out-of-order", "note")}
    assert (result.verdict, result.state) == ("kept", "AUTHORIZED")


def test_a_late_webhook_without_its_own_time_moves_nothing() -> None:
    observed = [saw("PROCESSED", source="webhook"), saw("PENDING", source="webhook"), saw("PROCESSED")]
    result = judged(observed)
    assert found(result) == {("webhook-out-of-order", "note")}
    assert result.state == "PROCESSED"


def test_duplicate_webhooks_are_counted_in_one_note() -> None:
    one = saw("PENDING", 5, source="webhook", delivery="m1")
    result = judged([one, one, one])
    assert found(result) == {("webhook-duplicate", "note")}
    assert result.findings[0].count == 2


def test_a_reused_delivery_id_is_a_warning() -> None:
    observed = [
        saw("CREATED", 1, source="webhook", delivery="m1"),
        saw("PENDING", 2, source="webhook", delivery="m1"),
    ]
    assert found(judged(observed)) == {("webhook-id-reused", "warning")}


def test_a_stale_read_is_a_note() -> None:
    observed = [saw("PENDING", 2), saw("CREATED", 1)]
    assert found(judged(observed)) == {("stale-read", "note")}


def test_a_fixed_fact_that_changes_is_a_warning() -> None:
    observed = [saw("CREATED", 1, facts=PRE), saw("PENDING", 2, facts=DIRECT)]
    assert found(judged(observed)) == {("fact-changed", "warning")}


@pytest.mark.parametrize(
    ("status", "money", "severity"),
    [
        ("PROCESSED", {"captured": 1200, "ordered": 1100}, "error"),
        ("PARTIALLY_REFUNDED", {"captured": 1000, "refunded": 1200}, "error"),
        ("PARTIALLY_REFUNDED", {"captured": 1000, "refunded": 1000}, "error"),
        ("PARTIALLY_REFUNDED", {"captured": 1000, "refunded": 0}, "error"),
        ("FULLY_REFUNDED", {"captured": 1000, "refunded": 999}, "error"),
        ("PROCESSED", {"captured": 1000, "refunded": 1}, "error"),
        ("AUTHORIZED", {"authorised": 900, "ordered": 1000}, "warning"),
        ("PARTIALLY_REFUNDED", {"captured": 1000, "refunded": 1}, None),
        ("FULLY_REFUNDED", {"captured": 1000, "refunded": 1000}, None),
    ],
)
def test_amounts_must_add_up(status: str, money: dict[str, int], severity: str | None) -> None:
    assert found(judged([saw(status, 1, money=money)])) == (
        {("money-inconsistent", severity)} if severity else set()
    )


def test_a_state_is_not_accused_with_older_refunds() -> None:
    observed = [
        saw("PARTIALLY_REFUNDED", 1, money={"captured": 1000, "refunded": 300}),
        saw("FULLY_REFUNDED", 2, money={"captured": 1000}),
    ]
    assert found(judged(observed)) == set()


def refund(name: str, amount: int, at_s: float, status: str = "PROCESSED") -> Observation:
    return saw(status, at_s, life_cycle="shop.refund", subject=name, parent="o1", money={"refunded": amount})


def test_refunds_that_together_exceed_the_capture_are_found() -> None:
    order = saw("PROCESSED", 1, money={"captured": 1000, "ordered": 1000})
    verdicts = judge(CYCLES, [order, refund("r1", 600, 2), refund("r2", 600, 3)])
    assert found(verdicts[0]) == {("money-inconsistent", "error")}
    assert "refunded = 1200" in verdicts[0].findings[0].message


def test_a_refund_counts_once_and_only_when_it_succeeded() -> None:
    order = saw("PROCESSED", 1, money={"captured": 1000, "ordered": 1000})
    refunds = [refund("r1", 600, 2, "PENDING"), refund("r1", 600, 3), refund("r2", 600, 4, "FAILED")]
    assert found(judge(CYCLES, [order, *refunds])[0]) == set()


def test_an_amount_in_the_wrong_unit_is_a_warning() -> None:
    assert found(judged([saw("PENDING", 1, unreadable=("ordered",))])) == {("money-unreadable", "warning")}


def test_each_object_is_judged_for_itself() -> None:
    observed = [
        saw("CREATED", 1),
        saw("PROCESSED", 1, subject="o2"),
        saw("PENDING", 2),
        saw("PENDING", 2, subject="o2"),
    ]
    verdicts = {one.subject: one.verdict for one in judge(CYCLES, observed)}
    assert verdicts == {"o1": "kept", "o2": "broken"}


def test_ids_and_amounts_stay_out_of_fingerprints() -> None:
    first, second = (
        judged([saw("PENDING", 1, subject=name), saw("CREATED", 2, subject=name)]) for name in "ab"
    )
    assert first.findings[0].fingerprint == second.findings[0].fingerprint


def test_an_attempt_that_a_row_allows_gives_no_finding() -> None:
    assert attempt(ORDER, "AUTHORIZED", "captureOrder", PRE) == []


@pytest.mark.parametrize(("state", "trigger"), [("PENDING", "captureOrder"), ("PROCESSED", "cancelOrder")])
def test_an_attempt_that_succeeds_against_the_table_is_an_error(state: str, trigger: str) -> None:
    (finding,) = attempt(ORDER, state, trigger, PRE)
    assert (finding.rule, finding.severity) == ("life-cycle-operation-not-allowed", Severity.ERROR)


SETTINGS: dict[str, Any] = {"switches": {"failed_attempt": "ATTEMPTED"}}
WALKS = cover(ORDER, **SETTINGS).walks


def sights(index: int, source: str = "webhook") -> list[Observation]:
    walk = WALKS[index]
    return [
        saw(row.target, 100.0 + step, source=source, delivery=f"m{step}", facts=walk.facts)
        for step, row in enumerate(walk.rows)
    ]


@given(st.integers(0, len(WALKS) - 1), st.sampled_from(["poll", "webhook"]))
def test_an_honest_walk_gives_no_finding(index: int, source: str) -> None:
    assert judged(sights(index, source), **SETTINGS).findings == ()


@given(st.integers(0, len(WALKS) - 1), st.integers(0, 2**31), st.integers(0, 3))
def test_an_honest_walk_breaks_nothing_however_its_webhooks_arrive(index: int, seed: int, again: int) -> None:
    arrived = sights(index)
    shuffle = random.Random(seed)
    arrived += shuffle.choices(arrived, k=again)
    shuffle.shuffle(arrived)
    result = judged(arrived, **SETTINGS)
    assert result.verdict == "kept"
    assert {finding.rule for finding in result.findings} <= ARRIVAL
    assert result.path == tuple(state for state, _ in groupby(row.target for row in WALKS[index].rows))


anything = st.lists(
    st.tuples(
        st.sampled_from([*ORDER.states, "ODD"]), st.integers(1, 6), st.integers(0, 3), st.integers(0, 5)
    ),
    max_size=7,
)


@given(anything, st.integers(0, 2**31))
def test_the_order_of_arrival_of_dated_webhooks_changes_no_finding(
    drawn: list[tuple[str, int, int, int]], seed: int
) -> None:
    arrived = [
        saw(status, at, source="webhook", delivery=f"m{name}" if name else "", money={"refunded": amount})
        for status, at, name, amount in drawn
    ]
    shuffled = arrived[:]
    random.Random(seed).shuffle(shuffled)
    first, second = judge(CYCLES, arrived), judge(CYCLES, shuffled)
    assert [one.path for one in first] == [one.path for one in second]
    for one, other in zip(first, second, strict=True):
        kept = [
            sorted(
                (f.rule, f.location.pointer, f.message, f.count)
                for f in judgement.findings
                if f.rule not in ARRIVAL
            )
            for judgement in (one, other)
        ]
        assert kept[0] == kept[1]
