"""Texts that were signed, shown so that no character hides: each invisible one is written as an escape."""

from __future__ import annotations

import unicodedata

from payproof.report.printable import printable
from payproof.signing.fields import text_of_bytes


def visible(text: str) -> str:
    """Give the text on one line with what cannot be seen as `\\xNN`, `\\uNNNN`; spaces at the ends too.

    A text in which everything can be seen comes back as it is. In another one a backslash is doubled,
    so that it can be told from an escape.
    """
    shown = _shown(text)
    return shown if shown == text else _shown(text.replace("\\", "\\\\"))


def _shown(text: str) -> str:
    shown = "".join(map(_letter, text))
    if text[:1] == " ":
        shown = "\\x20" + shown[1:]
    return shown[:-1] + "\\x20" if len(text) > 1 and text[-1] == " " else shown


def _letter(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if letter != " " and unicodedata.category(letter) == "Zs":
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return printable(letter)


def visible_bytes(data: bytes) -> str:
    """Show bytes likewise; those that are not UTF-8 as `\\xNN`."""
    return visible(text_of_bytes(data))
