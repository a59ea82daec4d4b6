"""Strings from outside as plain text: what a terminal or a log could act on is written as an escape."""

from __future__ import annotations

import re
import unicodedata

#: Controls and line separators, invisible format characters (bidirectional overrides among them),
#: lone surrogates and private use: everything that shows other than as itself.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
#: CI services obey commands in a log: `##[error]`, `##vso[...]`, `##teamcity[...]` anywhere in a line,
#: `::error::` at its start, with or without spaces before.
_ANYWHERE, _AT_START = re.compile(r"##(?=[a-z]*\[)"), re.compile(r"^(\s*):(?=:)")


def printable(text: str, *, limit: int = 400) -> str:
    """Give the text on one line, control and format characters escaped, its middle cut beyond `limit`."""
    if len(text) > limit:
        half = (limit - 3) // 2
        text = f"{text[:half]}...{text[-half:]}"
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(character) for character in text)
    return _ANYWHERE.sub(r"#\\x23", text) if "##" in text else text


def printable_lines(text: str, *, limit: int = 4000) -> str:
    """Give the text with its line breaks, every line printable."""
    lines = (printable(line, limit=limit) for line in text.split("\n"))
    return "\n".join(_AT_START.sub(r"\1\\x3a", line) for line in lines)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
