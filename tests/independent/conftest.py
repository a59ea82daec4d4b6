"""Starts the independent servers for the tests here, and holds them to never crashing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from . import paykun_client, paykun_server, plural_client, plural_server
from .paykun_bed import MAIN, Merchant
from .wire import Running

NOW_S = 1_800_000_000.0


@pytest.fixture
def running() -> Iterator[list[Running]]:
    """Collect servers; close them after the test."""
    started: list[Running] = []
    yield started
    crashes = [crash for one in started for crash in one.crashes]
    for one in started:
        one.close()
    assert crashes == []


@pytest.fixture
def start_paykun(running: list[Running]) -> Callable[..., paykun_client.Client]:
    """Start a PayKun with faults and options; give a merchant's client for it."""

    def start(*faults: str, merchant: Merchant = MAIN, **options: Any) -> paykun_client.Client:
        running.append(paykun_server.serve(0, faults, now=lambda: NOW_S, **options))
        return paykun_client.Client(running[-1], merchant)

    return start


@pytest.fixture
def start_plural(running: list[Running]) -> Callable[..., plural_client.Client]:
    """Start a Plural with faults and options; give the main merchant's client for it."""

    def start(*faults: str, **options: Any) -> plural_client.Client:
        running.append(plural_server.serve(0, faults, **{"now": plural_client.Clock(), **options}))
        return plural_client.Client(running[-1])

    return start
