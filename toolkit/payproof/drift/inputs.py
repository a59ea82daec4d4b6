"""What a path of the command line holds: a spec, or recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from payproof.cassettes.read import read_all
from payproof.drift.shape import Shape, Verifier, fold
from payproof.errors import NothingCheckedError, UnreadableInput
from payproof.model import Interaction
from payproof.spec import Spec, load

_HEAD = 65_536
_MARK = re.compile(rb"(?:^|\n|\{|,)\s*[\"']?openapi[\"']?\s*:\s*[\"']?3\.")


def is_spec(path: Path) -> bool:
    """Say whether a path is a spec: a folder with an openapi document, or a file that begins like one."""
    if path.is_dir():
        return any((path / f"openapi.{suffix}").is_file() for suffix in ("yaml", "yml", "json"))
    try:
        with path.open("rb") as file:
            return _MARK.search(file.read(_HEAD)) is not None
    except OSError as error:
        raise UnreadableInput(
            f"the file cannot be read: {error.strerror}", where=str(path), hint="check name and permissions"
        ) from None


def load_spec(path: Path) -> Spec:
    """Give a path's spec; raises SpecError."""
    return load(path)


def observations(path: Path, *, since_s: float = 0.0) -> Iterator[Interaction]:
    """Give a path's interactions, those before a moment left out; one without a time counts as recent.

    Raises:
        UnreadableInput: with file, line and remedy.
    """
    for one in read_all([path]):
        if not one.started_s or one.started_s >= since_s:
            yield one


def shape_of(spec: Spec, path: Path, *, verifier: Verifier | None = None, since_s: float = 0.0) -> Shape:
    """Give the shape of a path's recordings.

    Raises:
        NothingCheckedError: There is nothing in it, or nothing of it fits the spec.
    """
    shape = fold(spec, observations(path, since_s=since_s), verifier)
    if not shape.bodies:
        what = "no recorded interaction fits the spec" if shape.n else "there are no recorded interactions"
        raise NothingCheckedError(what, where=str(path), hint="check the file, --gateway and --since")
    return shape
