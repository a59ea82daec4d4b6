"""PHP's serialised string: `s:<length>:"<text>";`."""

from __future__ import annotations

import re

_FORM = re.compile(rb's:(\d{1,9}):"(.*)";\Z', re.DOTALL)


class NotSerialised(ValueError):
    """The bytes are not one serialised PHP string; says where they part from it."""


def dump_string(text: bytes, length: int | None = None) -> bytes:
    """Serialise a string; `length` overrides the byte count, as signers that miscount do."""
    return b's:%d:"%b";' % (len(text) if length is None else length, text)


def split_string(data: bytes) -> tuple[int, bytes] | None:
    """Give the length that a serialised string states and its text, right or not; None for anything else."""
    found = _FORM.match(data)
    return (int(found[1]), found[2]) if found else None


def load_string(data: bytes) -> bytes:
    """Read one serialised string.

    Raises:
        NotSerialised: when it is not one, or its stated length is not its length in bytes.
    """
    found = split_string(data)
    if found is None:
        raise NotSerialised('it is not s:<length>:"<text>";')
    stated, text = found
    if stated != len(text):
        raise NotSerialised(f"it says {stated} bytes and has {len(text)}")
    return text
