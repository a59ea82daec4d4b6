"""Whose recordings a path of the command line holds, where no option says it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import click

from payproof.errors import ToolkitError, UnreadableInput, UsageError


def spec_or_recordings(ctx: click.Context, param: click.Parameter, path: Path | None) -> Path | None:
    """Give the path; where there is none of it, the document of the gateway of that name."""
    # Not Path.exists: it raises for a name that is too long.
    if path is None or os.path.exists(path):
        return path
    from payproof import gateway

    if str(path) not in gateway.names():
        what = f"there is no file or folder {str(path)[:200]!r}, and no such gateway"
        hint = f"give a file, a folder, or one of {', '.join(gateway.names())}"
        # A word that could be a gateway's name is a wrong one, as in other commands; the rest names a file.
        kind = UsageError if gateway.NAME.fullmatch(str(path)) else UnreadableInput
        raise kind(what, where=param.human_readable_name, hint=hint)
    return gateway.load(str(path)).spec.path


def whose(paths: Sequence[Path], roots: tuple[Path, ...] = ()) -> str:
    """Give the name of the gateway that the recordings name, or else a part of their path.

    Raises:
        UsageError: Neither names one that is known, or a root holds none.
    """
    from payproof.cli.roots import names

    known = names(roots)
    for path in paths:
        for name in (_told(path), *_parts(path)):
            if name in known:
                return name
    raise UsageError(
        "nothing says whose recordings these are",
        where=str(paths[0]) if paths else "FILES",
        hint=f"add --gateway NAME; known: {', '.join(known)}",
    )


def _told(path: Path) -> str:
    """Give the gateway that the first recording at a path names in its header."""
    from payproof.cassettes.read import Facts, read, recordings

    first = next(iter(recordings(path)), None) if path.is_dir() else path
    facts = Facts()
    try:
        for _ in islice(read(first, facts=facts), 1) if first else ():
            pass
    except ToolkitError:
        return ""  # whoever reads it whole says what is wrong with it
    header = facts.header or {}
    own = header.get("payproof", header)
    name = own.get("gateway", "") if isinstance(own, dict) else ""
    return name if isinstance(name, str) else ""


def _parts(path: Path) -> list[str]:
    return [word.partition(".")[0] for word in reversed(path.resolve().parts)]
