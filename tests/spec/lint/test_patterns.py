"""Patterns that backtrack without need are told from those that do not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payproof.spec.lint.patterns import danger

SAFE = [
    "^[0-9]{5}(-[0-9]{5}){3}$", "^(-[0-9]+)*$", "^[^@]+@[^@]+$", "(ab|cd)*", "^[A-Za-z+/]{10,}={0,2}$",
    "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$", "^(0[1-9]|[12][0-9]|3[01])-(0[1-9]|1[0-2])$", "",
    "^https://(sandbox[.])?shop[.]example/.+$", "(a{2}){3,}", "^([A-Z]{3},)*[A-Z]{3}$", "(?:x[0-9]+;)+",
    "a?b?c?", "a++b",
]  # fmt: skip
UNSAFE = [
    "^([a-z]+)*$", "(a?)*", "[a-z]+[a-z0-9]*", "^.+@.+$", "(x+x+)+y", "^(([a-z])+.)+$", "(a|b|ab)*c",
    "([0-9]{1,50})*$", "(a*)*", "((a|b)+|c)+", "^(\\w+\\s?)*$", "(?=(a+)+)b", "a{0,1000}a{0,1000}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", SAFE)
def test_a_pattern_with_one_way_to_split_a_text_is_safe(pattern: str) -> None:
    assert danger(pattern) == ""


@pytest.mark.parametrize("pattern", UNSAFE)
def test_a_pattern_with_many_ways_is_not(pattern: str) -> None:
    assert danger(pattern)


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "*", "(?P<a>x)(?P<a>y)", "\\"])
def test_what_is_no_pattern_is_said_to_be_none(pattern: str) -> None:
    assert danger(pattern).startswith("it is no regular expression")


@pytest.mark.filterwarnings("ignore::FutureWarning")
@settings(max_examples=400, deadline=None)
@given(st.text("ab()|*+?[]{}1,^$\\.", max_size=14))
def test_a_pattern_called_safe_ends_soon(pattern: str) -> None:
    if danger(pattern):
        return
    compiled = re.compile(f"^(?:{pattern})$")
    begun = time.process_time()
    compiled.search("ab" * 12 + "a" * 24 + "!")
    assert time.process_time() - begun < 1
