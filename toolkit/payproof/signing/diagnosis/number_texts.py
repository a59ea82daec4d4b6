"""Amounts sent as text that a signer parsed and printed again: the text `10.50` signed as `10.5`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from payproof.signing.diagnosis.option import PLAUSIBLE, RARE, Option, ranked
from payproof.signing.fields import Pairs
from payproof.signing.scalars import SCALARS

Rows = Sequence[tuple[str, Any]]

NUMERIC = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?", re.ASCII).fullmatch
"""What number parsers of every language take."""
_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,3})?", re.ASCII).fullmatch
"""What a program takes for an amount: no phone number, no id."""
_MOST_FIELDS, _MOST_TEXTS, _LONGEST = 8, 256, 30
_ONE_OF_MANY = RARE + 1
"""Where many fields might be amounts, each is tried alone and beside the likeliest mistakes only."""


def grouped(lexeme: str) -> str:
    """Print with two decimals and thousands separators, as `number_format` does."""
    return f"{float(lexeme):,.2f}"


def whole(lexeme: str) -> str:
    """Print without what follows the decimal point."""
    return str(int(float(lexeme))) if abs(float(lexeme)) < 1e18 else str(lexeme)


def _stripped(lexeme: str) -> str:
    if "." not in lexeme:
        return lexeme  # Who strips zeros expects a fraction.
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
    with_rows: Callable[[Callable[[Rows], Rows]], Callable[[Rows], Any]], beside: list[Option]
) -> Callable[[Rows, bool], list[Option]]:
    """Give what lists the ways to parse texts that are numbers, one field's or all, and print them again.

    Args:
        with_rows: Makes of a change of rows what an option runs.
        beside: The stage's other options, listed too where the second argument says so.
    """

    # Rows come by in many orders, mostly with the same few numbers.
    @lru_cache(8)
    def listed(texts: frozenset[tuple[str, str]], more: bool) -> list[Option]:
        return ranked([*(beside if more else ()), *_table(texts, with_rows)])

    return lambda rows, more: listed(frozenset(_numbers(rows)), more)


def _table(
    texts: frozenset[tuple[str, str]], with_rows: Callable[[Callable[[Rows], Rows]], Callable[[Rows], Any]]
) -> list[Option]:
    scopes = _scopes(texts)
    few, every = len(scopes) <= 3, frozenset(name for name, _ in texts)
    return [
        Option(
            "scalars",
            f"number-text-{choice}",
            f"{says} {how}",
            with_rows(_printed_again(write, only)),
            PLAUSIBLE if few or only == every else _ONE_OF_MANY,
            habit,
            _CHANGE,
        )
        for says, only in scopes
        for choice, how, write, habit in _PRINTERS
        if any(write(text) != text for name, text in texts if name in only)
    ]


def _scopes(texts: frozenset[tuple[str, str]]) -> list[tuple[str, frozenset[str]]]:
    """Give, in words and by name, the fields a program may take for amounts: one, those named alike, all."""
    # Money has a decimal point or many digits sooner than counts and flags have.
    amounts = sorted(
        (row for row in texts if _AMOUNT(row[1])), key=lambda row: ("." not in row[1], -len(row[1]), row)
    )
    names = list(dict.fromkeys(name for name, _ in amounts))
    scopes = {frozenset({name}): f"the number in the text {name!r} printed" for name in names[:_MOST_FIELDS]}
    for word in dict.fromkeys(word for name in names[:_MOST_FIELDS] for word in name.split("_")):
        alike = frozenset(name for name in names if word in name.split("_"))
        scopes.setdefault(alike, f"the numbers in the texts with {word!r} in their names printed")
    every = frozenset(name for name, _ in texts)
    if len(every) > 1:
        scopes[every] = "the number in each text that is one printed"
    return [(says, only) for only, says in scopes.items()]


def _numbers(rows: Any) -> list[tuple[str, str]]:
    """Give names and texts of the texts that are numbers, at any depth."""
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", rows)]
    while stack and len(found) < _MOST_TEXTS:
        name, items = stack.pop()
        for item in items:
            key, value = item if type(item) is tuple else (name, item)
            if type(value) is str:
                if len(value) < _LONGEST and _is_number(value):
                    found.append((key, value))
            elif type(value) in (Pairs, list):
                stack.append((key, value))
    return found[:_MOST_TEXTS]


@lru_cache(4096)
def _is_number(text: str) -> bool:
    return NUMERIC(text) is not None


def _printed_again(write: Callable[[str], str], only: frozenset[str]) -> Callable[[Rows], Rows]:
    again = _kept(write)

    def change(name: str, value: Any) -> Any:
        if type(value) is str:
            return again(value) if name in only and len(value) < _LONGEST else value
        if type(value) is Pairs:
            return Pairs((key, change(key, item)) for key, item in value)
        return [change(name, item) for item in value] if type(value) is list else value

    return lambda rows: [(name, change(name, value)) for name, value in rows]


@lru_cache(16)
def _kept(write: Callable[[str], str]) -> Callable[[str], str]:
    # The same few values come by again and again, in the options of all fields.
    return lru_cache(64)(lambda text: write(text) if NUMERIC(text) else text)
