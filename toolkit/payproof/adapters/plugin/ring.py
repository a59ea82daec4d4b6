"""The keys that one test's traffic may be signed with: what the environment gave while it ran.

A test bed's keys are always known. Those of the environment may be set by a fixture, or in the test itself,
and be gone when the test is torn down; so they are read where something is exchanged, and kept for the test.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from payproof.adapters.guard.guard import Guard
from payproof.adapters.plugin.wanted import Wanted, loaded
from payproof.adapters.secrets import from_environment
from payproof.errors import ToolkitError
from payproof.run.exchanges import Exchanges
from payproof.spec.testbed import Masked

Texts = tuple[tuple[str, str], ...]


class Ring:
    """Keeps a guard's keys up to date.

    Args:
        wanted: The test's settings.
    """

    def __init__(self, wanted: Wanted) -> None:
        found = loaded(wanted.name, wanted.testbed)
        self._wanted, self._own = wanted, _texts(found.testbed.merchants.get("main", {}))
        self._seen: list[Texts] = []
        self.exchanges = self._exchanges()

    def read(self) -> None:
        """Look at the environment.

        Raises:
            KeyMaterialError: It names a key that cannot be read.
        """
        keys = _texts(from_environment(self._wanted.name, dict(self._own), os.environ))
        if self._seen[:1] != [keys]:
            # What was read last is tried first: a merchant may have had another key before.
            self._seen = [keys, *(one for one in self._seen if one != keys)]
            self.exchanges = self._exchanges()

    def hear(self, guard: Guard) -> None:
        """Look at the environment as it is while something is exchanged."""
        try:
            self.read()
        except ToolkitError:
            # Told when the test is judged: the code under test has nothing to do with it.
            return
        guard.exchanges = self.exchanges

    def _exchanges(self) -> Exchanges:
        one = self._wanted
        return _judge(one.name, one.testbed, _texts(one.switches), tuple(self._seen))


def _texts(rows: Mapping[str, str]) -> Texts:
    return tuple(sorted(rows.items()))


@lru_cache
def _judge(name: str, testbed: str, switches: Texts, seen: tuple[Texts, ...]) -> Exchanges:
    found = loaded(name, testbed)
    bed, own = found.testbed, _texts(found.testbed.merchants.get("main", {}))
    if set(seen) - {own}:
        # The test bed's own keys stay known: a sandbox in the same run uses them.
        rows = {f"given {number}": Masked(dict(keys)) for number, keys in enumerate(seen)}
        bed = replace(bed, merchants={**rows, **bed.merchants}, test_keys=False)
    return Exchanges(found.spec, bed, {**bed.switches, **dict(switches)})
