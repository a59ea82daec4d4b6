"""What came over the wire is kept: order, number texts, repeated keys, and bytes that are not text."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.signing.fields import (
    MISSING,
    DuplicateKeys,
    Number,
    Pairs,
    UnreadableBody,
    as_pairs,
    at_pointer,
    bytes_of_text,
    find,
    parse_form,
    parse_json,
    query_of,
    text_of_bytes,
)


def test_keys_stay_in_order_and_numbers_keep_their_text() -> None:
    tree = parse_json('{"b":10.50,"a":{"c":[1E2,null]},"b":-0}')
    assert tree == [("b", "10.50"), ("a", [("c", ["1E2", None])]), ("b", "-0")]
    assert type(tree) is Pairs
    assert type(tree[0][1]) is Number


json_values = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(-(10**20), 10**20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def plain(value: Any) -> Any:
    if type(value) is Pairs:
        return {name: plain(item) for name, item in value}
    if type(value) is list:
        return [plain(item) for item in value]
    return int(value) if type(value) is Number else value


@given(json_values, st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(value: Any, escaped: bool) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    assert plain(parse_json(text)) == value
    assert as_pairs(parse_json(text, unrepeated=True)) == parse_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "[1,]",
        "{'a':1}",
        '{"a":1}x',
        "NaN",
        "Infinity",
        "-",
        "01",
        '"\n"',
        "\ufeff{}",
        "[" * 100_000,
    ],
)
def test_what_is_not_json_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableBody):
        parse_json(text.encode())


@given(st.binary())
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with contextlib.suppress(UnreadableBody):
        parse_json(body)


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '[{"b":{"c":1,"d":2,"c":3}}]', '{"\\u0061":1,"a":1}'])
def test_repeated_keys_are_refused_at_any_depth_when_asked_for(text: str) -> None:
    with pytest.raises(DuplicateKeys, match="stands twice"):
        parse_json(text, unrepeated=True)


def test_the_last_of_repeated_keys_is_found() -> None:
    assert find(parse_json('{"a":1,"a":2}'), "a") == "2"
    assert find([], "a") is MISSING


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", None),
        ("/a~1b", "1"),
        ("/m~0n", "2"),
        ("/l/1", "4"),
        ("/l/9", MISSING),
        ("/l/-1", MISSING),
        ("/x/y", MISSING),
    ],
)
def test_pointers_are_followed(pointer: str, expected: object) -> None:
    text = '{"a/b":1,"m~n":2,"l":[3,4]}'
    for tree in (parse_json(text), parse_json(text, unrepeated=True)):
        assert at_pointer(tree, pointer) == (tree if expected is None else expected)


@given(st.binary())
def test_bytes_kept_in_text_come_back(raw: bytes) -> None:
    assert bytes_of_text(text_of_bytes(raw)) == raw


@given(st.text(st.characters()), st.text(st.characters()))
def test_two_texts_of_json_have_two_forms_in_bytes(one: str, other: str) -> None:
    assert (bytes_of_text(one) == bytes_of_text(other)) == (one == other)


def test_escaped_halves_of_characters_are_not_taken_for_bytes() -> None:
    assert bytes_of_text("\udcc3\udca9") != "é".encode()
    assert bytes_of_text("\ud800") == b"\xed\xa0\x80"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a=1&b=2", [("a", "1"), ("b", "2")]),
        ("a&b=&=c&&", [("a", ""), ("b", ""), ("", "c")]),
        ("a+b=%2B%20&%61=x=y", [("a b", "+ "), ("a", "x=y")]),
        ("a=%zz%", [("a", "%zz%")]),
        ("a=%ff", [("a", "\udcff")]),
    ],
)
def test_forms_are_read_leniently_and_in_order(text: str, expected: list[tuple[str, str]]) -> None:
    assert parse_form(text) == expected


def test_a_form_can_be_left_encoded_and_can_refuse_repeated_names() -> None:
    assert parse_form("a=%20+", decode=False) == [("a", "%20+")]
    with pytest.raises(DuplicateKeys):
        parse_form("a=1&%61=2", unrepeated=True)


@pytest.mark.parametrize(
    ("target", "query"),
    [("/x?a=1", "a=1"), ("/x", ""), ("/x?a?b#c?d", "a?b"), ("/x#a?b", ""), ("https://h/x?q", "q")],
)
def test_the_query_is_cut_out_of_a_target(target: str, query: str) -> None:
    assert query_of(target) == query
