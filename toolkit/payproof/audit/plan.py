"""An archive in pieces: byte ranges of NDJSON files, whole files of every other format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from payproof.cassettes.read import recordings
from payproof.errors import UnreadableInput

PIECE = 8 * 1024 * 1024
_OURS = b'{"payproof-cassette":'


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an archive that is audited in one go.

    Args:
        path: The file.
        start, end: Its bytes; a line belongs to the piece in which it begins. `end` 0 means the whole file.
        size: Of the file when it was cut, so that a resumed run can tell a file that has changed.
    """

    path: str
    start: int = 0
    end: int = 0
    size: int = 0

    @property
    def name(self) -> str:
        """A text that names the piece in a state file."""
        return f"{self.path}:{self.start}-{self.end}/{self.size}"


def pieces(paths: Sequence[Path], *, size: int = PIECE) -> Iterator[Piece]:
    """Give the pieces of files and of all recordings within folders, in order.

    Args:
        size: Bytes of a piece of an NDJSON file; the same in a resumed run.

    Raises:
        UnreadableInput: A file cannot be read.
    """
    for path in paths:
        for file in recordings(path) if path.is_dir() else (path,):
            yield from _of_file(file, size)


def _of_file(path: Path, size: int) -> Iterator[Piece]:
    try:
        length = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(_OURS))
    except OSError as error:
        raise UnreadableInput(
            f"the file cannot be read: {error.strerror}", where=str(path), hint="check name and permissions"
        ) from None
    if head != _OURS:
        yield Piece(str(path), size=length)
        return
    for start in range(0, length, size):
        yield Piece(str(path), start, min(start + size, length), length)
