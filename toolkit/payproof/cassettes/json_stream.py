"""The items of one long JSON list, one by one, in flat memory.

The standard library has no streaming reader, but its decoder says where a value ends. So a window slides
over the file, and a value that does not end within the window is tried again with a larger one.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from payproof.cassettes.limits import Limits
from payproof.errors import UnreadableInput
from payproof.files.yaml_stream import Item, Readable

_CHUNK = 65_536
_SPACE = " \t\r\n"


def stream_json(
    source: Readable, lists: frozenset[tuple[str, ...]], *, name: str, limits: Limits
) -> Iterator[Item]:
    """Give the members of the top-level object in order; a list at one of the paths as `[]`, then by item.

    Args:
        source: The file, read as it is needed.
        lists: Paths such as `("log", "entries")`; objects on the way are entered.
        name: What messages call the file.

    Raises:
        UnreadableInput: with file, line and, for an item, its number.
    """
    window = _Window(source, name, limits)
    window.expect("{")
    yield from _members(window, (), lists)
    if window.peek():
        window.refuse("the text goes on after its JSON value", "keep one document in a file")


def _members(window: _Window, path: tuple[str, ...], lists: frozenset[tuple[str, ...]]) -> Iterator[Item]:
    if window.take("}"):
        return
    while True:
        line, key = window.line, window.value()
        if not isinstance(key, str):
            window.refuse("a key is no text", "mend the text at this line")
        window.expect(":")
        here = (*path, key)
        if here in lists and window.take("["):
            yield Item(key, [], line)
            yield from _items(window, key)
        elif any(one[: len(here)] == here for one in lists) and window.take("{"):
            yield from _members(window, here, lists)
        else:
            yield Item(key, window.value(), line)
        if not window.take(","):
            window.expect("}")
            return


def _items(window: _Window, key: str) -> Iterator[Item]:
    if window.take("]"):
        return
    while True:
        window.number += 1
        window.peek()
        line = window.line
        yield Item(key, window.value(), line, window.number)
        if not window.take(","):
            window.expect("]")
            window.number = 0
            return


class _Window:
    """The part of the file that is being looked at.

    Its `line` is that of the next character, `number` that of the item being read.
    """

    def __init__(self, source: Readable, name: str, limits: Limits) -> None:
        self._source, self._name, self._limits = source, name, limits
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._text, self._at, self._ended = "", 0, False
        self._scan = json.JSONDecoder(parse_constant=_no_constant).scan_once  # type: ignore[attr-defined]
        self.line, self.number = 1, 0

    def refuse(self, what: str, hint: str) -> NoReturn:
        """Raise the error for this place."""
        entry = f" (entry {self.number})" if self.number else ""
        raise UnreadableInput(what, where=f"{self._name}:{self.line}{entry}", hint=hint)

    def peek(self) -> str:
        """Give the next character that is no white space, or an empty text at the end."""
        while True:
            while self._at < len(self._text):
                letter = self._text[self._at]
                if letter not in _SPACE:
                    return letter
                self._at += 1
                self.line += letter == "\n"
            if not self._more(_CHUNK):
                return ""

    def take(self, letter: str) -> bool:
        """Say whether that character is next, and step over it."""
        if self.peek() != letter:
            return False
        self._at += 1
        return True

    def expect(self, letter: str) -> None:
        """Step over that character or refuse the file."""
        if not self.take(letter):
            what = "the file breaks off" if not self.peek() else f"this is not JSON: no {letter!r} here"
            self.refuse(what, "record it again, or mend the text at this line")

    def value(self) -> Any:
        """Give the next value."""
        self.peek()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except (StopIteration, ValueError) as error:
                if self._grow():
                    continue
                self._not_json(error)
            except RecursionError:
                self.refuse("nested too deeply", "this is no recording")
            # A number at the edge may go on in the next part of the file.
            if end == len(self._text) and self._grow():
                continue
            self.line += self._text.count("\n", self._at, end)
            self._at = end
            return value

    def _not_json(self, error: Exception) -> NoReturn:
        self.line += self._text.count("\n", self._at, min(getattr(error, "pos", self._at), len(self._text)))
        why = getattr(error, "msg", "") or ("a value is missing" if isinstance(error, StopIteration) else "")
        self.refuse(f"this is not JSON: {why or 'a value cannot be read'}", "mend the text at this line")

    def _grow(self) -> bool:
        held = len(self._text) - self._at
        if held > self._limits.item:
            what = f"more than {self._limits.item} characters belong to one entry"
            self.refuse(what, "split it, or raise the limit if you trust the file")
        return self._more(max(_CHUNK, held))

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        data = self._source.read(size)
        self._ended = not data
        try:
            fresh = self._decode.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            self.line += self._text.count("\n", self._at) + data.count(b"\n", 0, error.start)
            self.refuse("the text is not UTF-8", "save the file as UTF-8")
        self._text, self._at = self._text[self._at :] + fresh, 0
        return bool(fresh) or not self._ended


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")
