"""jsonschema-rs, which judges, and jsonschema, which words, agree on examples and mutations of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payproof.spec import Spec, load
from payproof.spec.compiled import Compiled
from payproof.spec.lint.examples import examples_of
from payproof.spec.lint.subject import Subject

OPENAPI = Path(__file__).parents[2] / "openapi"
SPECS = [
    Path(__file__).parent / "fixtures" / "shop",
    *sorted(path.parent for path in OPENAPI.glob("*/openapi.yaml")),
]
OTHERS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    0.5,
    1e300,
    "",
    "x",
    "0",
    " ",
    "é",
    [],
    [None],
    {},
    {"x": 1},
]


def judged(spec: Spec) -> list[tuple[Any, Any]]:
    found = [
        (value, schema) for node in Subject(spec).resolved() for _, value, schema, _ in examples_of(node)
    ]
    assert found
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, item in inner for one in places(item, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = json.loads(json.dumps(value))
    place = copy
    for step in path[:-1]:
        place = place[step]
    if new is ... and isinstance(place, dict):
        del place[path[-1]]
    else:
        place[path[-1]] = None if new is ... else new
    return copy


def agree(spec: Spec, schema: Any, value: Any) -> None:
    compiled = Compiled(spec, schema, "")
    for pair in (compiled.hard, compiled.soft):
        if pair is not None:
            assert pair.fast.is_valid(value) == pair.wordy.is_valid(value), value


@pytest.mark.parametrize("folder", SPECS, ids=lambda path: path.name)
def test_they_agree_on_every_example_and_with_each_member_left_out(folder: Path) -> None:
    spec = load(folder)
    for value, schema in judged(spec):
        for path in [(), *places(value)[:60]]:
            agree(spec, schema, replaced(value, path, ...) if path else value)


@pytest.mark.parametrize("folder", SPECS, ids=lambda path: path.name)
def test_they_agree_on_mutations(folder: Path) -> None:
    spec = load(folder)
    cases = judged(spec)

    @settings(max_examples=120, deadline=None, database=None)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        value, schema = data.draw(st.sampled_from(cases))
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from(places(value)))
            value = replaced(value, path, data.draw(st.sampled_from(OTHERS) | st.text(max_size=5)))
        agree(spec, schema, value)

    run()
