"""Key texts become the bytes that each form says; one that does not fit is refused without showing it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.errors import KeyMaterialError
from payproof.signing import Key, Keys
from payproof.signing.key_forms import FORMS, BadKeyText


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("text", "é", b"\xc3\xa9"),
        ("hex", "00fF", b"\x00\xff"),
        ("base64", "AP8=", b"\x00\xff"),
        ("base64-text", "abc1234", b"YWJjMTIzNA=="),
        ("trailing-newline", "k", b"k\n"),
        ("trailing-crlf", "k", b"k\r\n"),
        ("trailing-cr", "k", b"k\r"),
        ("leading-bom", "k", b"\xef\xbb\xbfk"),
        ("surrounding-spaces", "k", b" k "),
        ("trimmed", " k\n", b"k"),
        ("quoted", "k", b'"k"'),
        ("prefix-stripped", "whsec_abc", b"abc"),
        ("prefix-stripped-base64", "whsec_AP8=", b"\x00\xff"),
        ("base64-loose", "_w", b"\xff"),
        ("hex-lenient", "00ffzz11", b"\x00\xff"),
        ("hex-lenient", "xyz", b""),
        ("hex-text", "k", b"6b"),
        ("sha256", "k", hashlib.sha256(b"k").digest()),
        ("first-16", "0123456789ABCDEFG", b"0123456789ABCDEF"),
        ("utf-16le", "k", b"k\x00"),
        ("empty", "k", b""),
    ],
)
def test_each_form_gives_its_bytes(form: str, text: str, expected: bytes) -> None:
    assert FORMS[form].run(text) == expected


@pytest.mark.parametrize(
    ("form", "text", "what"),
    [
        ("hex", "00-f", "character 3 is '-'"),
        ("hex", "0x", "character 2 is a letter"),
        ("hex", "0 0", "character 2 is white space"),
        ("hex", "00\u0660\u0660", "character 3 is a digit"),
        ("hex", "000", "its length, 3, is odd"),
        ("base64", "a", "is not Base64"),
        ("base64", "é===", "is not Base64"),
        ("prefix-stripped", "abc", "no prefix"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_with_what_to_look_at(form: str, text: str, what: str) -> None:
    with pytest.raises(KeyMaterialError) as caught:
        Key(text, role="r").material(form)
    assert what in caught.value.what
    assert caught.value.where == "key role r"


@given(st.sampled_from(sorted(FORMS)), st.text(st.characters()))
def test_no_key_text_raises_anything_else(form: str, text: str) -> None:
    try:
        made = FORMS[form].run(text)
    except BadKeyText:
        return
    assert isinstance(made, bytes)


@given(st.binary())
def test_strict_and_loose_base64_agree_on_what_is_canonical(data: bytes) -> None:
    text = base64.b64encode(data).decode()
    assert FORMS["base64"].run(text) == FORMS["base64-loose"].run(text) == data


def test_keys_are_a_mapping_from_roles_to_keys_newest_first() -> None:
    keys = Keys.of({"a": "1", "b": ["2", "3"]})
    assert (list(keys), len(keys), [key.text for key in keys["b"]]) == (["a", "b"], 2, ["2", "3"])
    with pytest.raises(KeyMaterialError) as caught:
        keys.need("c")
    assert "a, b" in caught.value.where
    assert "PAYPROOF_<GATEWAY>_C" in caught.value.hint
