"""Each text form of a digest reads back, and reads nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.signing.outputs import OUTPUTS

WRITTEN_ONLY = ("raw", "hex-unpadded", "hex-unpadded-upper")
READABLE = [name for name in OUTPUTS if name not in WRITTEN_ONLY]


@given(st.sampled_from(READABLE), st.binary(min_size=1))
def test_what_is_written_is_read_again(name: str, data: bytes) -> None:
    assert OUTPUTS[name].run.decode(OUTPUTS[name].run.encode(data)) == data


@given(st.sampled_from(sorted(OUTPUTS)), st.text())
def test_no_text_raises(name: str, text: str) -> None:
    made = OUTPUTS[name].run.decode(text)
    assert made is None or isinstance(made, bytes)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hex-lower", "AB"),
        ("hex-upper", "ab"),
        ("hex-lower", "abc"),
        ("hex-lower", "a\u0660"),
        ("base64", "a\n=="),
        ("base64", "é"),
    ],
)
def test_texts_of_another_form_are_not_read(name: str, text: str) -> None:
    assert OUTPUTS[name].run.decode(text) is None


def test_unpadded_hex_loses_the_zero_of_each_small_byte() -> None:
    data = bytes([0, 10, 16, 255])
    assert [OUTPUTS[name].run.encode(data) for name in WRITTEN_ONLY[1:]] == ["0a10ff", "0A10FF"]
