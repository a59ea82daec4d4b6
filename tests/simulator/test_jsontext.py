"""JSON is written in the order given, with the number lexemes that were signed."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.signing.fields import UnreadableBody, parse_json
from payproof.simulator.jsontext import Lexeme, dumps, encoded, number_text, plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("11", "11"),
        ("11.00", "11"),
        ("0.22", "0.22"),
        ("1700", "1700"),
        ("250.50", "250.5"),
        ("1E+3", "1000"),
    ],
)
def test_an_amount_has_one_text(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999999", "1e-999999"])
def test_what_is_no_amount_is_not_written(value: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number_text(Decimal(value))


def test_keys_keep_their_order_and_lexemes_their_text() -> None:
    assert (
        dumps({"b": Lexeme("10.50"), "a": [True, None, {}, [], "x/y"]})
        == '{"b":10.50,"a":[true,null,{},[],"x/y"]}'
    )


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        dumps({"amount": 0.1})


def test_letters_stay_letters_and_a_lone_surrogate_is_escaped() -> None:
    assert encoded("धन्यवाद") == '"धन्यवाद"'.encode()
    assert encoded("\ud800") == b'"\\ud800"'


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_TREES)
def test_what_is_written_reads_back_the_same(tree: object) -> None:
    assert json.loads(encoded(tree)) == tree


def test_parsed_fields_become_plain_values_and_the_last_of_a_repeated_key_counts() -> None:
    assert plain(parse_json(b'{"a":1.50,"a":2.50,"b":[true,{"c":null}]}')) == {
        "a": Decimal("2.50"),
        "b": [True, {"c": None}],
    }


def test_a_body_that_is_nested_too_deeply_is_unreadable() -> None:
    with pytest.raises(UnreadableBody):
        plain(parse_json(b"[" * 100 + b"]" * 100))


def test_a_number_beyond_any_range_is_unreadable_or_a_value_but_no_crash() -> None:
    for lexeme in (b"1e9999999999999999999", b"1e-9999999999999999999", b"9" * 5000):
        try:
            assert isinstance(plain(parse_json(lexeme)), Decimal)
        except UnreadableBody:
            pass
