"""Explaining shows the bytes which signing signs, and says what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.signing.drawn import KEYS, messages
from tests.signing.schemes import SCHEMES

from payproof.model import Message
from payproof.signing import Keys, Recipe, explain, load_scheme, sign
from payproof.signing.stages import CannotSign


@given(messages())
@settings(deadline=None)
def test_signing_is_a_view_of_explaining(drawn: tuple[Recipe, Message]) -> None:
    recipe, message = drawn
    trace = explain(recipe, message, KEYS)
    key = KEYS.get(recipe.rounds[-1].key.role)
    assert key is not None
    last = recipe.rounds[-1]
    covered = trace.canonical if len(trace.digests) == 1 else trace.digests[-2].hex().encode()
    assert last.run(key[0].material(last.key.form), covered) == trace.digest
    assert sign(recipe, message, KEYS) == trace.signature == recipe.prefix + last.written(trace.digest)


@pytest.mark.parametrize(
    ("scheme", "message", "what"),
    [
        (
            "paykun.response",
            Message("", "", (), b'{"data":{}}', 200),
            "no object to sign at body /data/transaction",
        ),
        ("paykun.request", Message("POST", "/", (), b"{"), "not JSON"),
        ("plural.webhook", Message("POST", "/", (), b"{}"), "no header webhook-id"),
        ("plural.v2-xverify", Message("POST", "/", (), b"{}"), "no field request"),
        (
            "paykun.mobile",
            Message("POST", "/", (), b'{"a":"b"}'),
            "'timestamp', whose value is a key, is missing",
        ),
    ],
)
def test_what_is_missing_is_named(scheme: str, message: Message, what: str) -> None:
    recipe = load_scheme(SCHEMES, scheme)
    assert isinstance(recipe, Recipe)
    with pytest.raises(CannotSign) as caught:
        explain(recipe, message, KEYS)
    assert what in caught.value.what
    assert caught.value.hint


def test_keys_are_named_by_role_form_and_fingerprint() -> None:
    recipe = load_scheme(SCHEMES, "paykun.mobile")
    assert isinstance(recipe, Recipe)
    keys = Keys.of({"access_token": "a secret token"})
    trace = explain(recipe, Message("POST", "/", (), b'{"timestamp":"1"}'), keys)
    assert trace.keys == (
        "the field timestamp",
        f"access_token (text) #{keys['access_token'][0].fingerprint}",
    )
