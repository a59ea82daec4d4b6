"""Recordings on disk -> Interactions, one by one: vcrpy, HAR, schemathesis' reports and our own journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from payproof.cassettes import entries
from payproof.cassettes.journal_lines import HEADER, read_header, read_line
from payproof.cassettes.json_stream import stream_json
from payproof.cassettes.limits import DEFAULT, Limits
from payproof.cassettes.sources import SUFFIXES, Bounded, opened
from payproof.errors import UnreadableInput
from payproof.files.yaml_stream import Item, stream_yaml
from payproof.model import Interaction

_VCR, _SCHEMATHESIS, _HAR = ("interactions",), ("http_interactions",), ("log", "entries")
_JSON_LISTS = frozenset({_VCR, _SCHEMATHESIS, _HAR})
_YAML_LISTS = frozenset({"interactions", "http_interactions"})
_NO_LIST = "there are no recorded interactions in this file"


@dataclass
class Facts:
    """What a file says about itself, filled while it is read.

    Args:
        form: `vcr`, `har`, `schemathesis-vcr`, `schemathesis-ndjson` or `journal`.
        header: The journal's first line, or the cassette's `metadata`; of a cassette of ours, `payproof`.
        torn: Whether a journal's last line was cut off, as a kill or a power cut leaves it.
    """

    form: str = ""
    header: dict[str, Any] | None = None
    torn: bool = False


def read(path: Path, *, limits: Limits = DEFAULT, facts: Facts | None = None) -> Iterator[Interaction]:
    """Give the interactions of one file in order, with `source` as `file:entry` and the line in `tags`.

    Args:
        path: YAML, JSON, HAR or NDJSON, also compressed with gzip; its content says which.
        limits: How much it may ask for.
        facts: Filled with what the file says about itself.

    Raises:
        UnreadableInput: with file, line, entry number and remedy. Nothing in a file is executed or fetched.
    """
    told = facts if facts is not None else Facts()
    with opened(path, limits) as (source, kind):
        if kind == "ndjson":
            yield from _journal(source, path, limits, told)
        elif kind == "schemathesis-ndjson":
            yield from _events(source, path, limits, told)
        elif kind == "json":
            yield from _items(
                stream_json(source, _JSON_LISTS, name=str(path), limits=limits), path, limits, told
            )
        else:
            stream = stream_yaml(source, _YAML_LISTS, name=str(path), limits=limits.stream)
            yield from _items(stream, path, limits, told)


def read_all(paths: list[Path], *, limits: Limits = DEFAULT) -> Iterator[Interaction]:
    """Give the interactions of files and, in order of their names, of all recordings within folders."""
    for path in paths:
        for file in recordings(path) if path.is_dir() else (path,):
            yield from read(file, limits=limits)


def recordings(folder: Path) -> list[Path]:
    """Give the files of recordings below a folder, sorted; hidden ones and links out of it left out."""
    inside = folder.resolve()
    return sorted(
        path
        for path in folder.rglob("*")
        if path.name.removesuffix(".gz").endswith(SUFFIXES)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
        and path.resolve().is_relative_to(inside)
    )


_FORMS = {"interactions": "vcr", "http_interactions": "schemathesis-vcr", "entries": "har"}


def _items(stream: Iterator[Item], path: Path, limits: Limits, facts: Facts) -> Iterator[Interaction]:
    for item in stream:
        form = _FORMS.get(item.key, "")
        if item.number:
            reader = entries.from_har if form == "har" else entries.from_vcr
            yield _placed(partial(reader, item.value, limits), path, item.number, item.line, form)
        elif form and item.value not in (None, []):
            raise UnreadableInput(
                f"the {item.key} are no list", where=f"{path}:{item.line}", hint="record the file again"
            )
        elif form:
            facts.form = form
        elif item.key in ("metadata", "payproof") and isinstance(item.value, dict):
            facts.header = item.value if item.key == "metadata" else {"payproof": item.value}
    if not facts.form:
        raise UnreadableInput(_NO_LIST, where=str(path), hint="give a cassette, a HAR file or NDJSON")


def _placed(make: Callable[[], Interaction], path: Path, number: int, line: int, form: str) -> Interaction:
    try:
        made = make()
    except entries.BadEntry as error:
        raise UnreadableInput(
            str(error), where=f"{path}:{line} (entry {number})", hint="record the entry again, or remove it"
        ) from None
    tags = {**made.tags, "entry": number, "line": line, "form": form}
    return replace(made, source=f"{path}:{number}", tags=tags)


def _same(made: Interaction) -> Interaction:
    return made


def _decoded(raw: bytes, path: Path, line: int) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else "it is not one JSON value"
        raise UnreadableInput(
            f"this line cannot be read: {why}", where=f"{path}:{line}", hint="mend or remove the line"
        ) from None


def _events(source: Bounded, path: Path, limits: Limits, facts: Facts) -> Iterator[Interaction]:
    facts.form = "schemathesis-ndjson"
    number = 0
    for line, raw in enumerate(source.lines(), 1):
        # Only these lines hold traffic, and the others can be as long.
        if not raw.startswith(b'{"ScenarioFinished"'):
            continue
        event = _decoded(raw, path, line)
        for made in _spread(event, path, line, number, limits):
            number += 1
            yield _placed(partial(_same, made), path, number, line, facts.form)


def _spread(event: Any, path: Path, line: int, number: int, limits: Limits) -> list[Interaction]:
    try:
        return list(entries.from_schemathesis(event, limits))
    except entries.BadEntry as error:
        raise UnreadableInput(
            str(error), where=f"{path}:{line} (after entry {number})", hint="remove the line"
        ) from None


def _journal(source: Bounded, path: Path, limits: Limits, facts: Facts) -> Iterator[Interaction]:
    facts.form = "journal"
    number = 0
    for line, raw in enumerate(source.lines(), 1):
        if not raw.endswith(b"\n"):
            # An entry counts from its newline on; what stands behind the last one was being written.
            facts.torn = True
            return
        if not raw.strip():
            continue
        data = _decoded(raw, path, line)
        if isinstance(data, dict) and HEADER in data:
            facts.header = read_header(data, where=f"{path}:{line}")
            continue
        number += 1
        yield _placed(partial(read_line, data, limits), path, number, line, "journal")
