"""Card and phone numbers among other digits, in whatever groups somebody wrote them.

A run of digits is cut where it is written apart, and each row of neighbouring groups is judged: beside a card
number stand an expiry, a quantity or another card, and none of them may hide it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from payproof.cassettes.redaction.pseudonyms import luhn

_APART = r"[ \t\u00a0\u2007\u2009\u202f./_\u2010\u2011\u2013-]"
#: No part may follow itself, so that no text takes more than linear time.
_RUN = re.compile(rf"\d+(?:{_APART}{{1,2}}\d+)*")
_GROUP = re.compile(r"\d+")
_CARD = re.compile(r"(?:[2-6]|8[12])\d{11,18}")
_ID = re.compile(r"[A-Za-z]\d{1,4}-\Z")
_Sizes = tuple[int, ...]
#: How many digits the groups have; a card of one group has 12 to 19 of them.
_CARDS: frozenset[_Sizes] = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), *((size,) for size in range(12, 20))}
)
_NATIONAL: tuple[_Sizes, ...] = ((10,), (5, 5), (3, 3, 4), (4, 3, 3), (3, 4, 3), (4, 6), (3, 7), (2, 4, 4))
#: The same with up to four digits before it, as a group of their own or written together with the first.
_PHONES = frozenset(
    form
    for first, *rest in _NATIONAL
    for lead in range(5)
    for form in ((lead + first, *rest), (lead, first, *rest))
    if form[0]
)
_INDIAN = re.compile(r"(?:0|91|091|0091)?([6-9]\d{9})")
_MOST_GROUPS, _MOST_DIGITS, _SHORTEST = 6, 20, 10


class Row(NamedTuple):
    """Neighbouring groups of digits of a text: where each begins and ends."""

    text: str
    groups: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Give where the first one begins."""
        return self.groups[0][0]

    @property
    def end(self) -> int:
        """Give where the last one ends."""
        return self.groups[-1][1]

    @property
    def digits(self) -> str:
        """Give the digits as ASCII, whatever script they are written in."""
        pieces = "".join(self.text[start:end] for start, end in self.groups)
        return pieces if pieces.isascii() else "".join(str(unicodedata.decimal(one)) for one in pieces)

    @property
    def gaps(self) -> set[str]:
        """Give what stands between the groups."""
        return {
            self.text[end:start] for (_, end), (start, _) in zip(self.groups, self.groups[1:], strict=False)
        }


def cards_in(text: str) -> list[Row]:
    """Give the card numbers of a text, none overlapping another."""
    return [row for run in _RUN.finditer(text) for row in _chosen(text, run, _CARDS, _is_card)]


def phones_in(text: str) -> list[Row]:
    """Give the Indian mobile numbers of a text, with the prefixes that stand before them."""
    return [row for run in _RUN.finditer(text) for row in _chosen(text, run, _PHONES, _is_phone)]


def _chosen(
    text: str, run: re.Match[str], forms: frozenset[_Sizes], wanted: Callable[[Row], bool]
) -> Iterator[Row]:
    # Most runs are amounts, dates and ids of a few digits; nothing of ours is that short.
    if run.end() - run.start() < _SHORTEST:
        return
    groups = [one.span() for one in _GROUP.finditer(text, run.start(), run.end())]
    sizes = tuple(end - start for start, end in groups)
    whole = Row(text, tuple(groups[:_MOST_DIGITS]))
    if forms is _CARDS and len(groups) < _MOST_DIGITS and whole.gaps <= {" ", "-"} and wanted(whole):
        yield whole
        return
    at = 0
    while at < len(groups):
        # The longest first, so that a prefix goes with its number.
        for end in range(min(at + _MOST_GROUPS, len(groups)), at, -1):
            if sizes[at:end] in forms and wanted(row := Row(text, tuple(groups[at:end]))):
                yield row
                at = end - 1
                break
        at += 1


def _is_card(row: Row) -> bool:
    if _in_decimal(row) or _in_id(row) or not _alone_in_word(row):
        return False
    digits = row.digits
    return _CARD.fullmatch(digits) is not None and luhn(digits)


def _in_decimal(row: Row) -> bool:
    """Say whether the digits are one half of a decimal number."""
    if "." in row.gaps:
        return False
    text, start, end = row.text, row.start, row.end
    before = start > 1 and text[start - 1] == "." and text[start - 2].isdigit()
    return before or (text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit())


def _in_id(row: Row) -> bool:
    """Say whether the digits go on an id such as `v1-240101000000-aa`."""
    before = _ID.search(row.text, max(0, row.start - 20), row.start)
    return before is not None


def _alone_in_word(row: Row) -> bool:
    """Say whether letters that touch the digits hold no others, as those of hex and Base64 do."""
    text, start, end = row.text, row.start, row.end
    while start and text[start - 1].isalpha() and row.start - start < 20:
        start -= 1
    while end < len(text) and text[end].isalpha() and end - row.end < 20:
        end += 1
    return not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()


def _is_phone(row: Row) -> bool:
    text, start, end = row.text, row.start, row.end
    # Between letters, or one group of several in a row, it is part of a longer id.
    if text[start - 1 : start].isalpha() or text[end : end + 1].isalpha():
        return False
    led = start > 1 and text[start - 1] in "-." and text[start - 2].isdigit()
    followed = text[end : end + 1] in ("-", ".") and text[end + 1 : end + 2].isalnum()
    return not led and not followed and _INDIAN.fullmatch(row.digits) is not None
