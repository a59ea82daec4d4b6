"""Files written whole or not at all."""

from __future__ import annotations

import itertools
import os
import stat
from pathlib import Path
from typing import Any

from payproof.errors import UsageError

_NUMBERS = itertools.count()


def write_atomic(path: Path, data: bytes, *, private: bool = False) -> None:
    """Put the bytes into a file so that a reader sees the old content or the new one, also after a crash.

    A device, a FIFO or another process's pipe has no content to replace: it is written to as it is.

    Args:
        path: The file; its mode is kept when it exists, and a link stays a link.
        data: All of its content.
        private: Make a new file readable by its owner only.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        if _takes_a_stream(path):
            _write_through(path, data)
        else:
            _replace(Path(os.path.realpath(path)), data, 0o600 if private else 0o666)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no file name"
        raise UsageError(
            f"the file cannot be written: {why}", where=str(path), hint="check folder, permissions and space"
        ) from None


def write_data(path: Path, data: Any) -> None:
    """Put plain data into a file in the form that its name says: JSON for .json, else YAML.

    Raises:
        UsageError: It cannot be written, or the form cannot carry it.
    """
    if path.suffix.lower() != ".json":
        from payproof.files.yaml_dump import dump_yaml

        write_atomic(path, dump_yaml(data).encode())
        return
    import json

    try:
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    except (ValueError, TypeError, RecursionError):
        hint = "use plain, finite values"
        raise UsageError("this data cannot be written as JSON", where=str(path), hint=hint) from None
    write_atomic(path, text)


def _takes_a_stream(path: Path) -> bool:
    """Say whether something is there that a file put in its place would destroy; links are followed."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _write_through(path: Path, data: bytes) -> None:
    # Not by its real path: that of a pipe behind /proc/self/fd is no name. Without O_CREAT, so that nothing
    # is made where it has gone in the meantime.
    with open(os.open(path, os.O_WRONLY), "wb", buffering=0) as stream:
        rest = memoryview(data)
        while rest:
            rest = rest[stream.write(rest) :]


def _replace(target: Path, data: bytes, mode: int) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.{next(_NUMBERS)}.part")
    try:
        _write(temporary, target, data, mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _write(temporary: Path, target: Path, data: bytes, mode: int) -> None:
    # O_EXCL: never write through something that another process put in this place.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        os.chmod(temporary, target.stat().st_mode & 0o7777)
    os.replace(temporary, target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    # Without this the new name may be lost in a power cut; some systems cannot open a folder.
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
