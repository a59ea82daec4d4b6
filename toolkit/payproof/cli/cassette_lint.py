"""What `payproof cassette lint` does: the files of each gateway held against that gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from payproof.cassettes.lint import Age, LintContext, lint
from payproof.cassettes.read import read_all, recordings
from payproof.cli.cassette_parts import gateway_of, keys_for_tests, real_keys
from payproof.cli.whose import whose
from payproof.errors import NothingCheckedError
from payproof.gateway import load
from payproof.model import Finding


def findings_of(
    files: Sequence[Path],
    name: str | None,
    roots: tuple[Path, ...],
    *,
    age: Age,
    used: frozenset[str] | None,
    switches: Mapping[str, str],
    now_s: float,
) -> list[Finding]:
    """Give what is wrong with recordings.

    Args:
        files: Files and folders.
        name: Whose they are; None asks each file.
        roots: Folders with gateways.
        age: What is old.
        used: Entries that tests played; None when nobody knows.
        switches: Settings that are known.
        now_s: Seconds since the epoch.

    Raises:
        NothingCheckedError: There is no recorded interaction in any of them.
        UsageError: Nothing says whose a file is.
    """
    found: list[Finding] = []
    entries = 0
    for gateway, paths in _by_gateway(files, name, roots).items():
        rows = read_all(paths)
        first = next(rows, None)
        if first is None:
            continue
        entries += 1
        # Of several gateways that files name some may be in no root; a name on the command line must be.
        chosen = gateway_of(gateway, roots) if name is not None else load(gateway, roots)
        context = LintContext(
            chosen.spec,
            keys_for_tests(chosen),
            now_s=now_s,
            age=age,
            secrets=real_keys(chosen) or {},
            used=used,
            switches={**chosen.testbed.switches, **switches},
        )
        found += lint(context, chain([first], rows))
    if not entries:
        raise NothingCheckedError(
            "there is no recorded interaction", where=str(files[0]), hint="record some, or name other files"
        )
    return found


def _by_gateway(files: Sequence[Path], name: str | None, roots: tuple[Path, ...]) -> dict[str, list[Path]]:
    if name is not None:
        return {name: list(files)}
    made: dict[str, list[Path]] = {}
    for path in _single(files):
        # A file that names nobody is its neighbours', if they name anyone.
        made.setdefault(whose([path, *files], roots), []).append(path)
    return made or {whose(files, roots): list(files)}


def _single(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        yield from recordings(path) if path.is_dir() else (path,)
