"""Amounts sent as text that a signer parsed and printed again: the text `10.50` signed as `10.5`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option
from payproof.signing.fields import Pairs
from payproof.signing.scalars import SCALARS

Rows = Sequence[tuple[str, Any]]

NUMERIC = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?", re.ASCII).fullmatch
"""What number parsers of every language take."""
_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,3})?", re.ASCII).fullmatch
"""What a program takes for an amount: no phone number, no id."""
_MOST_FIELDS, _FEW_FIELDS, _MOST_TEXTS = 8, 2, 256


def grouped(lexeme: str) -> str:
    """Print with two decimals and thousands separators, as `number_format` does."""
    return f"{float(lexeme):,.2f}"


def whole(lexeme: str) -> str:
    """Print without what follows the decimal point."""
    return str(int(float(lexeme))) if abs(float(lexeme)) < 1e18 else str(lexeme)


def _stripped(lexeme: str) -> str:
    from decimal import Decimal  # costs a cold start two milliseconds

    return str(Decimal(lexeme).normalize())


_PRINTERS: tuple[tuple[str, str, Callable[[str], str], str], ...] = (
    (
        "javascript",
        "without trailing zeros",
        SCALARS["javascript"].run.number,
        "Number() in JavaScript and (float) in PHP",
    ),
    ("python-float", "as Python prints a float", SCALARS["python-float"].run.number, "Python's float()"),
    ("java-double", "as Java prints a double", SCALARS["java-double"].run.number, "Double.parseDouble"),
    ("two-decimals", "with two decimals", SCALARS["two-decimals"].run.number, "toFixed(2)"),
    (
        "two-decimals-grouped",
        "with two decimals and thousands separators",
        grouped,
        "PHP's number_format",
    ),
    ("whole", "as a whole number", whole, "(int) and parseInt"),
    ("stripped", "as a BigDecimal without trailing zeros", _stripped, "Java's stripTrailingZeros"),
)
_CHANGE = "sign the very text that is sent; an amount that is text stays text, and is never parsed"


def number_text_options(
    with_rows: Callable[[Callable[[Rows], Rows]], Callable[[Rows], Any]],
) -> Callable[[Rows], list[Option]]:
    """Give what lists the ways to parse texts that are numbers, one field's or all, and print them again.

    Args:
        with_rows: Makes of a change of rows what an option runs.
    """
    # Rows come by in many orders, mostly with the same few numbers.
    table = lru_cache(64)(lambda texts: _table(texts, with_rows))

    def options(rows: Rows) -> list[Option]:
        numbers = (row for row in _texts(rows) if NUMERIC(row[1]))
        return table(frozenset(islice(numbers, _MOST_TEXTS)))

    return options


def _table(
    texts: frozenset[tuple[str, str]], with_rows: Callable[[Callable[[Rows], Rows]], Callable[[Rows], Any]]
) -> list[Option]:
    amounts = sorted({name for name, text in texts if _AMOUNT(text)})
    scopes = [(f"the number in the text {name!r} printed", name) for name in amounts[:_MOST_FIELDS]]
    if len({name for name, _ in texts}) > 1:
        scopes.append(("the number in each text that is one printed", ""))
    rank = COMMON if len(amounts) <= _FEW_FIELDS else PLAUSIBLE
    return [
        Option(
            "scalars",
            f"number-text-{choice}",
            f"{says} {how}",
            with_rows(_printed_again(write, only)),
            rank,
            habit,
            _CHANGE,
        )
        for says, only in scopes
        for choice, how, write, habit in _PRINTERS
        if any(write(text) != text for name, text in texts if only in ("", name))
    ]


def _texts(rows: Any, name: str = "") -> Iterator[tuple[str, str]]:
    for row in rows:
        key, value = row if type(row) is tuple else (name, row)
        if type(value) is str:
            yield key, value
        elif type(value) in (Pairs, list):
            yield from _texts(value, key)


def _printed_again(write: Callable[[str], str], only: str) -> Callable[[Rows], Rows]:
    # The same few values come by again and again.
    again = lru_cache(256)(lambda text: write(text) if NUMERIC(text) else text)

    def change(name: str, value: Any) -> Any:
        if type(value) is str:
            return value if only and name != only else again(value)
        if type(value) is Pairs:
            return Pairs((key, change(key, item)) for key, item in value)
        return [change(name, item) for item in value] if type(value) is list else value

    return lambda rows: [(name, change(name, value)) for name, value in rows]
