"""Two texts that were signed, one above the other, with a mark under the first letter that differs."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from payproof.report.mask import Mask
from payproof.report.printable import printable
from payproof.signing.fields import text_of_bytes

_AROUND = 160
_BEFORE = 48


@dataclass(frozen=True, slots=True)
class Compared:
    """The neighbourhood of the first difference, ready to be printed.

    Args:
        at: Number of the first byte that differs, from 0; None when the texts are the same.
        expected, actual: Both neighbourhoods, every letter visible, keys masked, `...` where cut.
        column: Columns before the letter that differs; None when a mask hides it.
        says: What should stand there and what does.
    """

    at: int | None
    expected: str
    actual: str
    column: int | None
    says: str


def compare(expected: bytes, actual: bytes, mask: Mask, *, width: int = 92) -> Compared:
    """Compare two canonical strings around the first byte in which they differ."""
    at = first_difference(expected, actual)
    middle = at or 0
    rows = [_around(text, middle, mask) for text in (expected, actual)]
    left, right = ([*map(_plain, row)] for row in rows)
    if any(cell.startswith("\\") and len(cell) > 1 for cell in (*left, *right)):
        left, right = ([cell * 2 if cell == "\\" else cell for cell in row] for row in (left, right))
    same = next(
        (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
    )
    hidden = at is None or left == right
    first = max(0, same - _BEFORE) if not hidden else 0
    cut = _start(expected, middle) > 0 or first > 0
    lead = "..." if cut else ""
    shown = [
        lead + _fitted(row[first:], width, len(text) > _end(text, middle))
        for row, text in ((left, expected), (right, actual))
    ]
    column = None if hidden else len(lead) + sum(map(columns, left[first:same]))
    return Compared(at, shown[0], shown[1], column, "" if hidden else _words(left[same:], right[same:]))


def first_difference(left: bytes, right: bytes) -> int | None:
    """Give the number of the first byte that differs, or None when all are the same."""
    if left == right:
        return None
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def visible(data: bytes, mask: Mask, *, width: int = 92) -> str:
    """Give the start of a text on one line, every letter visible, keys masked."""
    cells = [_plain(letter) for letter in mask(text_of_bytes(data[: 4 * width]))]
    if any(cell.startswith("\\") and len(cell) > 1 for cell in cells):
        cells = [cell * 2 if cell == "\\" else cell for cell in cells]
    return _fitted(cells, width, len(data) > 4 * width)


def columns(text: str) -> int:
    """Give the columns of a terminal which a text takes."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) != 0 for letter in text)


def _start(data: bytes, at: int) -> int:
    start = max(0, at - _AROUND)
    while 0 < start < len(data) and data[start] & 0xC0 == 0x80:
        start -= 1
    return start


def _end(data: bytes, at: int) -> int:
    end = min(len(data), at + _AROUND)
    while end < len(data) and data[end] & 0xC0 == 0x80:
        end += 1
    return end


def _around(data: bytes, at: int, mask: Mask) -> str:
    return mask(text_of_bytes(data[_start(data, at) : _end(data, at)]))


def _plain(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if letter != " " and unicodedata.category(letter) == "Zs":
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return printable(letter)


def _fitted(cells: Sequence[str], width: int, more: bool) -> str:
    room = width - 3
    taken = 0
    for n, cell in enumerate(cells):
        taken += columns(cell)
        if taken > room and (more or n < len(cells) - 3):
            return "".join(cells[:n]) + "..."
    text = "".join(cells)
    if not more and text.endswith(" "):
        text = text[:-1] + "\\x20"
    return text + "..." if more else text


def _words(expected: Sequence[str], actual: Sequence[str]) -> str:
    if not actual:
        return f"{_quoted(expected[0])} should stand here, but the text ends"
    if not expected:
        return f"the text should end here, but {_quoted(actual[0])} follows"
    return f"{_quoted(expected[0])} should stand here, not {_quoted(actual[0])}"


def _quoted(cell: str) -> str:
    return "a space" if cell == " " else cell if cell == "'" else f"'{cell}'"
