"""Serialised strings are PHP's, and only PHP's are read."""

from __future__ import annotations

import pytest
from tests.signing.asking import ask
from tests.signing.samples import texts

from payproof.signing.phpserialize import NotSerialised, dump_string, load_string


def test_serialised_strings_are_php_s() -> None:
    asked = [*texts(), 's:1:"a";', "x" * 1000]
    answers = ask("php", [("serialize", text) for text in asked])
    assert [dump_string(text.encode()).decode() for text in asked] == answers


def test_what_is_written_is_read_again() -> None:
    for text in (b"", b'";', b"\xff\0", b'a";s:1:"b'):
        assert load_string(dump_string(text)) == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        b"s:1:a;",
        b's:2:"a";',
        b's:-1:"";',
        b's:1:"a"',
        b's:1:"a";x',
        b"i:1;",
        b's:9999999999:"a";',
        b's:+1:"a";',
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    with pytest.raises(NotSerialised):
        load_string(data)
