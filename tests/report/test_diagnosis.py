"""A diagnosis in words and as data: bytes shown, differences marked, keys masked, schema kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.signing.diagnosis.wrong import KEY, KEYS, TOKEN, asked, mac, refund

from payproof.report import diagnosis as module
from payproof.report.diagnosis import render, to_data
from payproof.report.marked import columns, compare, first_difference, visible
from payproof.report.mask import mask_for
from payproof.signing import Keys
from payproof.signing.diagnosis.answer import Diagnosis

SCHEMA = json.loads(Path(module.__file__).with_name("diagnosis.schema.json").read_text("utf-8"))
TEXT = "10.50|Late|#"
LIVE = Keys.of({"encryption_key": KEY, "access_token": TOKEN})


def plain(text: str) -> str:
    return text


ANSWERS: dict[str, Diagnosis] = {
    "one": asked(refund(mac("10.50,Late,#"))),
    "two": asked(refund(mac("10.50|Late#", TOKEN))),
    "profile": asked(refund(mac(TEXT, KEY, "sha256"))),
    "none": asked(refund("0" * 64), most_mistakes=2),
    "valid": asked(refund(mac(TEXT))),
    "nothing": asked(refund("")),
    "invisible": asked(refund(mac("a\u200b\u00a0b\n|"), {"x": "a\u200b\u00a0b\n"})),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_keeps_the_published_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    data = to_data(ANSWERS[name], LIVE)
    assert list(Draft202012Validator(SCHEMA).iter_errors(data)) == []
    json.dumps(data).encode("ascii")


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_plain_text_of_bounded_width(name: str) -> None:
    lines = render(ANSWERS[name], LIVE).split("\n")
    assert lines[-1] == ""
    assert all(line.isprintable() for line in lines)
    assert all(len(line) <= 106 for line in lines if " " in line.strip())


def test_one_cause_is_told_with_the_bytes_and_the_change() -> None:
    lines = render(ANSWERS["one"], LIVE).split("\n")
    assert lines[0] == "paykun.request: the signature does not verify"
    assert "  The signature was made with ',' as the separator." in lines
    assert "  Change: sign the values alone, with '|' after each and '#' at the end." in lines
    at = lines.index("  right   10.50|Late|#")
    assert lines[at + 1] == "  signed  10.50,Late,#"
    assert lines[at + 2] == "               ^ byte 6: '|' should stand here, not ','"


def test_two_causes_are_numbered_and_told_to_belong_together() -> None:
    text = render(ANSWERS["two"], LIVE)
    assert "two mistakes, which give it only together." in text
    assert "  1. The signature was made with no separator after the last value." in text
    assert "  2. The signature was made with the access token as the key." in text


def test_an_sdk_that_does_so_is_named_and_the_text_is_said_to_be_right() -> None:
    text = render(ANSWERS["profile"], LIVE)
    assert "paykun-docs-pseudocode computes exactly this" in text
    assert "The text that was signed is right (12 bytes); look at the key and the hashing:" in text


def test_an_answer_without_a_cause_guesses_none() -> None:
    text = render(ANSWERS["none"], LIVE)
    assert "Nothing that was tried reproduces it, so no cause is named." in text
    assert "the length of SHA-256; the scheme's digest has 64" in text
    assert "up to two mistakes at once" in text
    assert "By dimension: charset" in text
    assert "was made with" not in text


def test_the_right_signature_is_shown_for_test_keys_only() -> None:
    assert mac(TEXT) in render(ANSWERS["one"], KEYS)
    hidden = asked(refund(mac("10.50,Late,#")), keys=LIVE)
    assert mac(TEXT) not in render(hidden, LIVE)
    assert to_data(hidden, LIVE)["right_signature"] is None


def test_invisible_letters_are_spelled_out() -> None:
    text = render(ANSWERS["invisible"], LIVE)
    assert "a\\u200b\\xa0b\\x0a|#" in text


# -- the marks


@pytest.mark.parametrize(
    ("left", "right", "at", "said"),
    [
        (b"ab", b"ac", 1, "'b' should stand here, not 'c'"),
        (b"ab", b"a", 1, "'b' should stand here, but the text ends"),
        (b"a", b"a b", 1, "the text should end here, but a space follows"),
        (b"", b"x", 0, "the text should end here, but 'x' follows"),
    ],
)
def test_the_first_difference_is_marked(left: bytes, right: bytes, at: int, said: str) -> None:
    found = compare(left, right, plain)
    assert (found.at, found.says) == (at, said)
    assert found.column == at


def test_a_difference_far_inside_long_texts_is_shown_with_its_neighbourhood() -> None:
    left, right = b"x" * 5000 + b"A" + b"y" * 5000, b"x" * 5000 + b"B" + b"y" * 5000
    found = compare(left, right, plain)
    assert found.at == 5000
    assert found.column is not None
    assert (found.expected[found.column], found.actual[found.column]) == ("A", "B")
    assert found.expected.startswith("...x")
    assert len(found.expected) <= 95


@pytest.mark.parametrize("lead", ["é", "漢字", "e\u0301", "\x00", "\\", "\ufeff"])
def test_the_mark_stands_under_the_letter_whatever_comes_before(lead: str) -> None:
    found = compare(f"{lead}A".encode(), f"{lead}B".encode(), plain)
    shown = found.expected[: found.expected.index("A")]
    assert found.column == columns(shown)


def test_bytes_that_are_not_utf_8_are_spelled_out() -> None:
    assert visible(b"\xff\xfea\x00", plain) == "\\xff\\xfea\\x00"
    assert visible(b"a ", plain) == "a\\x20"


def test_the_first_difference_is_found_by_halving() -> None:
    assert first_difference(b"", b"") is None
    assert first_difference(b"abc", b"abc") is None
    for at in range(9):
        left = bytearray(b"123456789")
        left[at] = 0
        assert first_difference(bytes(left), b"123456789") == at


# -- the mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"a{KEY}b", "a<encryption_key>b"),
        (KEY[:-1], "<part of encryption_key>"),
        (KEY[4:20], "<part of encryption_key>"),
        (KEY.lower(), "<part of encryption_key>"),
        (KEY[:7], KEY[:7]),
        ("nothing", "nothing"),
    ],
)
def test_keys_and_their_parts_are_masked(text: str, shown: str) -> None:
    assert mask_for(Keys.of({"encryption_key": KEY}))(text) == shown


def test_test_keys_are_not_masked() -> None:
    assert mask_for(Keys.of({"encryption_key": KEY}, test=True))(KEY) == KEY


def test_a_short_key_is_masked_whole_only() -> None:
    mask: Any = mask_for(Keys.of({"pin": "12345"}))
    assert (mask("x12345x"), mask("1234")) == ("x<pin>x", "1234")
