"""How much a file may ask for, what reading one gives, and its bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from payproof.errors import UnreadableInput


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a document may ask for before it is refused.

    Args:
        size: Largest file in bytes.
        depth: Deepest nesting of objects and lists, aliases followed.
        nodes: Most values, keys included, each alias counted as all that it stands for.
    """

    size: int = 16 * 1024 * 1024
    depth: int = 64
    nodes: int = 1_000_000


DEFAULT = Limits()


@dataclass
class Parsed:
    """What a document holds, and where.

    Args:
        data: Plain dicts, lists, texts, numbers, booleans and None.
        source: The file's name, for messages.
    """

    data: Any
    source: str
    _find: Callable[[], Mapping[str, int]] = field(repr=False)

    @cached_property
    def lines(self) -> Mapping[str, int]:
        """The line, from 1, of each JSON pointer; found on first use."""
        return self._find()

    def line_of(self, pointer: str) -> int:
        """Give the line on which a JSON pointer stands, or its nearest ancestor when it does not exist."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def read_bytes(source: Path | bytes, limits: Limits = DEFAULT, name: str = "") -> tuple[bytes, str]:
    """Give a file's bytes and its name for messages.

    Args:
        source: A file, or bytes that came from elsewhere.
        limits: Only `size` counts here.
        name: What messages call bytes; `<input>` without it.

    Raises:
        UnreadableInput: It cannot be opened, or is larger than the limit.
    """
    if isinstance(source, bytes):
        data, name = source, name or "<input>"
    else:
        data, name = _from_file(source, limits.size), name or str(source)
    if len(data) > limits.size:
        raise UnreadableInput(
            f"the file is larger than {limits.size} bytes",
            where=name,
            hint="split it, or raise the size limit if you trust it",
        )
    return data, name


def _from_file(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed tells a file that is too large, without reading all of it.
            return file.read(size + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no file name"
        raise UnreadableInput(
            f"the file cannot be read: {why}", where=repr(str(path))[1:-1], hint="check name and permissions"
        ) from None


def decode(data: bytes, name: str) -> str:
    """Give the text of UTF-8 bytes, a byte order mark at its start dropped; raises UnreadableInput."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            f"byte {error.start} is not UTF-8", where=f"{name}:{line}", hint="save the file as UTF-8"
        ) from None


def escape(step: str | int) -> str:
    """Give one step of a JSON pointer, `~` and `/` escaped."""
    return str(step).replace("~", "~0").replace("/", "~1")
