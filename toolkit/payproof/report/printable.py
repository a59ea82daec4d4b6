"""Strings from outside as plain text: what a terminal or a log could act on is written as an escape."""

from __future__ import annotations

import unicodedata

#: Controls and line separators, invisible format characters (bidirectional overrides among them),
#: lone surrogates and private use: everything that shows other than as itself.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str, *, limit: int = 400) -> str:
    """Give the text on one line, control and format characters escaped, its middle cut beyond `limit`."""
    if len(text) > limit:
        half = (limit - 3) // 2
        text = f"{text[:half]}...{text[-half:]}"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def printable_lines(text: str, *, limit: int = 4000) -> str:
    """Give the text with its line breaks, every line printable."""
    return "\n".join(printable(line, limit=limit) for line in text.split("\n"))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
