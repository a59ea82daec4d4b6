"""YAML is read as version 1.2, counted, and refused with a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payproof.errors import UnreadableInput
from payproof.files import Limits, read_yaml

SHOP = Path(__file__).parents[1] / "spec" / "fixtures" / "shop" / "openapi.yaml"


def data(text: str | bytes) -> object:
    return read_yaml(text.encode() if isinstance(text, str) else text).data


@pytest.mark.parametrize(
    "text", ["NO", "yes", "on", "1:30", "2020-01-01", "0b11", "1_000", "0777x", "=", "e1"]
)
def test_what_only_yaml_1_1_converts_stays_text(text: str) -> None:
    assert data(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None), ("", None), ("Null", None), ("true", True), ("FALSE", False), ("+5", 5), ("010", 10),
        ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0), (".5", 0.5), ("-2.", -2.0), ("'5'", "5"), ("! 5", "5"),
        ("!!str 5", "5"), ("!!int '5'", 5), ("!!float 5", 5.0), ("!!null ''", None), ("!!bool 'true'", True),
    ],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2_is_followed(text: str, value: object) -> None:
    read = data(f"a: {text}")
    assert read == {"a": value}
    assert type(read["a"]) is type(value)


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert data("200: a\ntrue: b\n~: c") == {"200": "a", "true": "b", "~": "c"}


REFUSED = {
    "a repeated key": ("a: 1\nb: 2\na: 3", 3, "'a' stands twice"),
    "keys equal as text": ("200: 1\n'200': 2", 2, "stands twice"),
    "a tag of Python's": ("a:\n  !!python/object/apply:os.system [x]", 2, "tag"),
    "a tag of one's own": ("a: !secret x", 1, "tag"),
    "a tag that does not fit": ("a: !!int x", 1, "no int"),
    "a binary tag": ("a: !!binary aGk=", 1, "tag"),
    "a second document": ("a: 1\n---\nb: 2", 2, "second document"),
    "an alias of itself": ("a: &x [*x]", 1, "alias"),
    "an alias of nothing": ("a: *x", 1, "alias"),
    "a merge key": ("a: &a {b: 1}\nc: {<<: *a}", 2, "merge"),
    "a list as key": ("? [1]\n: 2", 1, "key"),
    "not a number": ("a: .nan", 1, "not-a-number"),
    "infinity": ("a: -.INF", 1, "infinity"),
    "a number too large": ("a: 1e999", 1, "too large"),
    "too many digits": ("a: " + "9" * 5000, 1, "digits"),
    "too many hexadecimal digits": ("a: 0x" + "f" * 5000, 1, "digits"),
    "deep nesting": ("[" * 65, 1, "deeper than 64"),
    "depth behind an alias": (
        "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40,
        2,
        "deeper",
    ),
    "a torn text": ("a: 'x", 1, "not YAML"),
    "a control character": ("a: \x01", 1, "not YAML"),
    "a tab as indent": ("a:\n\tb: 1", 2, "not YAML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_document_is_refused_with_its_line(case: str) -> None:
    text, line, why = REFUSED[case]
    with pytest.raises(UnreadableInput) as error:
        data(text)
    assert why in error.value.what
    assert error.value.where == f"<input>:{line}"
    assert error.value.hint


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(UnreadableInput, match="not UTF-8") as error:
        data(b"a: 1\nb: \xff")
    assert error.value.where == "<input>:2"


def test_an_alias_counts_as_all_that_it_stands_for() -> None:
    rows = ["a0: &a0 [" + ", ".join("x" * 10) + "]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 7)]
    with pytest.raises(UnreadableInput, match="more than 1000000 values") as error:
        data("\n".join(rows))
    assert error.value.where == "<input>:6"


def test_an_alias_gives_what_it_stands_for() -> None:
    assert data("a: &x {b: [1]}\nc: *x\nd: &y 5\ne: *y") == {"a": {"b": [1]}, "c": {"b": [1]}, "d": 5, "e": 5}


def test_a_file_larger_than_the_limit_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="larger than 10 bytes"):
        read_yaml(b"a: 12345678", Limits(size=10))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(UnreadableInput, match="cannot be read"):
            read_yaml(path)


def test_lines_are_found_by_pointer(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a:\n  b/c:\n    - 1\n    - {d: 2}\n")
    parsed = read_yaml(path)
    lines = {pointer: parsed.line_of(pointer) for pointer in ("", "/a", "/a/b~1c", "/a/b~1c/1/d", "/a/zz/y")}
    assert lines == {"": 1, "/a": 1, "/a/b~1c": 2, "/a/b~1c/1/d": 4, "/a/zz/y": 1}


def test_importing_the_reader_does_not_import_yaml() -> None:
    code = "import payproof.files, sys; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_pyyaml_without_its_c_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    expected = read_yaml(SHOP).data
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read_yaml(SHOP).data == expected


MUTATIONS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from(list("{}[]:,&*!|>'\"#%@-?~\t\n\x00 é0a\ud7ff"))),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(MUTATIONS)
def test_a_mutated_document_is_read_or_refused_and_nothing_else(changes: list[tuple[int, str]]) -> None:
    text = SHOP.read_text()
    for at, piece in changes:
        at %= len(text)
        text = text[:at] + piece + text[at + 1 :]
    try:
        parsed = read_yaml(text.encode())
        parsed.line_of("/paths/~1orders/get")
    except UnreadableInput:
        pass


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"%YAML 9.9\n--- a")
@example(b"!<tag:yaml.org,2002:map> [a]")
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_yaml(raw)
    except UnreadableInput:
        pass
