"""Files and folders that a command reads: one that cannot be read is told as every unreadable input is."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import click

from payproof.errors import UnreadableInput


class Input(click.Path):
    """A file, or with `dir_okay` a folder, that is there and can be read.

    click's own type calls a missing file wrong usage, while the commands that read their input themselves,
    from standard input too, say that it is unreadable.
    """

    def __init__(self, *, dir_okay: bool = True) -> None:
        super().__init__(exists=True, dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path; raises UnreadableInput."""
        path = Path(os.fsdecode(value))
        why = _why_not(path, self.dir_okay)
        if why is None:
            return path
        option = f"{param.opts[0]} " if isinstance(param, click.Option) else ""
        raise UnreadableInput(
            f"the file cannot be read: {why}", where=f"{option}{path}", hint="check name and permissions"
        )


def _why_not(path: Path, dir_okay: bool) -> str | None:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or "this is no file name"
    if stat.S_ISDIR(mode) and not dir_okay:
        return "it is a folder"
    return None if os.access(path, os.R_OK) else os.strerror(errno.EACCES)
