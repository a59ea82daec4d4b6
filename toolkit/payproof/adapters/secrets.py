"""Keys from where they may live: the environment, files it names, the test bed, a prompt; never argv."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from payproof.errors import KeyMaterialError

#: A key file is one key; whatever is larger is another file.
MAX_KEY_BYTES = 64 * 1024
Ask = Callable[[str], str]


def variable(gateway: str, role: str) -> str:
    """Give the name of the environment variable that holds a gateway's key of that role."""
    return "PAYPROOF_" + re.sub(r"[^A-Z0-9]", "_", f"{gateway}_{role}".upper())


def find_key(
    gateway: str,
    role: str,
    *,
    environ: Mapping[str, str],
    testbed: Mapping[str, str] | None = None,
    ask: Ask | None = None,
) -> str | None:
    """Give the key of one role, from the first place that has it, or None.

    Args:
        gateway, role: Whose key, as in `PAYPROOF_<GATEWAY>_<ROLE>`.
        environ: The process environment, passed in.
        testbed: The test bed's keys of one merchant by role.
        ask: Asks a person without echo; None where nobody can answer.

    Raises:
        KeyMaterialError: a variable is set and empty, both forms are set, or a key file cannot be read.
    """
    name = variable(gateway, role)
    if name in environ and f"{name}_FILE" in environ:
        raise KeyMaterialError(
            f"the key {role} is given twice", where=f"{name} and {name}_FILE", hint="unset one of them"
        )
    if name in environ:
        return _not_empty(environ[name], where=f"environment variable {name}")
    if f"{name}_FILE" in environ:
        return read_key_file(Path(environ[f"{name}_FILE"]), where=f"environment variable {name}_FILE")
    if testbed and role in testbed:
        return testbed[role]
    return ask(role) if ask else None


def from_environment(gateway: str, roles: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Give a merchant's keys with those replaced which the environment gives; raises as `find_key` does."""
    found = {role: find_key(gateway, role, environ=environ, testbed=roles) for role in roles}
    return {role: text for role, text in found.items() if text is not None}


def read_key_file(path: Path, *, where: str) -> str:
    """Give the text of a key file, one trailing newline dropped.

    Raises:
        KeyMaterialError: it cannot be read, is empty, too large, or not text; the message shows none of it.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        raise KeyMaterialError(
            f"the key file {path} cannot be read: {error.strerror or type(error).__name__}",
            where=where,
            hint="name a file that this user may read",
        ) from None
    if len(raw) > MAX_KEY_BYTES:
        raise KeyMaterialError(
            f"the key file {path} is larger than any key", where=where, hint="name the file of one key"
        )
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise KeyMaterialError(
            f"the key file {path} is not UTF-8 text",
            where=where,
            hint="store the key as the dashboard shows it",
        ) from None
    # An editor's last newline is no part of the key; anything else, a second newline included, may be.
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\r\n") else text.removesuffix("\n")
    return _not_empty(text, where=where)


def _not_empty(text: str, *, where: str) -> str:
    if not text:
        raise KeyMaterialError("the key is empty", where=where, hint="set it, or unset the variable")
    return text
