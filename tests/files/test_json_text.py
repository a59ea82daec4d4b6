"""JSON is read strictly, and every refusal is one exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payproof.errors import UnreadableInput
from payproof.files import JsonProblem, parse_json, read_json

REFUSED = {
    "a repeated key": (b'{"a": 1,\n "b": {"a": 1,\n "a": 2}}', 3, "'a' stands twice"),
    "a repeated key behind an escape": (b'{"a": 1,\n "\\u0061": 2}', 2, "stands twice"),
    "NaN": (b"[NaN]", 0, "NaN"),
    "Infinity": (b"[-Infinity]", 0, "Infinity"),
    "deep nesting": (b"[" * 100_000, 0, "deeper than 64"),
    "deep nesting around strings": (b'{"[":' * 65 + b"1" + b"}" * 65, 0, "deeper"),
    "not UTF-8": (b'["a",\n"\xff"]', 2, "not UTF-8"),
    "torn": (b'{"a":\n', 2, "not JSON"),
    "too many digits": (b"9" * 5000, 0, "digits"),
    "nothing": (b"", 1, "not JSON"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), 1, "not UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_is_refused_with_its_line(case: str) -> None:
    raw, line, why = REFUSED[case]
    with pytest.raises(UnreadableInput) as error:
        read_json(raw)
    assert why in error.value.what
    assert error.value.where == (f"<input>:{line}" if line else "<input>")


def test_a_bracket_inside_a_text_does_not_nest() -> None:
    text = json.dumps(["[" * 500, '\\"[']).encode()
    assert parse_json(text) == ["[" * 500, '\\"[']


def test_the_problem_of_a_body_shows_no_value_of_it() -> None:
    with pytest.raises(JsonProblem) as error:
        parse_json(b'{"token": "s3cret", ]')
    assert "s3cret" not in str(error.value)


def test_lines_are_found_by_pointer(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n "a": {\n  "b/c": [1,\n   {"d": "\\ud83d\\ude00"}]}}')
    parsed = read_json(path)
    assert parsed.data == {"a": {"b/c": [1, {"d": "😀"}]}}
    assert [parsed.line_of(one) for one in ("", "/a", "/a/b~1c", "/a/b~1c/1/d", "/nope/x")] == [1, 2, 3, 4, 1]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@settings(max_examples=300)
@given(st.binary(max_size=100) | VALUES.map(lambda value: json.dumps(value).encode()[:-1]))
def test_any_bytes_give_a_value_or_one_exception(raw: bytes) -> None:
    try:
        parse_json(raw)
    except JsonProblem:
        pass
