from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lifecycle.tables import ORDER, REFUND

from payproof.lifecycle import BEFORE, Moved, Refused, advance

PRE, DIRECT = {"pre_auth": True}, {"pre_auth": False}


def moved(state: str, trigger: str, facts: Mapping[str, object], **more: object) -> str:
    outcome = advance(ORDER, state, trigger, facts, **more)  # type: ignore[arg-type]
    assert isinstance(outcome, Moved), outcome
    return outcome.state


def refused(state: str, trigger: str, facts: Mapping[str, object], **more: object) -> Refused:
    outcome = advance(ORDER, state, trigger, facts, **more)  # type: ignore[arg-type]
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_creation_is_a_step_like_any_other() -> None:
    assert moved(BEFORE, "createOrder", {}) == "CREATED"


def test_facts_choose_between_two_rows_of_one_trigger() -> None:
    assert moved("PENDING", "payment-succeeds", PRE) == "AUTHORIZED"
    assert moved("PENDING", "payment-succeeds", DIRECT) == "PROCESSED"


def test_capture_while_pending_is_refused_and_names_the_row_that_allows_it() -> None:
    refusal = refused("PENDING", "captureOrder", PRE)
    assert refusal.reason == "wrong-state"
    assert [row.row for row in refusal.rows] == [6]
    assert "AUTHORIZED -> PROCESSED on captureOrder" in refusal.message


@pytest.mark.parametrize(
    ("state", "trigger", "facts", "reason", "rows"),
    [
        ("CANCELLED", "captureOrder", PRE, "final-state", [6]),
        ("PENDING", "payment-succeeds", {}, "fact-missing", [3, 4]),
        ("AUTHORIZED", "captureOrder", DIRECT, "condition-not-met", [6]),
        ("PENDING", "cancelOrder", PRE, "only-planned", [10]),
        ("PENDING", "attempt-fails", PRE, "switch-unsettled", [11]),
        ("PENDING", "fly", PRE, "unknown-trigger", []),
        ("SHIPPED", "captureOrder", PRE, "unknown-state", []),
    ],
)
def test_each_kind_of_refusal_names_its_rows(
    state: str, trigger: str, facts: Mapping[str, object], reason: str, rows: list[int]
) -> None:
    refusal = refused(state, trigger, facts)
    assert (refusal.reason, [row.row for row in refusal.rows]) == (reason, rows)
    assert not refusal


def test_planned_rows_move_when_the_planned_life_cycle_is_asked_for() -> None:
    assert moved("PENDING", "cancelOrder", PRE, availability="planned") == "CANCELLED"


def test_a_switch_turns_its_row_on_and_off() -> None:
    assert moved("PENDING", "attempt-fails", PRE, switches={"failed_attempt": "ATTEMPTED"}) == "ATTEMPTED"
    assert (
        refused("PENDING", "attempt-fails", PRE, switches={"failed_attempt": "PENDING"}).reason
        == "switched-off"
    )


def test_a_trigger_with_two_targets_needs_the_wanted_one() -> None:
    from payproof.lifecycle import read

    rows = [{"from": "A", "to": "B", "trigger": "go"}, {"from": "A", "to": "C", "trigger": "go"}]
    cycle = read("fork", {"initial": "A", "states": ["A", "B", "C"], "transitions": rows})
    outcome = advance(cycle, "A", "go")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "ambiguous"
    assert advance(cycle, "A", "go", to="C") == Moved("C", cycle.transitions[1])


texts = st.one_of(st.sampled_from([*ORDER.states, BEFORE]), st.text(max_size=8))
triggers = st.one_of(st.sampled_from(sorted({row.trigger for row in ORDER.transitions})), st.text(max_size=8))
facts = st.fixed_dictionaries(
    {}, optional={"pre_auth": st.booleans(), "refund": st.sampled_from(["part", "rest", "odd"])}
)


@given(
    state=texts,
    trigger=triggers,
    known=facts,
    setting=st.sampled_from([{}, {"failed_attempt": "ATTEMPTED"}, {"failed_attempt": "PENDING"}]),
    availability=st.sampled_from(["current", "planned"]),
)
def test_advance_never_leaves_the_states_and_moves_only_along_a_row(
    state: str, trigger: str, known: dict[str, object], setting: dict[str, str], availability: str
) -> None:
    outcome = advance(ORDER, state, trigger, known, switches=setting, availability=availability)  # type: ignore[arg-type]
    if isinstance(outcome, Moved):
        assert outcome.state in ORDER.states
        assert outcome.row in ORDER.transitions
        assert (outcome.row.source, outcome.row.trigger) == (state, trigger)
        assert outcome.row.holds(known)
    else:
        assert outcome.message


def test_a_table_without_conditions_needs_no_facts() -> None:
    assert advance(REFUND, "PENDING", "acquirer-accepts")
