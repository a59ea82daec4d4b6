"""The difference of two documents as an overlay, applied, gives the second one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.drift.overlay import apply, overlay_of
from payproof.errors import UnreadableInput

DOCUMENTS = st.dictionaries(
    st.sampled_from(["paths", "a.b", "it's", "x-1", "/v1/{id}"]),
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "a"]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc'"), inner, max_size=3)
        ),
        max_leaves=10,
    ),
)


@given(DOCUMENTS, DOCUMENTS)
def test_a_difference_applied_gives_the_other_document(before: Any, after: Any) -> None:
    kept = json.dumps(before)

    made = apply(overlay_of(before, after, "test"), before)

    assert made == after
    assert json.dumps(before) == kept


def test_the_order_of_fields_can_be_changed() -> None:
    before, after = {"p": {"a": 1, "b": 2}}, {"p": {"b": 2, "a": 1}}

    assert json.dumps(apply(overlay_of(before, after, "test"), before)) == json.dumps(after)


def test_wildcards_and_dots_are_understood() -> None:
    document: dict[str, Any] = {"paths": {"/a": {"get": {}}, "/b": {"get": {}}}}
    overlay = {"overlay": "1.0.0", "actions": [{"target": "$.paths.*.get", "update": {"deprecated": True}}]}

    made = apply(overlay, document)

    assert [item["get"] for item in made["paths"].values()] == [{"deprecated": True}] * 2


DEEP = {"target": "$..x", "remove": True}


@pytest.mark.parametrize(
    "overlay",
    [
        {},
        {"overlay": "2.0.0"},
        {"overlay": "1.0.0", "actions": [{}]},
        {"overlay": "1.0.0", "actions": [DEEP]},
    ],
)
def test_what_is_no_overlay_is_refused(overlay: Any) -> None:
    with pytest.raises(UnreadableInput):
        apply(overlay, {"x": 1})
