"""What every proposal works with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from payproof.drift.edit import Editor
from payproof.drift.node import TYPES, Node
from payproof.files.limits import escape
from payproof.model import Finding
from payproof.spec.resolve import steps


@dataclass(frozen=True, slots=True)
class Work:
    """One finding, and where the document is changed for it.

    Args:
        editor: The document.
        finding: What shall vanish.
        old: What was promised at its place, None for nothing.
        new: What was observed there, likewise.
        around: What was observed around it.
    """

    editor: Editor
    finding: Finding
    old: Node | None
    new: Node | None
    around: Node | None

    @property
    def schemas(self) -> list[dict[str, Any]]:
        """Every schema that speaks of the place."""
        return self.editor.schemas(self.finding.location)

    @property
    def name(self) -> str:
        """The last step to the place."""
        return steps(self.finding.location.pointer)[-1]

    @property
    def parents(self) -> list[dict[str, Any]]:
        """Every schema that speaks of the object around the place."""
        above = "".join(
            f"/{escape(one) if one != '*' else one}" for one in steps(self.finding.location.pointer)[:-1]
        )
        return self.editor.schemas(self.finding.location, above)


def schema_of(node: Node) -> dict[str, Any]:
    """Give a schema that what was seen keeps and that says no more; for a document, all that it says."""
    made: dict[str, Any] = {}
    types = [one for one in TYPES if one in node.types and not (one == "integer" and "number" in node.types)]
    if types and len(node.types) < len(TYPES):
        made["type"] = types[0] if len(types) == 1 else types
    if node.members:
        always = [name for name, one in node.members.items() if one.always]
        made |= {"required": always} if always else {}
        made["properties"] = {name: schema_of(one.node) for name, one in node.members.items()}
    if node.items is not None:
        made["items"] = schema_of(node.items)
    return made | _stated(node) if node.stated else made


def _stated(node: Node) -> dict[str, Any]:
    """Give the keywords that observations never show."""
    made: dict[str, Any] = {**node.limits}
    for word, texts in (("enum", node.values), ("x-known-values", node.known)):
        if texts is not None and not (word != "enum" and texts == node.values):
            made[word] = [json.loads(one) for one in sorted(texts)]
    if node.patterns:
        made["pattern"] = node.patterns[0]
    if node.patterns[1:]:
        made["allOf"] = [{"pattern": one} for one in node.patterns[1:]]
    facts = {
        "x-soft": dict(node.soft),
        "format": node.format,
        "x-unit": node.unit,
        "deprecated": node.deprecated,
    }
    made |= {word: value for word, value in facts.items() if value}
    if node.default is not None:
        made["default"] = json.loads(node.default)
    if node.closed:
        made["additionalProperties"] = False
    elif node.extra is not None and node.members:
        made["additionalProperties"] = schema_of(node.extra) or True
    return made


def drop(schema: dict[str, Any], *names: str) -> None:
    """Take keywords out of a schema."""
    for name in names:
        schema.pop(name, None)
