"""The sandbox of one test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import pytest

from payproof.adapters.guard.guard import Guard
from payproof.adapters.plugin.wanted import failing, wanted_of
from payproof.adapters.plugin.watch import guards_of
from payproof.adapters.sandbox import Sandbox
from payproof.errors import ToolkitError
from payproof.gateway import Gateway
from payproof.model import Interaction, Message
from payproof.simulator.webhooks import Delivery


def sandbox(item: pytest.Item, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Give a running sandbox whose hosts the test's guards know and whose address the environment names."""
    wanted = wanted_of(item, gateway.name)
    try:
        made = Sandbox(gateway, switches=wanted.switches, defects=wanted.defects, seed=wanted.seed)
    except ToolkitError as error:
        raise failing(error) from None
    with made.running():
        for guard in guards_of(item).values():
            if guard.gateway.name != gateway.name:
                guard.foreign_hosts |= made.hosts
            else:
                guard.sandbox_hosts |= made.hosts
                made.listeners.append(partial(_noted, guard))
        for name, text in made.environment.items():
            monkeypatch.setenv(name, text)
        yield made


def _noted(guard: Guard, delivery: Delivery, answer: Message) -> None:
    guard.extra.append(
        Interaction(
            delivery.message, answer, delivery.event, time.time(), provenance="sandbox", source="webhook"
        )
    )
