"""A spec under lint: its nodes as written and as resolved, and findings about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from payproof.files.limits import escape
from payproof.model import Finding, Location, Severity
from payproof.spec.document import Spec
from payproof.spec.resolve import Resolver, is_data, is_names, references
from payproof.spec.testbed import Testbed


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping somewhere in a spec that describes something.

    Args:
        file: The file; empty for the document itself, and for the resolved document.
        pointer: Where in it.
        value: The mapping.
    """

    file: str
    pointer: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What every rule gets.

    Args:
        spec: The spec.
        testbed: The test bed beside it, if there is one.
    """

    spec: Spec
    testbed: Testbed | None = None

    def written(self) -> Iterator[Node]:
        """Give every describing mapping of every file that the spec reaches, in order."""
        for file in self.files():
            yield from _nodes(file, "", self.spec.sources.data(file), names=False)

    def resolved(self) -> Iterator[Node]:
        """Give every describing mapping of the resolved document; what is shared comes once."""
        yield from _nodes("", "", self.spec.resolved, names=False, seen=set())

    def files(self) -> list[str]:
        """Give the files that references lead to, the document first; those that are dead are left out."""
        resolver = Resolver(self.spec.sources)
        found = [""]
        for file in found:
            for _, reference in references(self.spec.sources.data(file)):
                try:
                    target = resolver.place(file, reference)[0]
                except ValueError:
                    continue
                if target not in found:
                    found.append(target)
        return found

    def finding(self, function: Any, node: Node, message: str, *, key: str = "", **more: Any) -> Finding:
        """Make a finding of a rule's function at a node, or at one of its members."""
        pointer = f"{node.pointer}/{escape(key)}" if key else node.pointer
        where = self.spec.sources.where(node.file, pointer) if node.file else self.spec.where(pointer)
        return finding(function, where, f"{node.file}#{pointer}", message, **more)

    def at(self, function: Any, pointer: str, message: str, **more: Any) -> Finding:
        """Make a finding of a rule's function at a place in the resolved document."""
        return finding(function, self.spec.where(pointer), f"#{pointer}", message, **more)


def finding(
    function: Any, where: str, pointer: str, message: str, *, severity: Severity | None = None, **more: Any
) -> Finding:
    """Make a finding of a rule, or of a function that carries one."""
    row = getattr(function, "rule", function)
    found: Finding = row.finding(Location("", "spec", pointer, where), message, severity=severity, **more)
    return found


def _nodes(
    file: str, pointer: str, value: Any, *, names: bool, seen: set[int] | None = None
) -> Iterator[Node]:
    if isinstance(value, dict):
        if seen is not None:
            if id(value) in seen:
                return
            seen.add(id(value))
        if not names:
            yield Node(file, pointer, value)
        for key, inner in value.items():
            if not is_data(key, inner, names=names):
                below = is_names(key, inner, names=names)
                yield from _nodes(file, f"{pointer}/{escape(key)}", inner, names=below, seen=seen)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nodes(file, f"{pointer}/{index}", item, names=False, seen=seen)
