"""The tables `[tool.payproof.GATEWAY]` of a project's pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from payproof import gateway
from payproof.adapters.plugin import given
from payproof.errors import UsageError

_FILE = "pyproject.toml"
_KEYS = ("hosts", "switches", "testbed")


@dataclass(frozen=True, slots=True)
class Table:
    """What a project says of one gateway.

    Args:
        hosts: Further hosts that play it, as the guard compares them.
        switches: Settings of what the documents leave open.
        testbed: File whose keys and ids are used, from the project's root on; empty for the gateway's own.
    """

    hosts: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)
    testbed: str = ""


@lru_cache
def tables(root: Path) -> Mapping[str, Table]:
    """Give every table by gateway, empty where there is no pyproject.toml.

    Raises:
        UsageError: The file cannot be read, or says what nothing here understands.
    """
    found = _data(root).get("tool", {}).get("payproof", {})
    where = f"[tool.payproof] in {_FILE}"
    if not isinstance(found, dict):
        raise UsageError(f"{str(found)[:80]!r} is no table", where=where, hint="write [tool.payproof.NAME]")
    for name in found:
        if name in _KEYS:
            hint = f"write it under [tool.payproof.NAME], with one of {', '.join(gateway.names())}"
            raise UsageError(f"{name!r} stands outside of a gateway's table", where=where, hint=hint)
    given.known(found, gateway.names(), where=where, kind="gateway")
    return {name: _table(f"[tool.payproof.{name}] in {_FILE}", row) for name, row in found.items()}


def _table(where: str, row: Any) -> Table:
    if not isinstance(row, dict):
        raise UsageError(f"{str(row)[:80]!r} is no table", where=where, hint=f"give it {', '.join(_KEYS)}")
    given.known(row, _KEYS, where=where)
    return Table(
        given.hosts(row.get("hosts", ()), where=f"{where}, hosts"),
        given.settings(row.get("switches", {}), where=f"{where}, switches"),
        given.text(row.get("testbed", ""), where=f"{where}, testbed"),
    )


def _data(root: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((root / _FILE).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        hint = "mend the file: its [tool.payproof] may hold settings"
        raise UsageError(f"it cannot be read: {error}", where=str(root / _FILE), hint=hint) from None
