"""Escapes are those of the functions which they are named after."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from tests.signing.asking import ask
from tests.signing.samples import texts

from payproof.signing.escapes import ESCAPES

TEXTS = texts()


@pytest.mark.parametrize(
    ("choice", "language", "task"),
    [
        ("percent", "php", "percent"),
        ("percent-php", "php", "percent-form"),
        ("percent-component", "node", "percent"),
        ("percent-uri", "node", "percent-uri"),
        ("percent-java", "java", "percent-form"),
        ("percent-plus", "go", "percent-form"),
        ("html", "php", "html"),
    ],
)
def test_each_escape_is_the_language_s_own(choice: str, language: str, task: str) -> None:
    answers = ask(language, [(task, text) for text in TEXTS])
    assert [ESCAPES[choice].run(text) for text in TEXTS] == answers


def test_python_s_escapes_are_those_of_urllib() -> None:
    assert [ESCAPES["percent"].run(text) for text in TEXTS] == [quote(text, safe="") for text in TEXTS]
    assert [ESCAPES["percent-plus"].run(text) for text in TEXTS] == [quote_plus(text) for text in TEXTS]
    assert [ESCAPES["percent-slash"].run(text) for text in TEXTS] == [quote(text) for text in TEXTS]


@pytest.mark.parametrize("choice", list(ESCAPES))
def test_no_text_is_beyond_escaping(choice: str) -> None:
    for text in ("\ud800", "\udcff", "\0", "%", "%zz", "a" * 1000):
        assert isinstance(ESCAPES[choice].run(text), str)


def test_lower_hex_changes_escapes_only() -> None:
    assert ESCAPES["percent-lower"].run("ÄB%") == "%c3%84B%25"
