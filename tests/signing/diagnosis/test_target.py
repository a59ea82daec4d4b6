"""The received text is read in every form, and what its shape alone proves is said."""

from __future__ import annotations

import base64

import pytest
from tests.signing.diagnosis.wrong import PLURAL, SECRET, asked, first, hook, mac, names, recipe, refund

from payproof.signing.diagnosis.target import read_target, shape

RIGHT = mac("10.50|Late|#")
RAW = bytes.fromhex(RIGHT)
HOOKED = bytes.fromhex(mac('msg_1.1700000000.{"event_type": "PAID", "data": {"id": "1"}}', SECRET, "sha256"))

FORMS = [
    ("output/base64", base64.b64encode(RAW).decode()),
    ("output/base64url", base64.urlsafe_b64encode(RAW).decode()),
    ("output/hex-upper", RIGHT.upper()),
    ("output/hex-in-base64", base64.b64encode(RIGHT.encode()).decode()),
    ("output/hex-of-hex", RIGHT.encode().hex()),
    ("output/truncated", RIGHT[:64]),
    ("output/wrapped", f'"{RIGHT}"'),
    ("output/foreign-prefix", f"sha512={RIGHT}"),
]


@pytest.mark.parametrize(("label", "received"), FORMS, ids=[label for label, _ in FORMS])
def test_another_form_of_the_right_digest_is_named(label: str, received: str) -> None:
    assert names(asked(refund(received))) == [label]


@pytest.mark.parametrize(
    ("label", "received"),
    [
        ("output/prefix-missing", base64.b64encode(HOOKED).decode()),
        ("output/prefix-equals", "v1=" + base64.b64encode(HOOKED).decode()),
        ("output/hex-lower", "v1," + HOOKED.hex()),
        ("output/base64-unpadded", "v1," + base64.b64encode(HOOKED).decode().rstrip("=")),
    ],
)
def test_another_form_of_a_webhooks_digest_is_named(label: str, received: str) -> None:
    assert names(asked(hook(received), "plural.webhook", PLURAL)) == [label]


def test_lost_leading_zeros_are_named() -> None:
    for number in range(400):
        text = mac(f"{number}|#")
        if text.startswith("0"):
            break
    found = asked(refund(text.lstrip("0"), {"n": str(number)}))
    assert "output/leading-zeros-lost" in first(found)[0]


def test_a_few_digits_prove_nothing() -> None:
    found = asked(refund(RIGHT[:8]))
    assert not found.proven
    assert any("truncated" in fact for fact in found.shape)


@pytest.mark.parametrize(
    ("received", "said"),
    [
        ("0" * 128, "the right length for SHA-512"),
        ("0" * 64, "the length of SHA-256; the scheme's digest has 64"),
        ("0" * 63, "an odd number: some were lost"),
        ("0" * 50, "no hash's length"),
        ("aB" * 64, "mixed case"),
        (base64.b64encode(bytes(range(20))).decode(), "Base64 of 20 bytes, the length of SHA-1"),
        ("hello!", "neither hex nor Base64"),
        ("0" * 128 + " ", "white space at an end"),
        ("é" * 8, "not ASCII"),
    ],
)
def test_the_shape_says_what_it_proves(received: str, said: str) -> None:
    assert said in " ".join(shape(recipe("paykun.request"), received))


def test_several_signatures_in_one_header_are_all_read() -> None:
    target = read_target(recipe("plural.webhook"), f"v1,{base64.b64encode(bytes(32)).decode()} v2,x v1,!")
    assert bytes(32) in target.exact
    assert target.sizes == {32}
    right = "v1," + base64.b64encode(HOOKED).decode()
    wrong = "v1," + base64.b64encode(bytes(32)).decode()
    assert asked(hook(f"{wrong} {right}"), "plural.webhook", PLURAL).verdict.ok
