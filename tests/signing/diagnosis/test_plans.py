"""Keys, digests and rounds: each mistake of the hashing end is named, with the right key never shown."""

from __future__ import annotations

import base64
import hashlib

import pytest
from tests.signing.diagnosis.wrong import (
    KEY,
    KEYS,
    PLURAL,
    SECRET,
    TOKEN,
    V2,
    asked,
    first,
    hook,
    mac,
    refund,
)

from payproof.model import Message
from payproof.signing import Keys

TEXT = "10.50|Late|#"
HOOKED = 'msg_1.1700000000.{"event_type": "PAID", "data": {"id": "1"}}'

KEYED = [
    ("key/other-role", mac(TEXT, TOKEN)),
    ("key/other-environment", mac(TEXT, "F" * 32)),
    ("key/empty", mac(TEXT, "")),
    ("key/trailing-newline", mac(TEXT, KEY + "\n")),
    ("key/trailing-cr", mac(TEXT, KEY + "\r")),
    ("key/leading-bom", mac(TEXT, b"\xef\xbb\xbf" + KEY.encode())),
    ("key/leading-space", mac(TEXT, " " + KEY)),
    ("key/trailing-space", mac(TEXT, KEY + " ")),
    ("key/quoted", mac(TEXT, f'"{KEY}"')),
    ("key/lower-case", mac(TEXT, KEY.lower())),
    ("key/hex", mac(TEXT, bytes.fromhex(KEY))),
    ("key/base64", mac(TEXT, base64.b64decode(KEY))),
    ("key/base64-text", mac(TEXT, base64.b64encode(KEY.encode()))),
    ("rounds/hmac-sha256", mac(TEXT, KEY, "sha256")),
    ("rounds/hmac-sha1", mac(TEXT, KEY, "sha1")),
    ("rounds/hmac-md5", mac(TEXT, KEY, "md5")),
    ("rounds/sha512", hashlib.sha512(TEXT.encode()).hexdigest()),
    ("rounds/sha512-key-first", hashlib.sha512((KEY + TEXT).encode()).hexdigest()),
    ("rounds/sha512-key-last", hashlib.sha512((TEXT + KEY).encode()).hexdigest()),
    ("rounds/hmac-sha512-swapped", mac(KEY, TEXT)),
]


@pytest.mark.parametrize(("label", "received"), KEYED, ids=[label for label, _ in KEYED])
def test_a_mistake_of_key_or_hash_is_the_one_cause_named(label: str, received: str) -> None:
    (cause,) = first(asked(refund(received)))
    assert label in cause


def test_a_hash_and_a_key_may_both_be_wrong() -> None:
    causes = first(asked(refund(mac(TEXT, TOKEN, "sha256"))))
    assert [min(cause) for cause in causes] == ["rounds/hmac-sha256", "key/other-role"]


def _hooked(key: bytes) -> str:
    return "v1," + base64.b64encode(bytes.fromhex(mac(HOOKED, key, "sha256"))).decode()


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("key/base64-text", base64.b64encode(SECRET.encode())),
        ("key/prefix-stripped", SECRET.removeprefix("whsec_").encode()),
        ("key/prefix-stripped-base64", base64.b64decode(SECRET.removeprefix("whsec_"))),
    ],
)
def test_what_is_done_to_a_webhook_secret_is_named(label: str, key: bytes) -> None:
    assert label in first(asked(hook(_hooked(key)), "plural.webhook", PLURAL))[0]


def test_a_hex_key_used_as_text_is_named() -> None:
    received = mac("a=1", V2, "sha256").upper()
    message = Message("GET", f"/back?a=1&signature={received}")
    (cause,) = first(asked(message, "plural.callback", PLURAL))
    assert "key/text" in cause
    assert "key/trimmed" not in cause


MOBILE = '{"a": "1", "timestamp": "1700000000123"'


@pytest.mark.parametrize(
    ("label", "received"),
    [
        ("rounds/single-round-inner", mac("11700000000123", "1700000000123", "sha256")),
        ("rounds/single-round-outer", mac("11700000000123", TOKEN, "sha256")),
        (
            "rounds/rounds-swapped",
            mac(mac("11700000000123", TOKEN, "sha256"), "1700000000123", "sha256"),
        ),
        (
            "rounds/inner-raw-digest",
            mac(bytes.fromhex(mac("11700000000123", "1700000000123", "sha256")), TOKEN, "sha256"),
        ),
        (
            "timing/timestamp-in-seconds",
            mac(mac("11700000000123", "1700000000", "sha256"), TOKEN, "sha256"),
        ),
    ],
)
def test_mistakes_of_two_rounds_are_named(label: str, received: str) -> None:
    message = refund(received, MOBILE)
    assert first(asked(message, "paykun.mobile")) == [{label}]


def test_a_key_that_is_missing_is_said_to_be_and_others_are_tried_all_the_same() -> None:
    found = asked(refund(mac(TEXT, TOKEN)), keys=Keys.of({"access_token": TOKEN}))
    assert [min(cause) for cause in first(found)] == ["key/other-role"]
    assert any("encryption_key" in reason for reason in found.not_tried)
    assert not found.verdict.ok


def test_a_key_of_the_wrong_form_is_said_to_be() -> None:
    message = Message("GET", "/back?a=1&signature=" + "0" * 64)
    found = asked(message, "plural.callback", Keys.of({"callback_secret": "not hex"}))
    assert "not hexadecimal" in found.verdict.message
    assert any("the scheme's own key" in reason for reason in found.not_tried)


def test_one_key_only_is_said_to_limit_what_can_be_found() -> None:
    found = asked(refund("0" * 128), keys=Keys.of({"encryption_key": KEY}), most_mistakes=1)
    assert any("only one key was given" in reason for reason in found.not_tried)
    assert not any("only one key" in reason for reason in asked(refund("0" * 128), most_mistakes=1).not_tried)
    assert len(KEYS) > 1
