"""Whatever is signed verifies; whatever is changed does not, unless the bytes signed stay the same."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.signing.drawn import KEYS, NOW_S, OTHER, RECIPES, form_message, messages, recipe_named

from payproof.errors import KeyMaterialError
from payproof.model import Message
from payproof.signing import Keys, Recipe, explain, sign_message, verify
from payproof.signing.stages import CannotSign
from payproof.signing.verdict import REASONS


@given(messages())
@settings(deadline=None)
def test_whatever_is_signed_verifies(drawn: tuple[Recipe, Message]) -> None:
    recipe, message = drawn
    signed = sign_message(recipe, message, KEYS)
    assert verify(recipe, signed, KEYS, now_s=NOW_S).reason == "valid"


@given(messages())
@settings(deadline=None)
def test_another_key_never_verifies(drawn: tuple[Recipe, Message]) -> None:
    recipe, message = drawn
    signed = sign_message(recipe, message, KEYS)
    assert verify(recipe, signed, OTHER, now_s=NOW_S).reason == "mismatch"


@given(messages(), st.data())
@settings(deadline=None, max_examples=300)
def test_a_changed_byte_verifies_only_if_the_same_bytes_are_signed(
    drawn: tuple[Recipe, Message], data: st.DataObject
) -> None:
    recipe, message = drawn
    signed = sign_message(recipe, message, KEYS)
    before = explain(recipe, signed, KEYS)
    changed = _with_a_byte_changed(signed, data)
    assume(changed is not None and changed != signed)
    assert changed is not None
    verdict = verify(recipe, changed, KEYS, now_s=NOW_S)
    if verdict.ok:
        after = explain(recipe, changed, KEYS)
        assert (after.canonical, after.signature) == (before.canonical, before.signature)


def _with_a_byte_changed(message: Message, data: st.DataObject) -> Message | None:
    if message.body:
        at = data.draw(st.integers(0, len(message.body) - 1))
        letter = data.draw(st.integers(0, 255))
        return replace(message, body=message.body[:at] + bytes([letter]) + message.body[at + 1 :])
    at = data.draw(st.integers(0, len(message.target) - 1))
    character = data.draw(st.characters(max_codepoint=0x2FF))
    return replace(message, target=message.target[:at] + character + message.target[at + 1 :])


@given(
    st.sampled_from(sorted(RECIPES)),
    st.text(),
    st.lists(
        st.tuples(
            st.sampled_from(
                ["webhook-id", "webhook-timestamp", "webhook-signature", "x-verify", "content-type"]
            )
            | st.text(),
            st.text() | st.sampled_from(["application/x-www-form-urlencoded", "v1,", "1700000000"]),
        ),
        max_size=6,
    ),
    st.binary() | st.text().map(lambda text: json.dumps({"signature": text, "transaction": {}}).encode()),
    st.one_of(st.none(), st.floats()),
)
@settings(deadline=None, max_examples=400)
def test_no_message_whatever_raises(
    name: str, target: str, headers: list[tuple[str, str]], body: bytes, now_s: float | None
) -> None:
    message = Message("POST" if body else "GET", target, tuple(headers), body)
    assert verify(recipe_named(name), message, KEYS, now_s=now_s).reason in REASONS


@pytest.mark.parametrize("levels", [5, 90, 400, 900, 950, 990, 1000, 3000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("name", ["paykun.request", "plural.callback", "plural.v2-xverify-webhook"])
def test_no_depth_of_nesting_raises(levels: int, opening: str, name: str) -> None:
    closing = "]" if opening == "[" else "}"
    inside = opening * levels + "1" + closing * levels
    body = '{"signature":"A","n":' + inside + "}"
    message = Message("POST", "/", (("X-VERIFY", "A" * 64),), body.encode())
    assert verify(recipe_named(name), message, KEYS).reason in ("unreadable-body", "mismatch")
    with contextlib.suppress(CannotSign):
        explain(recipe_named(name), message, KEYS)


def test_a_missing_key_is_the_caller_s_fault_and_raises() -> None:
    signed = sign_message(recipe_named("paykun.request"), Message("POST", "/", (), b'{"a":"b"}'), KEYS)
    with pytest.raises(KeyMaterialError, match="encryption_key"):
        verify(recipe_named("paykun.request"), signed, Keys.of({}))


def test_every_key_of_a_rotated_role_is_tried_and_the_one_that_fits_is_named() -> None:
    recipe = recipe_named("paykun.request")
    signed = sign_message(recipe, Message("POST", "/", (), b'{"a":"b"}'), KEYS)
    rotated = Keys.of({"encryption_key": ["the newer key", "0123456789ABCDEF0123456789ABCDEF"]})
    verdict = verify(recipe, signed, rotated)
    assert (verdict.ok, verdict.key) == (True, rotated["encryption_key"][1].fingerprint)
    assert verify(recipe, signed, KEYS).key == ""


def test_a_verdict_is_true_only_when_the_signature_is_right() -> None:
    recipe = recipe_named("paykun.request")
    signed = sign_message(recipe, Message("POST", "/", (), b'{"a":"b"}'), KEYS)
    assert (bool(verify(recipe, signed, KEYS)), bool(verify(recipe, signed, OTHER))) == (True, False)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_verdict_never_holds_the_right_signature(name: str) -> None:
    recipe = recipe_named(name)
    body = b'{"request":"x","timestamp":"1","data":{"transaction":{"a":"b"}},"transaction":{"a":"b"}}'
    headers = (("webhook-id", "a"), ("webhook-timestamp", str(NOW_S)))
    form = recipe.source.place in ("query", "return-url", "form")
    message = form_message(recipe, {"a": "b"}) if form else Message("POST", "/", headers, body)
    right = sign_message(recipe, message, KEYS)
    wrong = sign_message(recipe, message, OTHER)
    signature = explain(recipe, right, KEYS).signature
    verdict = verify(recipe, wrong, KEYS, now_s=NOW_S)
    assert verdict.reason == "mismatch"
    assert signature.lower() not in repr(verdict).lower()
