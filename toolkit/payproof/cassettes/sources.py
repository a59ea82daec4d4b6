"""Opening a file of recordings: decompressed, bounded, and told by its first bytes what it is."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, NoReturn, cast

from payproof.cassettes.limits import Limits
from payproof.errors import UnreadableInput, UsageError

Kind = Literal["yaml", "json", "ndjson", "schemathesis-ndjson"]
_NAME = re.compile(r"[a-z0-9_-]{1,100}")
_PEEK = 65_536
_OURS, _THEIRS = b'{"payproof-cassette":', b'{"Initialize":'
SUFFIXES = (".yaml", ".yml", ".json", ".har", ".ndjson", ".jsonl")


def cassette_path(root: Path, name: str, suffix: str) -> Path:
    """Give the place of a cassette by name, always inside `root`.

    Raises:
        UsageError: when the name is more than `[a-z0-9_-]`, or a link leads out of the root.
    """
    path = root / f"{name}{suffix}"
    if (
        not _NAME.fullmatch(name)
        or suffix not in SUFFIXES
        or not path.resolve().is_relative_to(root.resolve())
    ):
        raise UsageError(
            "this is no cassette's name", where=repr(name[:60]), hint="use a-z, 0-9, - and _ only"
        )
    return path


class Bounded:
    """A binary file that refuses to give more than it may, and words what a broken archive throws."""

    def __init__(self, inner: IO[bytes], name: str, limits: Limits) -> None:
        self._inner, self._name, self._limits = inner, name, limits
        self._held, self._left = b"", limits.total

    def peek(self) -> bytes:
        """Give the first bytes without taking them."""
        if not self._held:
            self._held = self._raw(_PEEK)
        return self._held

    def read(self, size: int = -1) -> bytes:
        """Give at most `size` bytes; never all of the file at once."""
        if self._held:
            given, self._held = self._held[:size], self._held[size:]
        else:
            given = self._raw(size if 0 < size <= 4 * 1024**2 else 4 * 1024**2)
        self._left -= len(given)
        if self._left < 0:
            self._refuse(f"the file holds more than {self._limits.total} bytes")
        return given

    def lines(self) -> Iterator[bytes]:
        """Give each line without its end, empty ones too; the last one may lack its newline."""
        held: list[bytes] = []
        size = 0
        while data := self.read(262_144):
            pieces = data.split(b"\n")
            if len(pieces) > 1:
                yield b"".join([*held, pieces[0], b"\n"])
                yield from (piece + b"\n" for piece in pieces[1:-1])
                held, size = [], 0
            held.append(pieces[-1])
            size += len(pieces[-1])
            if size > self._limits.item:
                self._refuse(f"a line has more than {self._limits.item} bytes")
        if size:
            yield b"".join(held)

    def _raw(self, size: int) -> bytes:
        try:
            return self._inner.read(size)
        except (OSError, EOFError, zlib.error) as error:
            why = "ends too early" if isinstance(error, EOFError) else "is damaged"
            raise UnreadableInput(
                f"the file {why}", where=self._name, hint="copy it again, or recover what can be read"
            ) from None

    def _refuse(self, what: str) -> NoReturn:
        raise UnreadableInput(what, where=self._name, hint="split it, or raise the limit if you trust it")


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[tuple[Bounded, Kind]]:
    """Give a file's content and what kind of text it is.

    Raises:
        UnreadableInput: when it cannot be opened, is too large, is damaged, or is none of these texts.
    """
    name = str(path)
    try:
        file: Any = path.open("rb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no file name"
        raise UnreadableInput(
            f"the file cannot be read: {why}", where=repr(name)[1:-1], hint="check name and permissions"
        ) from None
    with file:
        zipped = file.peek(2)[:2] == b"\x1f\x8b"
        bounded = Bounded(cast(IO[bytes], gzip.GzipFile(fileobj=file)) if zipped else file, name, limits)
        yield bounded, _kind(path, bounded.peek())


def _kind(path: Path, head: bytes) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_OURS):
        return "ndjson"
    if start.startswith(_THEIRS):
        return "schemathesis-ndjson"
    names = [suffix for suffix in path.suffixes[-2:] if suffix != ".gz"]
    if start.startswith(b"{") and (names or [""])[-1] not in (".yaml", ".yml"):
        # A flow mapping with plain keys is YAML; JSON's keys stand in quotes.
        return "json" if start[1:].lstrip()[:1] in (b'"', b"}", b"") else "yaml"
    return "yaml"
