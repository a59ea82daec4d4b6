"""Folding is independent of order and split, and what equals itself never drifts."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payproof.drift import between, compare, fold, side_of
from payproof.drift.seen import MAX_KINDS, MAX_VALUES, Seen
from payproof.drift.shape import Shape
from payproof.model import Interaction, Message
from payproof.spec import Spec, loads

SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 10**13) | st.floats(allow_nan=False, allow_infinity=False)
)
TEXTS = st.sampled_from(["2031-10-27", "27-10-2031", "1581769083", "Success", "a@b.example", ""]) | st.text(
    max_size=70
)
VALUES = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=12,
)


def folded(values: list[Any]) -> Seen:
    seen = Seen()
    for one in values:
        seen.add(one)
    return seen


@given(st.lists(VALUES, max_size=12), st.data())
def test_order_and_split_change_nothing(values: list[Any], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(values))
    cut = data.draw(st.integers(0, len(values)))
    left, right = folded(shuffled[:cut]), folded(shuffled[cut:])

    right.merge(left)

    assert right.as_data() == folded(values).as_data()


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5))
def test_merging_is_associative(one: list[Any], two: list[Any], three: list[Any]) -> None:
    first, inner = folded(one), folded(two)
    inner.merge(folded(three))
    first.merge(inner)
    second = folded(one)
    second.merge(folded(two))
    second.merge(folded(three))

    assert first.as_data() == second.as_data()


@given(st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=6), max_size=200), st.data())
def test_bounds_are_kept_in_every_order(texts: list[str], data: st.DataObject) -> None:
    whole, other = folded(texts), folded(data.draw(st.permutations(texts)))

    assert whole.as_data() == other.as_data()
    assert len(whole.kinds) <= MAX_KINDS
    assert whole.values is None or len(whole.values) <= MAX_VALUES


@given(st.lists(VALUES, max_size=6))
def test_a_fold_survives_being_written_down(values: list[Any]) -> None:
    data = json.loads(json.dumps(folded(values).as_data()))

    assert Seen.from_data(data).as_data() == data


def spec() -> Spec:
    reply = {"description": "Good.", "content": {"application/json": {"schema": {}}}}
    act = {"operationId": "act", "responses": {"200": reply}}
    info = {"title": "T", "version": "1"}
    return loads(
        json.dumps({"openapi": "3.1.0", "info": info, "paths": {"/act": {"get": act}}}).encode(), "t.json"
    )


def replies(values: list[Any]) -> list[Interaction]:
    headers = (("Content-Type", "application/json"),)
    return [
        Interaction(
            Message("GET", "/act"), Message(headers=headers, body=json.dumps(one).encode(), status=200)
        )
        for one in values
    ]


@given(st.lists(VALUES, min_size=1, max_size=10), st.data())
def test_nothing_is_found_when_old_equals_new_in_any_order_and_split(
    values: list[Any], data: st.DataObject
) -> None:
    known = spec()
    whole = fold(known, replies(values))
    again = Shape()
    shuffled = data.draw(st.permutations(replies(values)))
    cut = data.draw(st.integers(0, len(values)))
    for part in (shuffled[:cut], shuffled[cut:]):
        again.merge(fold(known, part))

    assert again.as_data() == whole.as_data()
    assert between(side_of(known), whole.side("old"), again.side("new")) == []


@given(st.lists(VALUES, min_size=1, max_size=10))
def test_a_spec_that_promises_nothing_is_never_departed_from(values: list[Any]) -> None:
    known = spec()

    assert compare(side_of(known), fold(known, replies(values)).side("new")) == []
