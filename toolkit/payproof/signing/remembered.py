"""Functions from text to text that remember what they made."""

from __future__ import annotations

from collections.abc import Callable


class _Texts(dict[str, str]):
    """Texts by lexeme, made when first asked for; a long lexeme is never kept, so that none fills memory."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, lexeme: str) -> str:
        text = self._make(lexeme)
        if len(lexeme) <= 32:
            if len(self) >= 4096:
                self.clear()
            self[lexeme] = text
        return text


def remembered(make: Callable[[str], str]) -> Callable[[str], str]:
    """Give a function that remembers the texts it made."""
    # The bound method of a dict is the quickest way to a text that was made before: verifying is a hot path.
    return _Texts(make).__getitem__
