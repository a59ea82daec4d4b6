"""Orders are those of the data structures and functions which they are named after."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signing.asking import ask
from tests.signing.samples import name_lists

from payproof.signing.orders import ORDERS, java_hash, table_order

LISTS = name_lists()


@pytest.mark.parametrize(
    ("choice", "language", "task"),
    [
        ("java-hashmap", "java", "hashmap"),
        ("utf-16", "java", "treemap"),
        ("utf-16", "node", "sort"),
        ("js-integer-first", "node", "keys"),
        ("bytes", "php", "ksort"),
    ],
)
def test_each_order_is_the_language_s_own(choice: str, language: str, task: str) -> None:
    # PHP turns integer-like names into integers on the way; as text they sort alike.
    answers = ask(language, [(task, "\n".join(names)) for names in LISTS])
    ours = ["\n".join(names[at] for at in ORDERS[choice].run(names)) for names in LISTS]
    assert ours == answers


def test_java_hashes_are_java_s() -> None:
    names = sorted({name for names in LISTS for name in names})
    answers = ask("java", [("hash", name) for name in names])
    assert [java_hash(name) for name in names] == [int(text) & 0xFFFFFFFF for text in answers]


@given(st.lists(st.text(max_size=4), max_size=30), st.sampled_from(list(ORDERS)))
def test_every_order_is_a_permutation(names: list[str], choice: str) -> None:
    assert sorted(ORDERS[choice].run(names)) == list(range(len(names)))


def test_a_table_puts_the_unknown_last_as_sent() -> None:
    order = table_order(["b", "a"])
    assert [["x", "a", "y", "b"][at] for at in order(["x", "a", "y", "b"])] == ["b", "a", "x", "y"]
