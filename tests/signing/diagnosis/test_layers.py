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

FIELDS = {
    "amount": "10.50",
    "currency": "INR",
    "customer_name": "Zoë Rao",
    "failure_url": "https://shop.example/f/",
    "order_no": "1234567890",
    "product_name": "Tea",
    "success_url": "https://shop.example/s",
}


def joined(fields: dict[str, str], between: str = ";") -> str:
    return between.join(f"{name}::{value}" for name, value in fields.items())


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in FIELDS.items() if name not in names}


PLAIN = joined(FIELDS)


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
    ("envelope/serialised-twice", wrapped(sealed(serialised(serialised(PLAIN).decode())))),
    (
        "envelope/serialised-twice",
        wrapped(sealed(serialised(serialised(serialised(PLAIN).decode()).decode()))),
    ),
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


def opened(plain: str) -> Diagnosis:
    return asked(wrapped(sealed(serialised(plain))))


def says(found: Diagnosis) -> str:
    return found.explanations[0].causes[0].says


def test_a_required_field_that_is_not_sent_is_named_with_its_evidence() -> None:
    found = opened(joined({**without("order_no"), "order_id": "1234567890"}))
    assert (names(found), found.verdict.reason) == (["envelope/field-missing"], "opens-with-flaws")
    assert says(found).startswith("no field 'order_no', which the spec requires (evidence: sdk, paykun-code/")
    assert found.explanations[0].causes[0].change == "send 'order_no'; the spec knows no field 'order_id'"
    assert not found.documented


def test_required_fields_that_are_not_sent_are_one_cause() -> None:
    found = opened(joined(without("order_no", "amount")))
    assert names(found) == ["envelope/field-missing"]
    assert says(found).startswith("no fields 'order_no' and 'amount', which")


@pytest.mark.parametrize(
    ("between", "shown"), [(",", "','"), (", ", "', '"), ("|", "'|'"), ("\n", r"'\n'"), ("", "nothing")]
)
def test_entries_joined_otherwise_are_no_single_value(between: str, shown: str) -> None:
    found = opened(joined(FIELDS, between))
    assert names(found) == ["envelope/joined-otherwise"]
    assert says(found) == (
        f"{shown} in place of ';' between entries, so that 'currency' and 5 more fields are read as part of "
        "the value of 'amount' (evidence: sdk)"
    )


def test_what_is_missing_beside_a_wrong_join_is_told_too() -> None:
    found = opened(joined(without("order_no"), ","))
    assert names(found) == ["envelope/joined-otherwise", "envelope/field-missing"]


def test_one_wrong_join_names_the_one_field_that_it_swallows() -> None:
    found = opened(PLAIN.replace(";currency", ",currency"))
    assert "',' in place of ';' between entries, so that 'currency' is read as part" in says(found)
    found = opened(PLAIN.replace(";currency", ",currency").replace(";order_no", "|order_no"))
    assert "',' or '|' in place of ';'" in says(found)


@pytest.mark.parametrize(
    "change",
    [
        {"order_no": "123"},  # the SDKs disagree on its least length
        {"note": "a field that only some SDK knows"},
        {"product_name": "Tea::Cup"},
        {"product_name": "Tea, amount::5"},  # a text; the order has an amount
    ],
)
def test_no_rule_that_is_in_doubt_breaks_an_order(change: dict[str, str]) -> None:
    assert opened(joined({**FIELDS, **change})).verdict.ok


def test_missing_fields_are_told_beneath_other_mistakes() -> None:
    found = asked(wrapped(sealed(joined(without("amount")).encode())))
    assert names(found) == ["envelope/not-php-serialised", "envelope/field-missing"]
    assert found.documented
    broken = wrapped({**sealed(serialised(joined(without("amount")))), "mac": "0" * 64})
    assert any("no field 'amount'" in fact for fact in asked(broken).shape)


def test_fields_are_not_looked_for_where_the_text_is_not_whole() -> None:
    turned = joined(dict(sorted(FIELDS.items(), reverse=True)))
    cut = sealed(serialised(turned))
    cut["iv"] = base64.b64encode(bytes(12)).decode()
    cut["mac"] = hmac.new(KEY.encode(), (cut["iv"] + cut["value"]).encode(), hashlib.sha256).hexdigest()
    assert not [one for one in names(asked(wrapped(cut))) if "field" in one]
    unfinished = serialised(PLAIN).removesuffix(b";")
    assert names(asked(wrapped(sealed(unfinished)))) == ["envelope/not-php-serialised"]


def test_an_order_of_many_blocks_in_ecb_mode_is_read_to_its_end() -> None:
    long = serialised(joined({**FIELDS, "udf_1": "x" * 5000}))
    assert names(asked(wrapped(sealed(long, mode=modes.ECB())))) == ["envelope/aes-ecb"]


def test_text_serialised_over_and_over_ends() -> None:
    data = PLAIN.encode()
    for _ in range(50):
        data = b's:%d:"%b";' % (len(data), data)
    assert names(asked(wrapped(sealed(data)))) == ["envelope/serialised-twice"]


def test_a_form_without_the_field_has_nothing_to_explain() -> None:
    found = asked(Message("POST", "/payment", (), b"merchant_id=1"))
    assert found.verdict.reason == "missing-signature"
    assert not found.proven
