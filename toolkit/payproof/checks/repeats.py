"""Requests with a value that must be new and is not: their answer may be the one to the first of them.

Whether a gateway refuses such a request or answers it as it did the first time is said by no document, so an
answer that speaks of the earlier request accuses nobody. Nor does any say that two operations which both make
orders count their references apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from payproof.checks.asked import MISSING, Asked
from payproof.checks.notes import nodes
from payproof.spec import Operation

_Key = tuple[str, str]
#: So many values are remembered, the latest ones.
MOST = 20_000


@dataclass(slots=True)
class Repeats:
    """Accepted requests by the values that must be new (`x-unique`)."""

    _seen: dict[_Key, list[Asked]] = field(default_factory=dict)
    _addresses: dict[str, list[str]] = field(default_factory=dict)

    def keep(self, asked: Asked) -> None:
        """Remember a request that was accepted."""
        for key in self._keys(asked):
            self._seen.setdefault(key, []).append(asked)
        for key in list(islice(self._seen, max(0, len(self._seen) - MOST))):
            del self._seen[key]

    def earlier(self, asked: Asked) -> list[Asked]:
        """Give the other accepted requests that share a value with this one."""
        found = (one for key in self._keys(asked) for one in self._seen.get(key, ()))
        return [one for one in found if one.request is not asked.request]

    def _keys(self, asked: Asked) -> Iterator[_Key]:
        for address in self._unique(asked.operation):
            value = asked.get(address)
            if value is not MISSING:
                yield address, str(value)

    def _unique(self, operation: Operation) -> list[str]:
        if operation.id not in self._addresses:
            self._addresses[operation.id] = list(dict.fromkeys(_unique(operation)))
        return self._addresses[operation.id]


def _unique(operation: Operation) -> Iterator[str]:
    for one in operation.parameters:
        if isinstance(one.schema, Mapping) and one.schema.get("x-unique"):
            yield f"{one.where}/{one.name}"
    for media in ((operation.request_body or {}).get("content") or {}).values():
        for pointer, schema in nodes(media.get("schema") or {}):
            if schema.get("x-unique"):
                yield f"body{pointer}"
