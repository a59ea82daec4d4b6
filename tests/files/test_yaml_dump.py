"""What is written as YAML reads the same under YAML 1.1 and 1.2."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from payproof.errors import UsageError
from payproof.files import dump_yaml, read_yaml

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
AWKWARD = st.sampled_from(
    ["no", "on", "~", "", "1:30", "0o17", "1e3", "010", "2020-01-01", "<<", "=", ".inf", "\x85"]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | AWKWARD,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS | AWKWARD.filter(lambda key: key != "<<"), inner),
    max_leaves=15,
)


@given(VALUES)
def test_data_comes_back_as_it_was(value: object) -> None:
    text = dump_yaml(value)
    assert read_yaml(text.encode()).data == value
    assert yaml.safe_load(text) == value


def test_keys_keep_their_order_and_shared_values_are_repeated() -> None:
    shared = [1]
    assert dump_yaml({"b": shared, "a": shared}) == "b:\n- 1\na:\n- 1\n"


@pytest.mark.parametrize("value", [object(), "\ud800", {"a": {1, 2}}])
def test_what_yaml_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        dump_yaml(value)
