"""What is taken of a message: the right place, path ids, parts, and never an exception for odd bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.model import Message
from payproof.signing.bodytext import RAW, BodyText, JsonStyle
from payproof.signing.fields import MISSING, Pairs
from payproof.signing.source import PartRef, Source, part_text, path_id, path_segments, take

FORM = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)


@pytest.mark.parametrize(
    ("place", "message", "expected"),
    [
        ("body", Message("POST", "/?q=1", (), b'{"a":1}'), [("a", "1")]),
        ("body", Message("POST", "/?q=1", FORM, b"a=1"), [("a", "1")]),
        ("query", Message("POST", "/?q=1", FORM, b"a=1"), [("q", "1")]),
        ("form", Message("POST", "/?q=1", (), b"a=1"), [("a", "1")]),
        ("return-url", Message("GET", "/?q=1"), [("q", "1")]),
        ("return-url", Message("POST", "/?q=1", FORM, b"a=1"), [("a", "1")]),
        ("headers", Message("GET", "/", (("H", "1"),)), [("H", "1")]),
    ],
)
def test_fields_come_from_the_place(place: str, message: Message, expected: list[tuple[str, str]]) -> None:
    assert take(Source(place), message).fields == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("unrepeated", [False, True])
def test_the_path_s_id_can_count_as_a_field(unrepeated: bool) -> None:
    message = Message("POST", "/transaction/12-3/refund", (), b'{"a":"b"}')
    first = take(Source(path_id="first"), message, unrepeated=unrepeated).fields
    last = take(Source(path_id="last"), message, unrepeated=unrepeated).fields
    assert (first, last) == ([("id", "12-3"), ("a", "b")], [("a", "b"), ("id", "12-3")])
    assert type(first) is Pairs


@pytest.mark.parametrize(
    ("target", "segments", "found"),
    [
        (
            "/v1/merchant/transaction/88-4/refund?x=1#f",
            ["v1", "merchant", "transaction", "88-4", "refund"],
            "88-4",
        ),
        ("https://h.example/api/orders/7", ["api", "orders", "7"], "7"),
        ("/a%2Fb/%ff", ["a/b", "\udcff"], "\udcff"),
        ("", [], ""),
    ],
)
def test_paths_are_split_and_decoded(target: str, segments: list[str], found: str) -> None:
    assert (path_segments(target), path_id(target)) == (segments, found)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (PartRef("header", "x-id"), "7"),
        (PartRef("header", "x-none"), MISSING),
        (PartRef("body"), '{"request":"e30="}'),
        (PartRef("field", "request"), "e30="),
        (PartRef("field", "none"), MISSING),
        (PartRef("query", "q"), "é"),
        (PartRef("path", "0"), "v2"),
        (PartRef("path", "-1"), "pay"),
        (PartRef("path", "9"), MISSING),
        (PartRef("method"), "POST"),
        (PartRef("target"), "/v2/pay?q=%C3%A9"),
        (PartRef("literal", "."), "."),
    ],
)
def test_each_part_gives_its_text(ref: PartRef, expected: object) -> None:
    message = Message("POST", "/v2/pay?q=%C3%A9", (("X-Id", "7"),), b'{"request":"e30="}')
    assert part_text(ref, take(Source(), message), RAW) == expected


def test_a_field_in_base64_is_written_again_only_when_asked_for() -> None:
    taken = take(Source(), Message("POST", "/", (), b'{"request":"eyJhIjoxfQ=="}'))
    style = BodyText(JsonStyle(separators="spaced"))
    assert part_text(PartRef("field", "request"), taken, style) == '{"a": 1}'
    odd = take(Source(), Message("POST", "/", (), b'{"request":"***"}'))
    assert part_text(PartRef("field", "request"), odd, style) == "***"


def test_nothing_is_parsed_until_it_is_asked_for() -> None:
    taken = take(Source(), Message("POST", "/", (), b"not JSON"))
    assert part_text(PartRef("body"), taken, RAW) == "not JSON"


@given(st.text(st.characters()))
def test_no_target_raises(target: str) -> None:
    assert isinstance(path_id(target), str)
    assert isinstance(take(Source("query"), Message("GET", target)).fields, Pairs)
