from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.errors import UnreadableInput
from payproof.lifecycle.values import amount, fact, parse, parse_quietly, seconds


@pytest.mark.parametrize(
    "value",
    [
        "2024-07-15T05:44:51Z",
        "2024-07-15T05:44:51.000000000Z",
        "2024-07-15T11:14:51+05:30",
        "2024-07-15 05:44:51",
        1721022291,
        "1721022291",
        1721022291000,
        1721022291.0,
    ],
)
def test_a_time_is_read_in_every_form_that_gateways_send(value: Any) -> None:
    assert seconds(value) == 1721022291.0


@pytest.mark.parametrize("value", [None, True, "", "soon", -1, 0, 1e300, float("nan"), "9" * 30, [], 10**400])
def test_what_is_no_time_is_none(value: Any) -> None:
    assert seconds(value) is None


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1100, "minor", Decimal(1100)),
        (True, "minor", None),
        ("1100", "minor", None),
        (Decimal("11.0"), "minor", None),
        ("11.00", "decimal", Decimal("11.00")),
        (Decimal("11.5"), "decimal", Decimal("11.5")),
        ("NaN", "decimal", None),
        ("1e999", "decimal", None),
        ("ten", "decimal", None),
        (None, "decimal", None),
    ],
)
def test_an_amount_is_read_only_in_its_unit(value: Any, unit: str, expected: Decimal | None) -> None:
    assert amount(value, unit) == expected


def test_booleans_sent_as_text_are_facts_of_the_same_kind() -> None:
    assert [fact("false"), fact("True"), fact(False), fact("card")] == [False, True, False, "card"]


def test_numbers_in_json_keep_their_digits() -> None:
    assert parse('{"a": 0.10}', "x")["a"].as_tuple().exponent == -2


@pytest.mark.parametrize("line", ["", "{", "NaN", '{"a": Infinity}', "[" * 100_000, b"\xff", "1" * 5000])
def test_a_line_that_is_not_json_names_its_place(line: str | bytes) -> None:
    with pytest.raises(UnreadableInput) as refused:
        parse(line, "log.ndjson:7")
    assert refused.value.where == "log.ndjson:7"
    assert parse_quietly(line) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_no_value_makes_the_readers_raise(value: Any) -> None:
    seconds(value)
    amount(value, "minor")
    amount(value, "decimal")
