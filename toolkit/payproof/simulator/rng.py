"""Repeatable ids and choices: each a hash of the seed and of what it is for, with no hidden state."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Draw:
    """Draws that depend on the seed and on their labels alone, so that a run repeats from its seed.

    Args:
        seed: Any whole number.
    """

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def number(self, *labels: object) -> int:
        """Give a whole number of 512 bits."""
        text = "\x1f".join(map(str, (self.seed, *labels)))
        return int.from_bytes(hashlib.sha512(text.encode("utf-8", "replace")).digest(), "big")

    def below(self, limit: int, *labels: object) -> int:
        """Give a whole number from 0 up to but not including `limit`."""
        return self.number(*labels) % limit

    def pick(self, choices: Sequence[T], *labels: object) -> T:
        """Give one of the choices."""
        return choices[self.below(len(choices), *labels)]

    def digits(self, count: int, *labels: object) -> str:
        """Give that many decimal digits, at most 150."""
        return f"{self.below(10**count, *labels):0{count}d}"

    def hex(self, count: int, *labels: object) -> str:
        """Give that many lower-case hex digits, at most 128."""
        return f"{self.number(*labels):0128x}"[:count]

    def word(self, count: int, *labels: object) -> str:
        """Give that many letters and digits, at most 80."""
        number, letters = self.number(*labels), []
        for _ in range(count):
            number, at = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[at])
        return "".join(letters)

    def uuid(self, *labels: object) -> str:
        """Give a version 4 UUID's text."""
        text = self.hex(32, *labels)
        variant = "89ab"[int(text[16], 16) % 4]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
