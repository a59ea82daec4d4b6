"""Streaming reads what the whole-document loader reads, and refuses what would cost too much."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cassettes.recordings import AWKWARD, cassettes, vcr_text

from payproof.errors import UnreadableInput
from payproof.files.yaml_dump import dump_yaml_stream
from payproof.files.yaml_stream import StreamLimits, stream_yaml

ITEMS = frozenset({"interactions"})
LEAVES = st.one_of(AWKWARD, st.binary(max_size=9), st.none(), st.booleans(), st.integers())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(AWKWARD, inner, max_size=3),
    max_leaves=8,
)


class Trickle:
    """A file that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._inner, self._step = io.BytesIO(data), step

    def read(self, size: int = -1, /) -> bytes:
        return self._inner.read(min(self._step, size) if size > 0 else self._step)


def streamed(text: str | bytes, *, limits: StreamLimits | None = None, step: int = 4096) -> dict[str, Any]:
    data = text.encode() if isinstance(text, str) else text
    found: dict[str, Any] = {}
    for item in stream_yaml(Trickle(data, step), ITEMS, name="t.yaml", limits=limits or StreamLimits()):
        if item.number:
            found.setdefault(item.key, []).append(item.value)
        else:
            found[item.key] = item.value
    return found


@settings(max_examples=300, deadline=None)
@given(cassettes(), st.integers(1, 5000))
def test_a_cassette_reads_as_the_whole_document_does(rows: Any, step: int) -> None:
    text = vcr_text(rows)
    whole = yaml.load(text, yaml.CSafeLoader)
    got = streamed(text, step=step)
    assert got.get("interactions", []) == whole["interactions"]
    assert got["version"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "{interactions: [{a: 1}, {b: [2, {c: 3}]}], version: 1}",
        "interactions:\n      - a: 1\n        b:\n        - - 1\n          - 2\n        - 3\n      - c\n",
        "interactions:\n- body: |\n    - not an item\n    - nor this\n- body: >-\n    folded\n\n    - text\n",
        "base: &b {x: 1, y: 2}\ninteractions:\n- &i {<<: *b, y: 3}\n- *i\n- <<: [*i, *b]\n  z: *b\n",
        "interactions:\n- !!binary |\n  aGFsbG8=\n- !!str 12\n- !!int '3'\n- 0x1F\n- 1_000\n- 190:20:30\n",
        "interactions:\n- NO\n- .inf\n- 1e3\n- 0o17\n- =x\n",
        "? interactions\n: - 2020-01-02\n  - 2001-12-14t21:59:43.10-05:00\n  - ~\n  -\n",
        "---\ninteractions: [\"a\\\n  b\", 'it''s', \"\\u263a\"]\n...\n",
        "# only a comment\ninteractions: # here\n- a # there\n",
        "interactions:\n- {a: 1, a: 2}\n- {1: x, true: y, ~: z, 1.5: w}\n",
    ],
)
def test_other_styles_read_as_the_whole_document_does(text: str) -> None:
    assert streamed(text) == yaml.load(text, yaml.CSafeLoader)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_what_is_dumped_reads_the_same_here_and_by_pyyaml(value: Any) -> None:
    text = dump_yaml_stream({"interactions": [value]})
    assert yaml.load(text, yaml.CSafeLoader) == {"interactions": [value]}
    assert streamed(text) == {"interactions": [value]}


@pytest.mark.parametrize("style", ["&a x", "&a [1]"])
def test_an_alias_reaches_from_one_item_into_another(style: str) -> None:
    assert len({str(one) for one in streamed(f"interactions:\n- {style}\n- *a\n")["interactions"]}) == 1


def test_bodies_that_were_files_or_iterators_are_their_bytes() -> None:
    text = (
        "interactions:\n- !!python/object/new:_io.BytesIO\n  state: !!python/tuple\n"
        "  - !!binary aGFsbG8=\n  - 0\n"
        "- !!python/object/apply:builtins.iter\n  args:\n  - [!!binary aGE=, 'lo']\n  state: 0\n"
    )
    assert streamed(text)["interactions"] == [b"hallo", b"halo"]


LAUGHS = "interactions:\n- &a0 [x, x]\n" + "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
MERGES = "a0: &a0 {k: 1, l: 2}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n  k{n}: 1\n" for n in range(1, 40)
)


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        (LAUGHS, "values", 0),
        (MERGES, "values", 0),
        ("interactions:\n- a\n- !!python/object/apply:os.system ['id']\n", "tag", 3),
        ("interactions:\n- !!python/name:os.system ''\n", "tag", 2),
        ("interactions:\n- &a [*a]\n", "alias", 2),
        ("interactions:\n- *nobody\n", "for nothing", 2),
        ("interactions:\n- " + "[" * 100_000, "nested", 2),
        ("interactions:\n- " + "{a: " * 100_000, "nested", 2),
        ("interactions:\n" + "- " * 100_000, "nested", 2),
        ("interactions:\n- 'never closed\n", "not YAML", 0),
        ("interactions: []\n---\nb: 1\n", "second document", 2),
        ("- a\n", "no mapping", 1),
        ("interactions:\n- !!int x\n", "no int", 2),
        ("interactions:\n- {[a]: 1}\n", "key", 2),
        ("interactions:\n- 2020-99-99\n", "no timestamp", 2),
        ("interactions:\n- \x07\n", "not YAML", 0),
        (b"interactions:\n- \xff\xfe\n", "not YAML", 0),
    ],
    ids=range(17),
)
def test_what_is_hostile_or_broken_is_refused_with_its_line(text: str | bytes, why: str, line: int) -> None:
    with pytest.raises(UnreadableInput) as caught:
        streamed(text)
    assert why in caught.value.what
    assert caught.value.where.startswith("t.yaml:")
    if line:
        assert caught.value.where.removeprefix("t.yaml:").split(" ")[0] == str(line)


def test_an_error_names_the_entry() -> None:
    with pytest.raises(UnreadableInput) as caught:
        streamed("interactions:\n- a\n- b\n- !thing c\n")
    assert caught.value.where == "t.yaml:4 (entry 3)"


def test_an_entry_larger_than_allowed_is_refused_before_it_is_held() -> None:
    with pytest.raises(UnreadableInput, match="bytes belong to one entry"):
        streamed(b"interactions:\n- '" + b"x" * 3_000_000, limits=StreamLimits(item=1_000_000))
