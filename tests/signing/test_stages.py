"""Each stage from a message to its text: selecting, ordering, printing, editing, joining, encoding."""

from __future__ import annotations

from typing import Any

import pytest

from payproof.model import Message
from payproof.signing import Keys, Recipe, explain, verify
from payproof.signing.charsets import CHARSETS
from payproof.signing.edits import EDITS
from payproof.signing.freshness import judge_time
from payproof.signing.recipe import Join, KeyUse, Round
from payproof.signing.source import take

KEYS = Keys.of({"k": "key"})
BASE = Recipe("x.y", join=Join(between="|"), scalars="php", rounds=(Round(key=KeyUse("k")),))
BODY = '{"b":"1","a":{"y":[true,null],"x":{}},"c":"","d":"0","e":false}'


def text(body: str = BODY, **choices: Any) -> str:
    """Give the canonical string of a point; verifying must look at the same one."""
    recipe = BASE.with_(**choices)
    message = Message("POST", "/", (), body.encode())
    made = explain(recipe, message, KEYS)
    carried = body.replace("{", '{"signature":"%s",' % made.signature, 1)  # noqa: UP031
    checked = recipe.with_(excluded=(*recipe.excluded, "signature"))
    verdict = verify(checked, Message("POST", "/", (), carried.encode()), KEYS)
    if recipe.included == () and recipe.order != "reversed":
        assert verdict.ok, verdict
    return made.canonical.decode()


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, "1|1|||0|"),
        ({"excluded": ("a", "c")}, "1|0|"),
        ({"included": ("d", "b")}, "1|0"),
        ({"drop": "empty"}, "1|1||0|"),
        ({"drop": "php-empty"}, "1|1|"),
        ({"drop": "null"}, "1|1|||0|"),
        ({"order": "bytes"}, "1||1||0|"),
        ({"order": "reversed"}, "|0||1||1"),
        ({"order_table": ("d", "b")}, "0|1|1|||"),
        ({"join": Join(after="|", end="#")}, "1|1|||0||#"),
        ({"join": Join()}, "110"),
        ({"parts": "pairs"}, "b=1|y=1|y=|c=|d=0|e="),
        ({"parts": "names-and-values"}, "b|1|y|1|y||c||d|0|e|"),
        ({"depth": 0, "beyond": "php-array"}, "1|Array||0|"),
        ({"depth": 1, "beyond": "php-array"}, "1|Array|Array||0|"),
        ({"depth": 0, "beyond": "json-text"}, '1|{"y":[true,null],"x":{}}||0|'),
        ({"depth": 0, "beyond": "left-out"}, "1||0|"),
        ({"depth": 0, "beyond": "skipped"}, "1|||0|"),
        ({"depth": 0}, "1|1|||0|"),
        ({"scalars": "javascript"}, "1|true|null||0|false"),
        ({"scalar_texts": (("true", "yes"), ("null", "-"))}, "1|yes|-||0|"),
        ({"escaping": "percent", "join": Join(between="/")}, "1/1///0/"),
        ({"edits": ("cut-last-2",)}, "1|1|||"),
        ({"edits": ("quoted-values", "trailing-newline")}, '"1"|"1"|""|""|"0"|""\n'),
    ],
)
def test_each_choice_makes_its_text(choices: dict[str, Any], expected: str) -> None:
    assert text(**choices) == expected


def test_left_out_is_dropped_and_inner_values_flatten_every_level() -> None:
    body = '{"a":[[1],[[2]]],"b":{"c":{"d":3}}}'
    assert text(body) == "1|2|3"
    assert text(body, depth=1, beyond="comma-joined") == "1|2|3"


def test_deep_orders_reach_nested_objects() -> None:
    body = '{"b":{"z":1,"y":2},"a":[{"q":3,"p":4}]}'
    assert text(body, order="go-sorted") == "4|3|2|1"
    assert text(body, order="bytes") == "3|4|1|2"


def test_values_are_edited_before_they_are_escaped() -> None:
    assert text('{"a":" x y "}', edits=("trim-values",), escaping="percent") == "x%20y"


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("crlf-to-lf", "a\r\nb\n", "a\nb\n"),
        ("lf-to-crlf", "a\r\nb\n", "a\r\nb\r\n"),
        ("newlines-dropped", "a\r\nb\n", "ab"),
        ("spaces-dropped", " a b ", "ab"),
        ("cut-last-1", "ab", "a"),
        ("cut-last-3", "ab", ""),
        ("trailing-nul", "a", "a\0"),
        ("nfc", "e\u0301", "é"),
        ("nfd", "é", "e\u0301"),
        ("upper-case", "a", "A"),
    ],
)
def test_each_edit_changes_what_it_says(name: str, given: str, expected: str) -> None:
    assert EDITS[name].run.change(given) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("utf-8", b"\xc3\xa9\xe2\x82\xac"),
        ("latin-1", b"\xe9?"),
        ("ascii-replace", b"??"),
        ("ascii-ignore", b""),
        ("cp1252", b"\xe9\x80"),
        ("utf-16le", b"\xe9\x00\xac\x20"),
        ("utf-16be", b"\x00\xe9\x20\xac"),
        ("utf-16-bom", b"\xfe\xff\x00\xe9\x20\xac"),
        ("utf-8-bom", b"\xef\xbb\xbf\xc3\xa9\xe2\x82\xac"),
        ("double-utf-8", "é€".encode().decode("latin-1").encode()),
        ("low-byte", b"\xe9\xac"),
    ],
)
def test_each_charset_gives_its_bytes(name: str, expected: bytes) -> None:
    assert CHARSETS[name].run("é€") == expected


@pytest.mark.parametrize("name", list(CHARSETS))
def test_no_text_is_beyond_a_charset(name: str) -> None:
    assert isinstance(CHARSETS[name].run("\ud800\udc80😀\0"), bytes)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "missing"), ("", "malformed"), ("1.0", "malformed"), ("-1", "malformed"), ("+1", "malformed"),
        ("٣", "malformed"), ("²", "malformed"), ("1" * 16, "malformed"), ("1000", "fresh"), ("700", "fresh"),
        ("1300", "fresh"), ("699", "stale"), ("1301", "future"), ("0001000", "fresh"),
    ],
)  # fmt: skip
def test_a_time_is_judged_by_its_distance_and_its_form(given: str | None, expected: str) -> None:
    assert judge_time(given, now_s=1000, tolerance_s=300) == expected


def test_a_duplicate_is_seen_wherever_it_stands_and_only_when_fields_are_signed() -> None:
    message = Message("POST", "/", (), b'{"a":1,"n":{"x":1,"x":2},"signature":"00"}')
    assert verify(BASE, message, KEYS).reason == "duplicate-keys"
    assert take(BASE.source, message).fields[1] == ("n", [("x", "1"), ("x", "2")])
    whole = BASE.with_(parts="text")
    assert verify(whole, message, KEYS).reason == "mismatch"
