"""The received text is read in every form, and what its shape alone proves is said."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from tests.signing.diagnosis.wrong import PLURAL, SECRET, asked, first, hook, mac, names, recipe, refund

from payproof.model import Message
from payproof.signing import Keys
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
    ("output/hex-upper-in-base64", base64.b64encode(RIGHT.upper().encode()).decode()),
    ("output/truncated", RIGHT[:64]),
    ("output/truncated", RIGHT[:63]),
    ("output/hex-upper+truncated", RIGHT.upper()[:64]),
    ("output/base64+truncated", base64.b64encode(RAW).decode()[:30]),
    ("output/line-wrapped", f"{RIGHT[:60]}\n{RIGHT[60:120]}\n{RIGHT[120:]}\n"),
    ("output/line-wrapped+base64", base64.encodebytes(RAW).decode()),
    ("output/line-wrapped+base64", base64.encodebytes(RAW).decode().replace("\n", "\r\n")),
    ("output/percent-encoded+base64", quote(base64.b64encode(RAW).decode(), safe="")),
    (
        "output/percent-encoded+line-wrapped+base64",
        quote(base64.encodebytes(RAW).decode(), safe=""),
    ),
    ("output/sent-twice", f"{RIGHT},{RIGHT}"),
    ("output/sent-twice", RIGHT * 2),
    ("output/wrapped", f'"{RIGHT}"'),
    ("output/foreign-prefix", f"sha512={RIGHT}"),
]


@pytest.mark.parametrize(("label", "received"), FORMS)
def test_another_form_of_the_right_digest_is_named(label: str, received: str) -> None:
    assert names(asked(refund(received))) == [label]


@pytest.mark.parametrize(
    ("label", "received"),
    [
        ("output/prefix-missing", base64.b64encode(HOOKED).decode()),
        ("output/prefix-equals", "v1=" + base64.b64encode(HOOKED).decode()),
        ("output/hex-lower", "v1," + HOOKED.hex()),
        ("output/base64-unpadded", "v1," + base64.b64encode(HOOKED).decode().rstrip("=")),
        ("output/space-after-prefix", "v1, " + base64.b64encode(HOOKED).decode()),
        ("output/percent-encoded", quote("v1," + base64.b64encode(HOOKED).decode(), safe="")),
        ("output/sent-twice", ",".join(["v1," + base64.b64encode(HOOKED).decode()] * 2)),
        ("output/truncated", "v1," + base64.b64encode(HOOKED).decode()[:21]),
        ("output/wrapped+prefix-missing", f' "{base64.b64encode(HOOKED).decode()}"'),
    ],
)
def test_another_form_of_a_webhooks_digest_is_named(label: str, received: str) -> None:
    assert names(asked(hook(received), "plural.webhook", PLURAL)) == [label]


def test_a_plus_that_was_turned_into_a_space_is_named() -> None:
    # Split at its spaces, as a list of signatures is, its first piece is the start of the right one.
    for number in range(400):
        body = f'{{"n": {number}}}'
        text = base64.b64encode(bytes.fromhex(mac(f"msg_1.1700000000.{body}", SECRET, "sha256"))).decode()
        if "+" in text[14:]:
            break
    assert names(asked(hook("v1," + text.replace("+", " "), body), "plural.webhook", PLURAL)) == [
        "output/plus-to-space"
    ]


B64 = base64.b64encode(RAW).decode()
OTHER = {False: "0", True: "1"}


@pytest.mark.parametrize(
    "received",
    [
        B64[:20] + "!" + "A" * 40,
        B64[:40] + "*" + B64[41:],
        B64[:20] + "\n" + "A" * 40,
        RIGHT[:126] + OTHER[RIGHT[126] == "0"],
        RIGHT[:62] + OTHER[RIGHT[62] == "0"],
        RIGHT[:40].upper() + RIGHT[40:64],
        RIGHT[:64] + "," + RIGHT[:62] + "zz",
    ],
    ids=["junk", "one-letter", "junk-line", "127th-digit", "63rd-digit", "mixed-case", "junk-in-a-list"],
)
def test_a_text_that_only_begins_right_is_not_explained(received: str) -> None:
    assert not asked(refund(received), most_mistakes=1).proven


@pytest.mark.parametrize(
    "received", ["{}~~~~", "{} AAAA", "{}=", "{},v1,AAAA"], ids=["junk", "list", "padded", "comma-list"]
)
def test_a_webhook_signature_that_only_begins_right_is_not_explained(received: str) -> None:
    message = hook(received.format("v1," + base64.b64encode(HOOKED).decode()[:20]))
    assert not asked(message, "plural.webhook", PLURAL, most_mistakes=1).proven


def test_base64_with_stray_bits_is_not_said_to_be_the_right_signature() -> None:
    text = base64.b64encode(HOOKED).decode()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stray = text[:42] + letters[letters.index(text[42]) + 1] + "="
    assert base64.b64decode(stray) == HOOKED
    assert not asked(hook("v1," + stray), "plural.webhook", PLURAL, most_mistakes=1).proven


@pytest.mark.parametrize(
    ("received", "bits", "change"),
    [
        (RIGHT[:63], 252, "send all 128 hex digits of it; here are 63"),
        (B64[:30], 180, "write lower-case hex, nothing more; send all 128 hex digits of it; here are 30"),
    ],
)
def test_a_cut_signature_counts_its_own_bits_and_is_to_be_sent_whole(
    received: str, bits: int, change: str
) -> None:
    (answer,) = asked(refund(received)).explanations
    assert (answer.bits, [cause.change for cause in answer.causes]) == (bits, [change])


def test_lost_leading_zeros_are_named() -> None:
    for number in range(400):
        text = mac(f"{number}|#")
        if text.startswith("0"):
            break
    found = asked(refund(text.lstrip("0"), {"n": str(number)}))
    assert "output/leading-zeros-lost" in first(found)[0]


def _unpadded(digest: str) -> str:
    return "".join(f"{byte:x}" for byte in bytes.fromhex(digest))


@pytest.mark.parametrize("amount", ["1.50", "2.50", "3.50", "4.50"])
def test_zeros_lost_within_the_hex_text_are_named(amount: str) -> None:
    # What Integer.toHexString(b & 0xff) gives for each byte.
    body = {"refund_amount": amount, "remarks": "Late"}
    received = _unpadded(mac(f"{amount}|Late|#"))
    assert 128 - 12 <= len(received) < 128
    assert names(asked(refund(received, body))) == ["output/inner-zeros-lost"]
    assert not asked(refund(received[:-1], body), most_mistakes=1).proven


def test_zeros_may_be_lost_in_upper_case_and_beside_another_mistake() -> None:
    digest = mac("order_id=7&status=FAILED", SECRET, "sha256")
    received = _unpadded(digest).upper()
    assert len(received) < 64
    message = Message("GET", f"/back?status=FAILED&order_id=7&signature={received}")
    keys = Keys.of({"callback_secret": SECRET.encode().hex()}, test=True)
    assert names(asked(message, "plural.callback", keys)) == ["output/inner-zeros-lost"]
    swapped = _unpadded(mac("Late|12.50|#"))
    found = asked(refund(swapped, {"refund_amount": "12.50", "remarks": "Late"}))
    assert names(found) == ["order/reversed", "output/inner-zeros-lost"]


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
