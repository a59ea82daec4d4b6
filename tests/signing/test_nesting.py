"""Nested values are printed as the languages print containers."""

from __future__ import annotations

import json

import pytest
from tests.signing.asking import ask
from tests.signing.samples import documents

from payproof.signing.fields import parse_json
from payproof.signing.nesting import BEYOND
from payproof.signing.scalars import SCALARS

TEXTS = ["[1,2,[3,null,4],{}]", '{"a":1}', "[]", "[null]", "[true,false,1.5]", '[["x"],"y"]']


def printed(choice: str, preset: str, text: str) -> str | None:
    return BEYOND[choice].run(parse_json(text), SCALARS[preset].run)


def test_javascript_s_string_of_a_container() -> None:
    asked = [*TEXTS, *(f"[{text}]" for text in documents(50))]
    answers = ask("node", [("print", text) for text in asked])
    assert [printed("object-object", "javascript", text) for text in asked] == answers


def test_go_s_print_of_a_container() -> None:
    asked = [text for text in [*TEXTS, '{"b":[1],"a":{"c":null}}'] if text]
    answers = ask("go", [("print", text) for text in asked])
    assert [printed("go-print", "go", text) for text in asked] == answers


def test_python_s_str_of_a_container() -> None:
    asked = [*TEXTS, *documents(50)]
    assert [printed("python-repr", "python", text) for text in asked] == [
        str(json.loads(text)) for text in asked
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("php-array", "Array"),
        ("comma-joined", "1,x,,2"),
        ("json-text", '{"a":1,"b":["x",null],"c":2}'),
        ("json-spaced", '{"a": 1, "b": ["x", null], "c": 2}'),
        ("java-string", "{a=1, b=[x, null], c=2}"),
        ("inner-values", None),
        ("skipped", ""),
    ],
)
def test_each_other_choice_prints_as_it_says(choice: str, expected: str | None) -> None:
    assert printed(choice, "php", '{"a":1,"b":["x",null],"c":2}') == expected
