"""Wraps the clients, each when it is imported, now or later."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

#: Module of the client, then the tap that is run once it is there.
TAPS = {
    "requests.sessions": "payproof.adapters.guard.tap_requests",
    "requests_mock.mocker": "payproof.adapters.guard.tap_requests_mock",
    "httpx": "payproof.adapters.guard.tap_httpx",
    "httpx2": "payproof.adapters.guard.tap_httpx",
    "aiohttp.client": "payproof.adapters.guard.tap_aiohttp",
    "urllib3.poolmanager": "payproof.adapters.guard.tap_urllib3",
    "urllib.request": "payproof.adapters.guard.tap_urllib",
}
_tapped: set[str] = set()


def tap_clients() -> None:
    """Wrap every client that is installed; done once for a process, and repeated calls cost nothing."""
    import wrapt

    for name, tap in TAPS.items():
        if name in _tapped:
            continue
        _tapped.add(name)
        if name in sys.modules:
            import_module(tap).tap(sys.modules[name])
        else:
            wrapt.register_post_import_hook(_later(tap), name)


def _later(tap: str) -> Callable[[Any], None]:
    def run(module: Any) -> None:
        import_module(tap).tap(module)

    return run
