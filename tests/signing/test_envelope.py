"""Envelopes open to what was sealed, in every official habit, and break where they are broken."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signing.schemes import SCHEMES

from payproof.errors import KeyMaterialError
from payproof.signing import Envelope, Keys, load_scheme, open_envelope, seal
from payproof.signing.opening import LAYERS

KEYS = Keys.of({"encryption_key": "0123456789ABCDEF0123456789ABCDEF"}, test=True)
IV = bytes(range(16))


def envelope() -> Envelope:
    found = load_scheme(SCHEMES, "paykun.checkout")
    assert isinstance(found, Envelope)
    return found


texts = st.text(st.characters(codec="utf-8")).filter(lambda text: ";" not in text and "::" not in text)
names = texts.filter(lambda text: not text.endswith(":"))
values = texts.filter(lambda text: text and not text.startswith(":"))


@given(st.dictionaries(names, values), st.binary(min_size=16, max_size=16))
@settings(deadline=None)
def test_what_is_sealed_opens_again_in_byte_order(fields: dict[str, str], iv: bytes) -> None:
    opened = open_envelope(envelope(), seal(envelope(), list(fields.items()), KEYS, iv=iv).text, KEYS)
    assert (opened.ok, opened.fields) == (
        True,
        tuple(sorted(fields.items(), key=lambda row: row[0].encode())),
    )


@given(st.binary() | st.text().map(lambda text: base64.b64encode(text.encode())))
def test_no_text_raises(text: bytes) -> None:
    assert open_envelope(envelope(), text, KEYS).layer in LAYERS


@given(st.dictionaries(st.sampled_from(["iv", "value", "mac", "x"]), st.text() | st.none() | st.integers()))
def test_no_members_raise(members: dict[str, object]) -> None:
    text = base64.b64encode(json.dumps(members).encode()).decode()
    assert open_envelope(envelope(), text, KEYS).layer in ("fields", "iv", "mac")


def test_nothing_is_decrypted_when_the_mac_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(envelope(), [("a", "b")], KEYS, iv=IV)
    members = {**json.loads(base64.b64decode(sealed.text)), "mac": "0" * 64}

    def decrypting(*_: object, **__: object) -> bytes:
        raise AssertionError("the cipher ran")

    monkeypatch.setattr("payproof.signing.opening.aes", decrypting)
    text = base64.b64encode(json.dumps(members).encode())
    assert open_envelope(envelope(), text, KEYS).layer == "mac"


@pytest.mark.parametrize(
    ("changes", "fields", "plaintext"),
    [
        ({}, [("b", "1"), ("a", "0"), ("c", "")], b"a::0;b::1"),
        ({"drop": "php-empty"}, [("b", "1"), ("a", "0")], b"b::1"),
        ({"drop": "none"}, [("b", ""), ("a", None)], b"a::;b::"),
        ({"order": "as-sent"}, [("b", "1"), ("a", "2")], b"b::1;a::2"),
        ({"trim": 2}, [("a", "bc")], b"a::b"),
        ({"trim": 1}, [("a", "bc")], b"a::bc"),
        ({"trim": 0}, [("a", "bc")], b"a::bc;"),
        ({"trim": -1}, [("a", "b;;")], b"a::b"),
        ({"crlf_to_lf": True}, [("a", "x\r\ny")], b"a::x\ny"),
    ],
)
def test_each_habit_makes_its_plaintext(
    changes: dict[str, object], fields: list[tuple[str, str | None]], plaintext: bytes
) -> None:
    assert seal(envelope().with_(**changes), fields, KEYS, iv=IV).plaintext == plaintext


def test_lengths_are_counted_as_the_envelope_says() -> None:
    fields = [("a", "é😀")]
    in_bytes = seal(envelope(), fields, KEYS, iv=IV)
    in_units = seal(envelope().with_(length="utf-16"), fields, KEYS, iv=IV)
    assert (in_bytes.serialised[:5], in_units.serialised[:4]) == (b's:9:"', b"s:6:")
    assert open_envelope(envelope(), in_units.text, KEYS).layer == "serialisation"
    bare = seal(envelope().with_(serialised="none"), fields, KEYS, iv=IV)
    assert bare.serialised == bare.plaintext


def test_a_key_of_another_length_is_cut_or_filled_as_openssl_does() -> None:
    for size in (1, 16, 31, 33, 64):
        keys = Keys.of({"encryption_key": "k" * size})
        sealed = seal(envelope(), [("a", "b")], keys, iv=IV)
        assert open_envelope(envelope(), sealed.text, keys).ok


def test_any_of_several_keys_opens_what_it_sealed() -> None:
    sealed = seal(envelope(), [("a", "b")], KEYS, iv=IV)
    rotated = Keys.of({"encryption_key": ["another key", "0123456789ABCDEF0123456789ABCDEF"]})
    assert open_envelope(envelope(), sealed.text, rotated).ok


def test_a_wrong_iv_and_a_missing_key_are_the_caller_s_fault() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        seal(envelope(), [], KEYS, iv=b"short")
    with pytest.raises(KeyMaterialError):
        seal(envelope(), [], Keys.of({}), iv=IV)
    with pytest.raises(KeyMaterialError):
        open_envelope(envelope(), seal(envelope(), [("a", "b")], KEYS, iv=IV).text, Keys.of({}))


def test_a_message_of_a_broken_envelope_shows_neither_mac_nor_plaintext() -> None:
    sealed = seal(envelope(), b"no pair separator here", KEYS, iv=IV)
    opened = open_envelope(envelope(), sealed.text, KEYS)
    assert opened.layer == "plaintext"
    assert "no pair separator" not in opened.message
    assert sealed.mac not in opened.message
