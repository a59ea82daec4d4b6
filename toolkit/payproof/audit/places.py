"""Places of findings as people count them: the number of the entry in its file, not of the byte."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from payproof.audit.partial import Partial
from payproof.audit.plan import Piece

_CHUNK = 1 << 20


def count_entries(whole: Partial, pieces: Iterable[Piece]) -> None:
    """Name the places within NDJSON files as every other command does, `FILE:ENTRY`.

    A worker knows only at which byte of a file its lines begin; the few lines that a report names are
    counted at the end, by one more look at the files which have any.
    """
    cut = sorted({piece.path for piece in pieces if piece.end}, key=len, reverse=True)
    found = {key: place for key, one in whole.findings.items() if (place := _place(one.case, cut))}
    wanted: dict[str, set[int]] = defaultdict(set)
    for path, at in found.values():
        wanted[path].add(at)
    numbers = {path: dict(_numbers(path, sorted(places))) for path, places in wanted.items()}
    for key, (path, at) in found.items():
        if at in numbers[path]:
            one = whole.findings[key]
            case = one.case.removesuffix(f"{path}:{at}") + f"{path}:{numbers[path][at]}"
            whole.findings[key] = replace(one, case=case)


def _place(case: str, paths: list[str]) -> tuple[str, int] | None:
    """Give path and byte of `FILE:BYTE`, or of `OBJECT at FILE:BYTE`."""
    head, _, at = case.rpartition(":")
    path = next((one for one in paths if head == one or head.endswith(f" at {one}")), None)
    return (path, int(at)) if path is not None and at.isdigit() else None


def _numbers(path: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """Give for each place, in order, how many lines stand before it; the header is the first."""
    try:
        file = open(path, "rb")  # noqa: SIM115
    except OSError:  # moved away since it was judged
        return
    with file:
        at = lines = 0
        for place in places:
            while at < place and (chunk := file.read(min(_CHUNK, place - at))):
                lines += chunk.count(b"\n")
                at += len(chunk)
            yield place, lines
