from decimal import Decimal

import pytest

from payproof.errors import SpecError
from payproof.lifecycle.money import parse_rule


def holds(text: str, **amounts: int) -> bool | None:
    return parse_rule(text).holds({name: Decimal(value) for name, value in amounts.items()})


def test_a_chain_holds_only_when_each_comparison_does() -> None:
    assert holds("0 < refunded < captured", refunded=1, captured=2) is True
    assert holds("0 < refunded < captured", refunded=2, captured=2) is False
    assert holds("0 < refunded < captured", refunded=0, captured=2) is False


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ("<", (True, False, False)),
        ("<=", (True, True, False)),
        ("=", (False, True, False)),
        ("!=", (True, False, True)),
        (">=", (False, True, True)),
        (">", (False, False, True)),
    ],
)
def test_each_sign_compares_as_it_is_written(sign: str, expected: tuple[bool, bool, bool]) -> None:
    assert tuple(holds(f"left {sign} 5", left=left) for left in (4, 5, 6)) == expected


def test_an_unknown_amount_leaves_the_rule_undecided_unless_the_rest_breaks_it() -> None:
    assert holds("0 < refunded < captured", refunded=1) is None
    assert holds("0 < refunded < captured", refunded=0) is False


def test_names_are_given_once_and_without_numbers() -> None:
    assert parse_rule("0 < refunded < captured").names == ("refunded", "captured")


@pytest.mark.parametrize("text", ["", "refunded", "refunded <", "a < b c", "A < b", "a << b", "a < -1"])
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match="no comparison"):
        parse_rule(text)
