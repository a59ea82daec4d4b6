"""What the commands of `payproof cassette` share: the gateway, its test keys, the real keys, and waiting."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from payproof.cli.roots import load
from payproof.errors import UsageError

if TYPE_CHECKING:
    from payproof.gateway import Gateway


def gateway_of(name: str, roots: tuple[Path, ...]) -> Gateway:
    return load(name, roots)


def keys_for_tests(gateway: Gateway) -> dict[str, str]:
    """Give the key texts by role of the gateway's own test bed; raises UsageError when it has none."""
    rows: Mapping[str, Mapping[str, str]] = gateway.testbed.merchants
    if not rows or not gateway.testbed.test_keys:
        raise UsageError(
            "the gateway's test bed has no test keys, which recordings are signed with",
            where=gateway.testbed.source,
            hint="add a merchant, and test_keys: true",
        )
    return dict(rows.get("main") or next(iter(rows.values())))


def real_keys(gateway: Gateway) -> dict[str, str] | None:
    """Give those keys by role which the environment has; None when it has none."""
    found = dict(_from_environment(gateway))
    return found or None


def _from_environment(gateway: Gateway) -> Iterator[tuple[str, str]]:
    from payproof.adapters.secrets import find_key

    for role in keys_for_tests(gateway):
        text = find_key(gateway.name, role, environ=os.environ)
        if text is not None:
            yield role, text


def wait_forever() -> None:
    """Wait until SIGINT, or SIGTERM, which ends the wait quietly."""
    import signal
    import threading

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while not ended.wait(3600):
        pass
