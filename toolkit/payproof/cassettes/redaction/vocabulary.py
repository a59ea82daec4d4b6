"""The words that a gateway's document itself names, which are nobody's secret wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from payproof.spec import Spec

#: What stands in there is a value that somebody may have, and not a word of the document.
_VALUES = frozenset({"example", "examples", "default"})
_LISTED = frozenset({"enum", "required", "x-extensible-enum"})
_NAMING = frozenset({"operationId", "const", "name", "version", "propertyName"})
_WORD = re.compile(r"[A-Za-z_][\w.-]*")


def words(spec: Spec | None) -> frozenset[str]:
    """Give names of fields, parameters, headers, operations, schemes, codes and hosts, and parts of paths."""
    return frozenset(_named(spec.document)) if spec is not None else frozenset()


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _named(one)
    if not isinstance(node, dict):
        return
    for key, inner in node.items():
        yield from _of_key(str(key))
        if key in _LISTED and isinstance(inner, list):
            yield from (one for one in inner if isinstance(one, str))
        elif key in _NAMING and isinstance(inner, str):
            yield inner
        elif key == "servers" and isinstance(inner, list):
            yield from (part for row in inner if isinstance(row, dict) for part in _of_server(row))
        if key not in _VALUES:
            yield from _named(inner)


def _of_key(key: str) -> Iterator[str]:
    yield key
    if key.startswith("/"):
        yield from (part for part in key.split("/") if part and "{" not in part)


def _of_server(row: dict[str, Any]) -> Iterator[str]:
    address = str(row.get("url", ""))
    yield from (address, urlsplit(address).netloc, urlsplit(address).path)


def is_word(text: str) -> bool:
    """Say whether a text looks like a name that a program gives, as field names and codes do."""
    return _WORD.fullmatch(text) is not None
