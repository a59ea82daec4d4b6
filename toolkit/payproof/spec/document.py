"""A spec; each part of it is read, and the code for that imported, when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from payproof.errors import SpecError
from payproof.spec.sources import Sources

if TYPE_CHECKING:
    from payproof.spec.records import Operation, Server, Switch


class Spec:
    """One gateway's OpenAPI document.

    Args:
        name: The gateway's name: that of the folder, or of the file where it is not called openapi.
        sources: Its files.
    """

    def __init__(self, name: str, sources: Sources) -> None:
        self.name = name
        self._sources = sources
        self.compiled: dict[Any, Any] = {}  # whatever is made from this spec once: validators, plans

    def __repr__(self) -> str:
        return f"Spec({self.name!r}, {str(self.path)!r})"

    @property
    def path(self) -> Path:
        """The document's file."""
        return self._sources.root

    @property
    def sources(self) -> Sources:
        """The files, for messages about a place in them."""
        return self._sources

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document as written."""
        found = self._sources.data()
        if not isinstance(found, dict):
            raise SpecError("an OpenAPI document is a mapping", where=f"{self.path}:1", hint="write one")
        return found

    @cached_property
    def resolved(self) -> dict[str, Any]:
        """The document with local references put in place, except where they form a cycle."""
        from payproof.spec.resolve import Resolver

        return Resolver(self._sources).document() if self.document else {}

    @property
    def version(self) -> str:
        """The document's own version, `info.version`."""
        return str(self.table("/info").get("version", ""))

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        """The document's servers in its order."""
        from payproof.spec.operations import servers_of

        return tuple(servers_of(self.resolved.get("servers")))

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation by its operationId, in the document's order."""
        from payproof.spec.operations import Builder

        return Builder(self.resolved, self.where).operations()

    @cached_property
    def webhooks(self) -> Mapping[str, Operation]:
        """Every webhook by its name, in the document's order."""
        from payproof.spec.operations import Builder

        return Builder(self.resolved, self.where).webhooks()

    def every_operation(self) -> Iterator[Operation]:
        """Give operations, then webhooks."""
        yield from self.operations.values()
        yield from self.webhooks.values()

    @property
    def schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """`components/x-signing-schemes` as written."""
        return self.rows("/components/x-signing-schemes")

    @property
    def profiles(self) -> Mapping[str, Mapping[str, Any]]:
        """`components/x-signing-profiles` as written."""
        return self.rows("/components/x-signing-profiles")

    @property
    def life_cycles(self) -> Mapping[str, Mapping[str, Any]]:
        """`x-life-cycles` as written."""
        return self.rows("/x-life-cycles")

    @cached_property
    def switches(self) -> Mapping[str, Switch]:
        """`x-switches` by name."""
        from payproof.spec.operations import switch_of

        return {name: switch_of(name, row, self.where) for name, row in self.rows("/x-switches").items()}

    def table(self, pointer: str) -> dict[str, Any]:
        """Give a mapping of the document, empty when it is absent; raises SpecError for another value.

        It comes as written, and with references put in place where it is itself one or has rows that are.
        """
        found: Any = _at(self.document, pointer)
        rows = [found, *found.values()] if isinstance(found, dict) else []
        if any(isinstance(row, dict) and "$ref" in row for row in rows):
            found = _at(self.resolved, pointer)
        if found is not None and not isinstance(found, dict):
            raise SpecError(
                f"{pointer} is no mapping", where=self.where(pointer), hint="write names and values"
            )
        return found or {}

    def rows(self, pointer: str) -> dict[str, dict[str, Any]]:
        """Give a mapping of mappings of the raw document, likewise."""
        found = self.table(pointer)
        for name, row in found.items():
            if not isinstance(row, dict):
                spot = f"{pointer}/{name}"
                raise SpecError(
                    f"{spot} is no mapping", where=self.where(spot), hint="write names and values"
                )
        return found

    def where(self, pointer: str) -> str:
        """Give `file:line` of a JSON pointer into the document, resolved or not."""
        return self._sources.where(*self._behind(pointer))

    def line_of(self, pointer: str) -> int:
        """Give the line of a JSON pointer into the document, else that of its nearest ancestor."""
        return self._sources.line(*self._behind(pointer))

    def _behind(self, pointer: str) -> tuple[str, str]:
        """Give the file and pointer where the value is written, references on the way followed."""
        from payproof.spec.resolve import Resolver

        resolver = Resolver(self._sources)
        while pointer:
            try:
                return resolver.place("", f"#{pointer.replace('%', '%25')}")
            except ValueError:
                pointer = pointer.rpartition("/")[0]
        return "", ""


def _at(document: Any, pointer: str) -> Any:
    for step in pointer.strip("/").split("/"):
        document = document.get(step) if isinstance(document, dict) else None
    return document
