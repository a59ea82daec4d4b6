"""What tests that run pytest within this process share.

pytester forgets every module that such a run was the first to import. A library whose classes were imported
twice no longer knows its own instances, so all of payproof, and what it imports when needed, comes first.
"""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from importlib import import_module

import pytest

import payproof

#: Run as a program, or registers with schemathesis for the whole process.
_NOT_WANTED = ("payproof.__main__", "payproof.adapters.schemathesis_hooks")

for _module in pkgutil.walk_packages(payproof.__path__, "payproof."):
    if _module.name not in _NOT_WANTED:
        import_module(_module.name)

# The oldest pytest that the plugin runs under is too old for it.
with suppress(ImportError):
    from schemathesis.specs.openapi import negative, stateful  # noqa: F401


@pytest.fixture(autouse=True)
def _said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest's summary be as short as at a desk: under CI it says every failure a second time."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
