"""The sandbox of one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payproof.adapters.plugin.wanted import failing, wanted_of
from payproof.adapters.plugin.watch import guards_of
from payproof.adapters.sandbox import Sandbox
from payproof.errors import ToolkitError
from payproof.gateway import Gateway


def sandbox(item: pytest.Item, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Give a running sandbox whose hosts the test's guards know and whose address the environment names."""
    wanted = wanted_of(item, gateway.name)
    try:
        made = Sandbox(gateway, switches=wanted.switches, defects=wanted.defects, seed=wanted.seed)
    except ToolkitError as error:
        raise failing(error) from None
    with made.running():
        for guard in guards_of(item).values():
            if guard.gateway.name == gateway.name:
                guard.sandbox_hosts |= made.hosts
        for name, text in made.environment.items():
            monkeypatch.setenv(name, text)
        yield made
