"""Values are read leniently where the documents leave the form open, strictly where money is meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from payproof.simulator.reading import amount, flag, whole


@pytest.mark.parametrize("value", [True, "true", "TRUE", "1", Decimal(1)])
def test_the_usual_ways_to_say_yes(value: Any) -> None:
    assert flag(value) is True


@pytest.mark.parametrize("value", [False, "false", "0", "", None, [], Decimal(0), "yes please"])
def test_anything_else_is_no(value: Any) -> None:
    assert flag(value) is False


@pytest.mark.parametrize(
    ("value", "sum_"), [("10.50", "10.50"), (Decimal("250.5"), "250.5"), ("0", "0"), ("7", "7")]
)
def test_amounts_are_read_from_text_and_number(value: Any, sum_: str) -> None:
    assert amount(value) == Decimal(sum_)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-1",
        "1.005",
        "1e3",
        " 1",
        "१०",
        "1,000",
        "NaN",
        "." * 3,
        None,
        True,
        [],
        Decimal("1e30"),
        Decimal("NaN"),
        Decimal("-1"),
        "9" * 50,
    ],
)
def test_what_is_no_amount_is_none(value: Any) -> None:
    assert amount(value) is None


@pytest.mark.parametrize(
    ("value", "number"), [("3", 3), (Decimal("2"), 2), ("x", 9), (None, 9), ("²", 9), (Decimal("1.5"), 9)]
)
def test_whole_numbers_fall_back(value: Any, number: int) -> None:
    assert whole(value, 9) == number
