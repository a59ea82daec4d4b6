"""The files of one spec: read once, from a cache where there is one, never outside its own folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from payproof.errors import SpecError, ToolkitError, UnreadableInput
from payproof.files.json_text import JsonProblem, parse_json, read_json
from payproof.files.limits import Limits, Parsed, read_bytes
from payproof.files.writing import write_atomic

#: Part of every cache key: raise it when reading the same bytes gives other data.
_READER = "1"
_KEPT = 64
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\\")
_SUFFIXES = (".yaml", ".yml", ".json")


class Sources:
    """Reads a spec's files.

    Args:
        root: The document itself.
        limits: How much each file may ask for.
        cache: A folder for parsed files; None keeps nothing.
        given: The document's bytes when they come from elsewhere; then it can refer to no other file.
    """

    def __init__(
        self, root: Path, limits: Limits, cache: Path | None = None, given: bytes | None = None
    ) -> None:
        self.root, self._limits, self._cache, self._given = root, limits, cache, given
        self._parsed: dict[str, Parsed] = {}

    @property
    def folder(self) -> Path:
        """The folder that no reference may leave."""
        return self.root.parent

    def data(self, file: str = "") -> Any:
        """Give what a file holds, "" being the document itself; raises SpecError."""
        return self._read(file).data

    def where(self, file: str, pointer: str) -> str:
        """Give `file:line` of a JSON pointer in one of the files."""
        parsed = self._read(file)
        return f"{parsed.source}:{parsed.line_of(pointer)}"

    def line(self, file: str, pointer: str) -> int:
        """Give the line of a JSON pointer in one of the files."""
        return self._read(file).line_of(pointer)

    def neighbour(self, file: str, reference: str) -> str:
        """Give the name of the file to which a relative reference leads.

        Raises:
            ValueError: It is remote, absolute, neither YAML nor JSON, or leads out of the folder.
        """
        if not reference:
            return file
        path = unquote(reference)
        if _SCHEME.match(path):
            raise ValueError("only references inside the spec's own folder are followed")
        if self._given is not None or "\0" in path:
            raise ValueError("there is no folder to follow it in")
        target = (self.folder / Path(file).parent / path).resolve()
        folder = self.folder.resolve()
        if not target.is_relative_to(folder):
            raise ValueError("it leads out of the spec's own folder")
        if target.suffix.lower() not in _SUFFIXES:
            raise ValueError("only YAML and JSON files are followed")
        name = target.relative_to(folder).as_posix()
        return "" if target == self.root.resolve() else name

    def _read(self, file: str) -> Parsed:
        if file not in self._parsed:
            try:
                self._parsed[file] = self._parse(file)
            except SpecError:
                raise
            except UnreadableInput as error:
                raise SpecError(error.what, where=error.where, hint=error.hint) from None
        return self._parsed[file]

    def _parse(self, file: str) -> Parsed:
        path = self.folder / file if file else self.root
        data, name = read_bytes(path if self._given is None else self._given, self._limits, str(path))
        if path.suffix.lower() == ".json":
            return read_json(data, self._limits, name)
        slot = self._slot(data)
        kept = _kept(slot)
        if kept is not None:
            return Parsed(kept, name, lambda: _read_yaml(data, self._limits, name).lines)
        parsed = _read_yaml(data, self._limits, name)
        if slot is not None:
            _keep(slot, parsed.data)
        return parsed

    def _slot(self, data: bytes) -> Path | None:
        if self._cache is None:
            return None
        limits = f"{self._limits.depth} {self._limits.nodes}"
        key = hashlib.sha256(f"{_READER} {limits}\n".encode() + data).hexdigest()
        return self._cache / f"spec-{key}.json"


def _read_yaml(data: bytes, limits: Limits, name: str) -> Parsed:
    # Imported late: where the cache holds the file, nothing of it is needed.
    from payproof.files.yaml_text import read_yaml

    return read_yaml(data, limits, name)


def _kept(slot: Path | None) -> Any:
    if slot is None:
        return None
    try:
        found = parse_json(slot.read_bytes(), depth=1000, size=1 << 28)
    except (OSError, JsonProblem):
        return None
    return found if isinstance(found, dict) else None


def _keep(slot: Path, data: Any) -> None:
    # A cache is never worth an error: an unwritable folder only costs time at the next start.
    try:
        slot.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(slot, json.dumps(data, allow_nan=False, separators=(",", ":")).encode(), private=True)
        _prune(slot.parent)
    except (OSError, ToolkitError, ValueError):
        return


def _prune(folder: Path) -> None:
    kept = sorted(folder.glob("spec-*.json"), key=os.path.getmtime)
    for old in kept[:-_KEPT]:
        old.unlink(missing_ok=True)
