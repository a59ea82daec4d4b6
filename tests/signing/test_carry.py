"""A signature is put where it travels and read off again; nothing else of the message changes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signing.schemes import SCHEMES

from payproof.errors import UsageError
from payproof.model import Message
from payproof.signing import Recipe, attach, load_scheme, received_signature
from payproof.signing.fields import Pairs, parse_json

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
signatures = st.text(st.characters(codec="utf-8"), min_size=1)


def recipe(name: str, **more: Any) -> Recipe:
    found = load_scheme(SCHEMES, name, **more)
    assert isinstance(found, Recipe)
    return found


def without(tree: Any, name: str) -> Any:
    return Pairs(row for row in tree if row[0] != name)


@given(signatures, st.dictionaries(st.text(), st.text() | st.none() | st.lists(st.integers())), st.booleans())
def test_a_json_body_gives_the_signature_back_and_keeps_the_rest(
    signature: str, fields: dict[str, Any], indented: bool
) -> None:
    body = json.dumps(fields, indent=2 if indented else None).encode()
    message = attach(recipe("paykun.request"), Message("POST", "/", (), body), signature)
    assert received_signature(recipe("paykun.request"), message) == signature
    assert without(parse_json(message.body), "signature") == without(parse_json(body), "signature")


@given(signatures, st.lists(st.tuples(st.text("ab&=%+ é#?"), st.text("ab&=%+ é#?"))))
def test_a_query_gives_the_signature_back_and_keeps_the_rest(
    signature: str, pairs: list[tuple[str, str]]
) -> None:
    from urllib.parse import urlencode

    query = urlencode(pairs)
    scheme = recipe("paykun.request", source="query")
    message = attach(scheme, Message("GET", f"/orders/1?{query}"), signature)
    assert received_signature(scheme, message) == signature
    assert message.target.startswith(f"/orders/1?{query}")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/x", "/x?signature=S"),
        ("/x?", "/x?signature=S"),
        ("/x?a=1", "/x?a=1&signature=S"),
        ("/x?a=1&&b=%20+&", "/x?a=1&&b=%20+&&signature=S"),
        ("/x?signature=old&a=1", "/x?signature=S&a=1"),
        ("/x?a=1#part", "/x?a=1&signature=S#part"),
        ("https://h.example/x#part?no", "https://h.example/x?signature=S#part?no"),
    ],
)
def test_every_other_character_of_a_target_stays(target: str, expected: str) -> None:
    scheme = recipe("paykun.request", source="query")
    message = attach(scheme, Message("GET", target), "S")
    assert message.target == expected
    assert received_signature(scheme, message) == "S"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{}", b'{"signature":"S"}'),
        (b'{"a":1}', b'{"a":1,"signature":"S"}'),
        (b'{"a": 1}', b'{"a": 1,"signature": "S"}'),
        (b'{"a": 1, "b": 2}', b'{"a": 1, "b": 2, "signature": "S"}'),
        (b'{\n  "a": 1\n}\n', b'{\n  "a": 1,\n  "signature": "S"\n}\n'),
        (b'{"signature":null,"a":1.50}', b'{"signature":"S","a":1.50}'),
        ('{"é":"\\u00e9"}'.encode(), '{"é":"\\u00e9","signature":"S"}'.encode()),
    ],
)
def test_every_other_byte_of_a_json_body_stays(body: bytes, expected: bytes) -> None:
    assert attach(recipe("paykun.request"), Message("POST", "/", (), body), "S").body == expected


def test_json_that_says_it_is_a_form_is_signed_where_it_is_read() -> None:
    message = attach(recipe("paykun.request"), Message("POST", "/", FORM, b'{"a":1}'), "S")
    assert message.body == b'{"a":1,"signature":"S"}'
    assert received_signature(recipe("paykun.request"), message) == "S"


def test_a_form_body_keeps_its_bytes() -> None:
    message = attach(recipe("paykun.request"), Message("POST", "/", FORM, b"a=%ff&b=\xff"), "S+")
    assert message.body == b"a=%ff&b=\xff&signature=S%2B"


def test_a_header_replaces_the_one_that_was_there() -> None:
    before = Message("POST", "/", (("A", "1"), ("x-verify", "old"), ("B", "2")), b"{}")
    after = attach(recipe("plural.v2-xverify"), before, "S")
    assert after.headers == (("A", "1"), ("B", "2"), ("X-VERIFY", "S"))


def test_a_return_url_carries_it_in_the_query_when_got_and_in_the_form_when_posted() -> None:
    scheme = recipe("plural.callback")
    assert attach(scheme, Message("GET", "/r?a=1"), "S").target == "/r?a=1&signature=S"
    assert parse_qsl(attach(scheme, Message("POST", "/r", FORM, b"a=1"), "S").body) == [
        (b"a", b"1"),
        (b"signature", b"S"),
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b"\xff", b'{"data":1}', b"[" * 5000])
def test_without_an_object_there_is_nowhere_to_put_it(body: bytes) -> None:
    with pytest.raises(UsageError, match="no JSON object"):
        attach(recipe("paykun.response"), Message("", "", (), body, 200), "S")
