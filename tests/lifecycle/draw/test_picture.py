from tests.lifecycle.tables import ORDER, REFUND

from payproof.lifecycle.draw import picture


def edges(**chosen: object) -> set[tuple[str, str, str]]:
    settings = {"facts": {}, "switches": {}, "show": "all", **chosen}
    shown = picture(ORDER, settings["facts"], settings["switches"], settings["show"])  # type: ignore[arg-type]
    return {(edge.source, edge.target, edge.style) for edge in shown.edges}


def test_today_leaves_out_what_is_planned() -> None:
    assert edges(show="planned") - edges(show="current") == {
        ("CREATED", "CANCELLED", "planned"),
        ("PENDING", "CANCELLED", "planned"),
    }


def test_rows_that_the_facts_exclude_are_left_out() -> None:
    shown = edges(facts={"pre_auth": False})
    assert ("PENDING", "AUTHORIZED", "today") not in shown
    assert ("PENDING", "PROCESSED", "today") in shown


def test_what_starts_in_a_state_out_of_reach_is_left_out_and_the_state_named() -> None:
    shown = picture(ORDER, {"pre_auth": False}, {}, "current")
    assert shown.absent == ("AUTHORIZED", "CANCELLED")
    assert not any(edge.source == "AUTHORIZED" for edge in shown.edges)


def test_a_switch_opens_a_row_or_moves_it_to_the_other_setting() -> None:
    row = ("PENDING", "ATTEMPTED")
    assert (*row, "open") in edges()
    assert (*row, "today") in edges(switches={"failed_attempt": "ATTEMPTED"}, show="current")
    assert (*row, "other") in edges(switches={"failed_attempt": "PENDING"})
    assert not [
        edge for edge in edges(switches={"failed_attempt": "PENDING"}, show="planned") if edge[:2] == row
    ]


def test_a_condition_that_is_given_is_not_repeated_on_the_label() -> None:
    given = picture(ORDER, {"pre_auth": True}, {}, "current")
    label = next(edge.labels[0] for edge in given.edges if edge.target == "AUTHORIZED")
    assert (label.trigger, label.condition, label.evidence) == ("payment-succeeds", "", "documented")


def test_a_table_without_a_creating_row_still_has_a_start() -> None:
    assert [
        (edge.source, edge.target) for edge in picture(REFUND, {}, {}, "all").edges if not edge.labels
    ] == [("", "PENDING")]
