from tests.lifecycle.tables import OPERATIONS, ORDER

from payproof.lifecycle import Moved, advance, cover, forbidden, read, walks


def test_a_shortest_walk_leads_to_each_state_that_can_be_reached_today() -> None:
    found = {state: str(walk) for state, walk in walks(ORDER).items()}
    assert found == {
        "CREATED": "(new) -> CREATED",
        "PENDING": "(new) -> CREATED -> PENDING",
        "AUTHORIZED": "(new) -> CREATED -> PENDING -> AUTHORIZED",
        "PROCESSED": "(new) -> CREATED -> PENDING -> PROCESSED",
        "CANCELLED": "(new) -> CREATED -> PENDING -> AUTHORIZED -> CANCELLED",
        "FAILED": "(new) -> CREATED -> PENDING -> FAILED",
        "PARTIALLY_REFUNDED": "(new) -> CREATED -> PENDING -> PROCESSED -> PARTIALLY_REFUNDED",
        "FULLY_REFUNDED": "(new) -> CREATED -> PENDING -> PROCESSED -> FULLY_REFUNDED",
    }


def test_a_walk_keeps_to_the_facts_it_is_given() -> None:
    assert "AUTHORIZED" not in walks(ORDER, {"pre_auth": False})
    assert "CANCELLED" not in walks(ORDER, {"pre_auth": False})
    assert str(walks(ORDER, {"pre_auth": True})["PROCESSED"]).endswith("AUTHORIZED -> PROCESSED")


def test_planned_rows_and_settled_switches_open_new_ways() -> None:
    assert len(walks(ORDER, availability="planned")["CANCELLED"].rows) == 2
    assert "ATTEMPTED" in walks(ORDER, switches={"failed_attempt": "ATTEMPTED"})


def test_every_row_in_force_is_taken_by_the_cover() -> None:
    result = cover(ORDER, switches={"failed_attempt": "ATTEMPTED"})
    taken = {id(row) for walk in result.walks for row in walk.rows}
    assert {row.row for row in ORDER.transitions if id(row) not in taken} == {10}
    assert result.unreachable == ()


def test_no_walk_of_the_cover_is_the_beginning_of_another() -> None:
    chosen = cover(ORDER).walks
    for walk in chosen:
        assert not any(other.rows[: len(walk.rows)] == walk.rows for other in chosen if other is not walk)


def test_a_row_out_of_reach_is_named() -> None:
    rows = [{"from": "B", "to": "C", "trigger": "go"}]
    cycle = read("island", {"initial": "A", "states": ["A", "B", "C"], "transitions": rows})
    assert cover(cycle).unreachable == cycle.transitions


def test_each_step_of_every_walk_is_allowed_by_advance() -> None:
    for availability in ("current", "planned"):
        settings = {"failed_attempt": "ATTEMPTED"}
        for walk in cover(ORDER, switches=settings, availability=availability).walks:
            for index, row in enumerate(walk.rows):
                outcome = advance(
                    ORDER,
                    row.source,
                    row.trigger,
                    walk.step_facts(index),
                    switches=settings,
                    availability=availability,
                )
                assert outcome == Moved(row.target, row)


def test_a_walk_names_the_events_that_no_operation_can_cause() -> None:
    walk = walks(ORDER, {"pre_auth": True})["PROCESSED"]
    assert walk.outside(OPERATIONS) == ("payment-succeeds",)


def test_forbidden_moves_are_all_operations_in_all_states_that_no_row_allows() -> None:
    bans = {(ban.state, ban.trigger) for ban in forbidden(ORDER, OPERATIONS, {"pre_auth": True})}
    reachable = walks(ORDER, {"pre_auth": True})
    allowed = {("CREATED", "createPayment"), ("AUTHORIZED", "captureOrder"), ("AUTHORIZED", "cancelOrder")}
    triggers = ("createPayment", "captureOrder", "cancelOrder")
    assert bans == {(state, name) for state in reachable for name in triggers} - allowed


def test_without_pre_authorisation_capture_is_forbidden_everywhere() -> None:
    bans = [ban for ban in forbidden(ORDER, OPERATIONS, {"pre_auth": False}) if ban.trigger == "captureOrder"]
    assert {ban.state for ban in bans} == set(walks(ORDER, {"pre_auth": False}))
    assert {ban.evidence for ban in bans} == {"documented"}


def test_a_ban_names_the_planned_row_that_would_lift_it() -> None:
    bans = forbidden(ORDER, OPERATIONS, {"pre_auth": True})
    ban = next(ban for ban in bans if (ban.state, ban.trigger) == ("PENDING", "cancelOrder"))
    assert [row.row for row in ban.planned] == [10]
    assert ban.facts == {"pre_auth": True}


def test_what_an_unsettled_switch_may_allow_is_not_forbidden() -> None:
    table = {
        "initial": "A",
        "states": ["A"],
        "transitions": [{"from": "A", "to": "A", "trigger": "again", "switch": {"s": "on"}}],
    }
    cycle = read("loop", table)
    assert list(forbidden(cycle, {"again"})) == []
    assert [ban.trigger for ban in forbidden(cycle, {"again"}, switches={"s": "off"})] == ["again"]
