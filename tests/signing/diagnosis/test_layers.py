"""Each layer of an encrypted request: the first that is broken is named, then what lies beneath it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from tests.signing.diagnosis.wrong import KEY, KEYS, TOKEN, names, spec

from payproof.model import Message
from payproof.signing import Envelope, context_for, diagnose_envelope, load_scheme
from payproof.signing.diagnosis.answer import Diagnosis

FIELDS = {"amount": "10.50", "currency": "INR", "customer_name": "Zoë Rao", "order_no": "1234567890"}
PLAIN = ";".join(f"{name}::{FIELDS[name]}" for name in sorted(FIELDS))


def sealed(plain: bytes, **change: Any) -> dict[str, str]:
    """Seal by hand: PKCS#7, AES-256-CBC, HMAC-SHA-256 over the Base64 texts."""
    key: bytes = change.get("key", KEY.encode())
    iv = bytes(range(16))
    pad = 16 - len(plain) % 16
    worker = Cipher(algorithms.AES(key), change.get("mode", modes.CBC(iv))).encryptor()
    value = base64.b64encode(worker.update(plain + bytes([pad]) * pad) + worker.finalize()).decode()
    first = base64.b64encode(iv).decode()
    over = change.get("over", lambda iv, value: iv + value)(first, value)
    mac = hmac.new(change.get("mac_key", KEY.encode()), over.encode(), hashlib.sha256).hexdigest()
    return {"iv": first, "value": value, "mac": mac}


def serialised(text: str) -> bytes:
    return b's:%d:"%s";' % (len(text.encode()), text.encode())


def wrapped(members: dict[str, str]) -> str:
    return base64.b64encode(json.dumps(members).encode()).decode()


def asked(text: str | Message) -> Diagnosis:
    envelope = load_scheme(spec("paykun").schemes, "paykun.checkout")
    assert isinstance(envelope, Envelope)
    return diagnose_envelope(envelope, text, KEYS, context=context_for(spec("paykun"), "paykun.checkout"))


def test_an_honest_request_opens() -> None:
    assert asked(wrapped(sealed(serialised(PLAIN)))).verdict.ok


BROKEN = [
    ("envelope/mac-over-value-only", wrapped(sealed(serialised(PLAIN), over=lambda iv, value: value))),
    ("envelope/mac-value-before-iv", wrapped(sealed(serialised(PLAIN), over=lambda iv, value: value + iv))),
    ("envelope/mac-key-other-role", wrapped(sealed(serialised(PLAIN), mac_key=TOKEN.encode()))),
    ("envelope/mac-upper-case", wrapped({**(one := sealed(serialised(PLAIN))), "mac": one["mac"].upper()})),
    ("envelope/mac-missing", wrapped({name: one[name] for name in ("iv", "value")})),
    ("envelope/aes-ecb", wrapped(sealed(serialised(PLAIN), mode=modes.ECB()))),
    ("envelope/aes-key-hex-decoded", wrapped(sealed(serialised(PLAIN), key=bytes.fromhex(KEY)))),
    (
        "envelope/aes-key-sha256",
        wrapped(sealed(serialised(PLAIN), key=hashlib.sha256(KEY.encode()).digest())),
    ),
    ("envelope/not-php-serialised", wrapped(sealed(PLAIN.encode()))),
    ("envelope/length-in-characters", wrapped(sealed(b's:%d:"%s";' % (len(PLAIN), PLAIN.encode())))),
    ("envelope/terminator-kept", wrapped(sealed(serialised(PLAIN + ";")))),
    ("envelope/json-plaintext", wrapped(sealed(serialised(json.dumps(FIELDS))))),
    ("envelope/not-base64-wrapped", json.dumps(one)),
    (
        "envelope/base64-url-wrapped",
        base64.urlsafe_b64encode(json.dumps({**one, "x": "??>"}).encode()).decode(),
    ),
]


@pytest.mark.parametrize(("label", "text"), BROKEN, ids=[label for label, _ in BROKEN])
def test_a_broken_layer_is_the_one_cause_named(label: str, text: str) -> None:
    found = asked(text)
    assert not found.verdict.ok
    assert names(found) == [label]


def test_what_lies_beneath_a_wrong_mac_is_told_too() -> None:
    found = asked(wrapped(sealed(PLAIN.encode(), over=lambda iv, value: value)))
    assert names(found) == ["envelope/mac-over-value-only", "envelope/not-php-serialised"]
    assert found.explanations[0].actual == PLAIN.encode()


def test_a_changed_value_is_no_known_mistake_and_none_is_named() -> None:
    members = sealed(serialised(PLAIN))
    members["mac"] = "0" * 64
    found = asked(wrapped(members))
    assert not found.proven
    assert any("no known mistake reproduces its mac" in fact for fact in found.shape)
    assert any("beneath the mac, the value decrypts" in fact for fact in found.shape)


@pytest.mark.parametrize("text", ["", "!", "{}", "e30=", "AAAA", "\ud800", "[" * 5000, "a" * 100_000])
def test_any_text_gets_an_answer(text: str) -> None:
    assert not asked(text).verdict.ok


def test_a_form_without_the_field_has_nothing_to_explain() -> None:
    found = asked(Message("POST", "/payment", (), b"merchant_id=1"))
    assert found.verdict.reason == "missing-signature"
    assert not found.proven
