import pytest
from tests.lifecycle.tables import ORDER, raw

from payproof.errors import SpecError
from payproof.lifecycle import BEFORE, read, read_all


def test_a_row_with_two_sources_becomes_two_transitions_with_one_number() -> None:
    rows = [row for row in ORDER.transitions if row.row == 8]
    assert [(row.source, row.target) for row in rows] == [
        ("PROCESSED", "PARTIALLY_REFUNDED"),
        ("PARTIALLY_REFUNDED", "PARTIALLY_REFUNDED"),
    ]


def test_a_row_from_null_creates_the_object() -> None:
    assert ORDER.transitions[0].source == BEFORE
    assert ORDER.start == BEFORE


def test_a_table_without_such_a_row_starts_in_its_initial_state() -> None:
    table = raw()["shop.refund"]
    assert read("shop.refund", table).start == "PENDING"


def test_a_row_inherits_the_evidence_of_the_table_unless_it_gives_its_own() -> None:
    evidence = {row.row: row.evidence for row in ORDER.transitions}
    assert (evidence[2], evidence[5]) == ("documented", "inferred")


def test_a_row_says_all_of_itself() -> None:
    by_row = {row.row: str(row) for row in ORDER.transitions}
    assert by_row[3] == "row 3: PENDING -> AUTHORIZED on payment-succeeds when pre_auth = true"
    assert by_row[10] == "row 10: PENDING -> CANCELLED on cancelOrder (planned)"
    assert by_row[11] == "row 11: PENDING -> ATTEMPTED on attempt-fails if failed_attempt = ATTEMPTED"


def test_conditions_without_a_declaration_are_fixed_facts_and_booleans_have_both_values() -> None:
    table = raw()["shop.order"]
    del table["facts"]
    facts = read("shop.order", table).facts
    assert facts["pre_auth"].values == (False, True)
    assert facts["refund"].fixed
    assert facts["refund"].values == ("part", "rest")


def test_finality_may_stand_in_a_list() -> None:
    table = {"initial": "A", "states": ["A", "B"], "final": ["B"], "transitions": [{"from": "A", "to": "B"}]}
    cycle = read("x", table)
    assert [state.final for state in cycle.states.values()] == [False, True]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"initial": "NOWHERE"}, "no state"),
        ({"states": None}, "needs `states`"),
        ({"closed": "surely"}, "evidence"),
        ({"amounts": "euros"}, "amounts"),
        ({"final": ["NOWHERE"]}, "no state"),
        ({"money": ["captured"]}, "no comparison"),
        ({"transitions": [{"from": "CREATED", "to": "NOWHERE"}]}, "no state"),
        ({"transitions": [{"from": "FAILED", "to": "PENDING"}]}, "is final"),
        ({"transitions": ["CREATED"]}, "needs `to`"),
        ({"transitions": [{"from": "CREATED", "to": "PENDING", "availability": "soon"}]}, "availability"),
        ({"counts": {"as": "refunded"}}, "counts"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_and_names_the_spot(
    change: dict[str, object], what: str
) -> None:
    table = {**raw()["shop.order"], **change}
    with pytest.raises(SpecError, match=what) as refused:
        read("shop.order", table, where="openapi.yaml#/x-life-cycles/shop.order")
    assert refused.value.where.startswith("openapi.yaml#/x-life-cycles/shop.order")


def test_a_count_for_an_unknown_life_cycle_is_refused() -> None:
    tables = raw()
    tables["shop.refund"]["counts"]["life-cycle"] = "shop.parcel"
    with pytest.raises(SpecError, match=r"shop\.parcel"):
        read_all(tables)
