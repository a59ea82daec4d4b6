"""What somebody wrote in a setting, read; a wrong form is an error that says what, where and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from payproof.adapters.guard.hosts import read_host
from payproof.errors import UsageError


def known(names: Iterable[Any], allowed: Iterable[str], *, where: str, kind: str = "key") -> None:
    """Raise UsageError, with the nearest name, when one of the names is not allowed."""
    rows = list(allowed)
    for name in names:
        if name not in rows:
            near = difflib.get_close_matches(str(name), rows, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"use {', '.join(rows) or 'none'}"
            raise UsageError(f"the {kind} {str(name)[:60]!r} is not known", where=where, hint=hint)


def texts(value: Any, *, where: str, example: str) -> tuple[str, ...]:
    """Give a list of texts; a text alone is refused, since its letters would pass for one."""
    if not isinstance(value, list | tuple | set | frozenset) or not all(
        isinstance(one, str) for one in value
    ):
        _refuse(value, "a list of texts", where, f'write them in brackets: ["{example}"]')
    return tuple(value)


def hosts(value: Any, *, where: str) -> tuple[str, ...]:
    """Give a list of hosts, host:port or URLs, as the guard compares them."""
    return tuple(read_host(one, where=where) for one in texts(value, where=where, example="127.0.0.1:8080"))


def settings(value: Any, *, where: str) -> dict[str, str]:
    """Give settings by switch; that the gateway has them is looked at when they are used."""
    if not isinstance(value, Mapping):
        _refuse(
            value, "names and settings", where, 'write {NAME = "SETTING"} (in Python {"NAME": "SETTING"})'
        )
    for name, setting in value.items():
        if not isinstance(setting, str):
            _refuse(setting, "a setting", f"{where}, {str(name)[:60]}", "write the setting in quotes")
    return dict(value)


def pairs(rows: Iterable[str], *, where: str) -> dict[str, str]:
    """Give settings out of lines `NAME=SETTING`."""
    found = {}
    for row in rows:
        name, sign, setting = (part.strip() for part in row.partition("="))
        if not (name and sign and setting):
            raise UsageError(
                f"{row[:80]!r} is no setting", where=where, hint="write NAME=SETTING, one a line"
            )
        found[name] = setting
    return found


def text(value: Any, *, where: str) -> str:
    """Give a text."""
    if not isinstance(value, str):
        _refuse(value, "a text", where, "write it in quotes")
    return value


def number(value: Any, *, where: str) -> int:
    """Give a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse(value, "a whole number", where, "write digits, without quotes")
    return value


def _refuse(value: Any, wanted: str, where: str, hint: str) -> NoReturn:
    raise UsageError(f"{str(value)[:80]!r} is not {wanted}", where=where, hint=hint)
