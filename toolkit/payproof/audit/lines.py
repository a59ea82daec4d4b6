"""The lines of a piece of NDJSON, and the interaction of a line as the journal writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from payproof.audit.plan import Piece
from payproof.cassettes.entries import is_oversized
from payproof.cassettes.journal_lines import HEADER
from payproof.cassettes.limits import DEFAULT
from payproof.cassettes.sources import opened
from payproof.model import Header, Interaction, Message

#: Names of headers that do not say how a body is packed; a few hundred at most are kept.
_PLAIN: set[str] = set()


def lines(piece: Piece) -> Iterator[tuple[int, bytes]]:
    """Give the lines that begin within a piece, each with its place; the last one only if it is whole."""
    with open(piece.path, "rb") as file:
        at = piece.start
        if at:
            file.seek(at - 1)
            at += len(file.readline()) - 1
        while at < piece.end:
            line = file.readline(DEFAULT.item)
            if not line:
                return
            # An entry counts from its newline on; what stands behind the last one was being written.
            if line.endswith(b"\n") and not line.isspace():
                yield at, line
            at += len(line)


def packed_lines(piece: Piece) -> Iterator[tuple[int, bytes]] | None:
    """Give the whole lines of compressed NDJSON, each with its entry's number; None for other files."""
    with opened(Path(piece.path), DEFAULT) as (_, kind):
        return _numbered(piece.path) if kind == "ndjson" else None


def _numbered(path: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    with opened(Path(path), DEFAULT) as (source, _):
        for line in source.lines():
            if line.endswith(b"\n") and not line.isspace():
                number += not line.startswith(f'{{"{HEADER}"'.encode())
                yield number, line


def is_plain_header(name: str) -> bool:
    """Say whether a header has nothing to do with how a body is packed."""
    if name in _PLAIN:
        return True
    plain = name.lower() not in ("content-encoding", "transfer-encoding")
    if plain and len(_PLAIN) < 500:
        _PLAIN.add(name)
    return plain


def _headers(rows: Any) -> tuple[Header, ...]:
    made = tuple((name, value) for name, value in rows)
    if not all(type(text) is str for pair in made for text in pair):
        raise TypeError
    return made


def plain_interaction(data: Any) -> Interaction | None:
    """Give the interaction of a line in the form that the journal writes; None for anything unusual."""
    try:
        asked, answered = data["request"], data["response"]
        if "tags" in data or type(asked["body"]) is not str or type(answered["body"]) is not str:
            return None
        kinds = (type(asked["method"]), type(asked["uri"]), type(data.get("operation", "")))
        if kinds != (str, str, str) or type(answered["status"]) is not int:
            return None
        headers = _headers(asked["headers"])
        request = Message(asked["method"], asked["uri"], headers, asked["body"].encode())
        headers = _headers(answered["headers"])
        if not all(is_plain_header(name) for name, _ in headers):
            return None
        response = Message("", "", headers, answered["body"].encode(), answered["status"])
        if is_oversized(request, DEFAULT) or is_oversized(response, DEFAULT):
            return None
        tags = {"verdicts": data["verdicts"]} if "verdicts" in data else {}
        return Interaction(request, response, data.get("operation", ""), data.get("at", 0.0), tags=tags)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
