"""Digests are those of the standard library, whatever the key's length."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.signing.digests import DIGESTS, SIZES, digest_size

keys = st.binary(max_size=300) | st.integers(60, 140).map(lambda size: b"k" * size)


@given(st.sampled_from(sorted(SIZES)), keys, st.binary())
def test_hmac_is_that_of_the_standard_library(name: str, key: bytes, text: bytes) -> None:
    assert DIGESTS[f"hmac-{name}"].run(key, text) == hmac.digest(key, text, name)
    assert DIGESTS[f"hmac-{name}-swapped"].run(key, text) == hmac.digest(text, key, name)


@given(st.sampled_from(sorted(SIZES)), keys, st.binary())
def test_plain_hashes_arrange_key_and_text_as_they_say(name: str, key: bytes, text: bytes) -> None:
    made = [DIGESTS[choice].run(key, text) for choice in (name, f"{name}-key-first", f"{name}-key-last")]
    assert made == [hashlib.new(name, data).digest() for data in (text, key + text, text + key)]


@pytest.mark.parametrize("choice", sorted(DIGESTS))
def test_each_digest_has_the_size_it_is_said_to_have(choice: str) -> None:
    assert len(DIGESTS[choice].run(b"key", b"text")) == digest_size(choice)


def test_a_key_that_changes_after_use_gives_another_digest() -> None:
    first = DIGESTS["hmac-sha512"].run(b"one", b"text")
    assert DIGESTS["hmac-sha512"].run(b"two", b"text") != first
    assert DIGESTS["hmac-sha512"].run(b"one", b"text") == first
