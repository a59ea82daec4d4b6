"""Recording so that a crash loses nothing: one line an entry, on the disk before `append` returns.

A kill or a power cut can only tear the line that was being written. Readers leave a torn last line out, and
opening the journal again cuts it off. The caller redacts first: what `append` is given is written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from payproof.cassettes.journal_lines import entry_line, header_line, vcr_entry
from payproof.cassettes.limits import DEFAULT, Limits
from payproof.cassettes.read import Facts, read
from payproof.errors import UsageError
from payproof.files import write_atomic
from payproof.model import Interaction

_TAIL = 65_536


class Journal:
    """A journal open for appending; a context manager.

    Args:
        path: The file; made anew, readable by its owner only, or continued.
        facts: What the header says: gateway, spec version, provenance. Only written into a new file.

    Raises:
        UsageError: when it cannot be opened, is no journal, or another process is writing it.
    """

    def __init__(self, path: Path, facts: Mapping[str, Any]) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except (OSError, ValueError) as error:
            raise _unusable(path, getattr(error, "strerror", None) or "this is no file name") from None
        try:
            self._begin(facts)
        except BaseException:
            os.close(self._file)
            raise

    def _begin(self, facts: Mapping[str, Any]) -> None:
        _lock(self._file, self.path)
        if _cut_torn_line(self._file, self.path) == 0:
            self._write(header_line(facts))
            _sync_folder(self.path.parent)

    def append(self, interaction: Interaction) -> None:
        """Write one entry; when this returns, it survives the process and the machine."""
        self._write(entry_line(interaction))

    def _write(self, line: bytes) -> None:
        start = os.lseek(self._file, 0, os.SEEK_END)
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError as error:
            # Half a line in the middle of the file would spoil the lines after it.
            os.ftruncate(self._file, start)
            raise _unusable(self.path, error.strerror or "it cannot be written") from None

    def close(self) -> None:
        """Close the file; it is complete at any moment before, too."""
        os.close(self._file)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        f"the journal cannot be written: {why}", where=str(path), hint="check folder, permissions and space"
    )


def _lock(file: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has none; there, give each process its own journal.
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(
            "another process is writing this journal", where=str(path), hint="give each recorder its own name"
        ) from None


def _cut_torn_line(file: int, path: Path) -> int:
    """Cut off what stands behind the last newline and give the size that is left."""
    size = end = os.lseek(file, 0, os.SEEK_END)
    kept = 0
    while end > 0:
        start = max(0, end - _TAIL)
        block = os.pread(file, end - start, start)
        if b"\n" in block:
            kept = start + block.rindex(b"\n") + 1
            break
        end = start
    if size and not os.pread(file, 20, 0).startswith(b'{"payproof-cassette"'[: min(size, 20)]):
        raise UsageError(
            "this file is no journal", where=str(path), hint="name a new file, or an .ndjson of ours"
        )
    if kept < size:
        os.ftruncate(file, kept)
    return kept


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def recover(journal: Path, target: Path, *, limits: Limits = DEFAULT) -> tuple[int, bool]:
    """Export a journal as YAML that vcrpy and pytest-recording replay; the file appears whole or not at all.

    Returns:
        How many entries there are, and whether a torn last line was left out.

    Raises:
        UnreadableInput: when the journal is damaged elsewhere than in its last line.
    """
    text, count, torn = recovered(journal, limits=limits)
    write_atomic(target, text.encode(), private=True)
    return count, torn


def recovered(journal: Path, *, limits: Limits = DEFAULT) -> tuple[str, int, bool]:
    """Give that YAML, how many entries it has, and whether a torn last line was left out; raises likewise."""
    facts = Facts()
    rows = list(read(journal, limits=limits, facts=facts))
    return export_yaml(rows, facts.header or {}), len(rows), facts.torn


def export_yaml(rows: list[Interaction], header: Mapping[str, Any]) -> str:
    """Give the text of a vcrpy cassette, without entries that lack a response, which vcrpy cannot have."""
    from payproof.files.yaml_dump import dump_yaml_stream

    # Not under `metadata`: pytest-recording cannot load what vcrpy finds there.
    pieces = [dump_yaml_stream({"payproof": dict(header)}) if header else ""]
    entries = [vcr_entry(row) for row in rows if row.response is not None]
    pieces.append("interactions:\n" if entries else "interactions: []\n")
    # Entry by entry, so that the text alone is held and not a tree of all of it.
    pieces += [dump_yaml_stream([entry]) for entry in entries]
    pieces.append("version: 1\n")
    return "".join(pieces)
