"""Strings from outside cannot act on a terminal."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.report.printable import printable, printable_lines


def test_plain_text_stays_as_it_is() -> None:
    assert printable("धन्यवाद, Zoë: 10.50 €") == "धन्यवाद, Zoë: 10.50 €"


def test_ansi_codes_and_overrides_become_escapes() -> None:
    assert printable("\x1b[2Jgone\u202e\r\n") == "\\x1b[2Jgone\\u202e\\x0d\\x0a"


def test_a_long_text_is_cut_in_its_middle() -> None:
    assert len(printable("a" * 500 + "b" * 500, limit=101)) == 101
    assert printable("a" * 500 + "b" * 500, limit=101).endswith("b" * 49)


def test_lines_stay_lines() -> None:
    assert printable_lines("a\nb\tc") == "a\nb\\x09c"


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_invisible_gets_through(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not {unicodedata.category(one) for one in printable(text, limit=10**6)} & hidden


@pytest.mark.parametrize("text", ["##[error]x", "a ##vso[task.complete]b", "##teamcity[x]", "###[x]"])
def test_no_command_of_a_ci_service_is_left_in_a_line(text: str) -> None:
    assert not re.search(r"##[a-z]*\[", printable(text))


def test_no_line_begins_a_workflow_command() -> None:
    assert printable_lines("::error::x\n  ::warning::y\na::b") == "\\x3a:error::x\n  \\x3a:warning::y\na::b"
