"""The smallest change of a spec after which a finding is none: as an OpenAPI Overlay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from payproof.drift.edit import Editor
from payproof.drift.find import nodes_at
from payproof.drift.overlay import overlay_of
from payproof.drift.proposals import members, operations, values
from payproof.drift.proposals.work import Work
from payproof.drift.registry import drift_rule_of
from payproof.drift.sides import Side
from payproof.files import Limits
from payproof.model import Finding
from payproof.spec import Spec
from payproof.spec.sources import Sources

#: By the keyword that a rule names: what changes the document, and says whether it could.
ACTS: dict[str, Callable[[Work], bool]] = {
    "type": values.types,
    "required": members.required,
    "properties": members.properties,
    "enum": values.values,
    "x-known-values": values.known,
    "x-soft": values.soft,
    "pattern": values.text,
    "format": values.text,
    "responses": operations.responses,
    "content": operations.content,
    "paths": operations.paths,
    **{
        one: values.trait(one)
        for one in ("additionalProperties", "default", "deprecated", "multipleOf", "x-unit")
    },
    **{
        one: values.limit(one)
        for one in ("maxLength", "minLength", "maximum", "minimum", "maxItems", "minItems")
    },
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would make findings vanish.

    Args:
        overlay: An OpenAPI Overlay 1.0 for the spec's document.
        document: The document after it.
        left: Findings for which there is no proposal, since no change of the spec alone would be right.
    """

    overlay: dict[str, Any]
    document: dict[str, Any]
    left: list[Finding] = field(default_factory=list)


def propose(spec: Spec, promised: Side, observed: Side, findings: Iterable[Finding]) -> Proposal:
    """Give the overlay which makes a spec agree with what was observed in these findings' places.

    Args:
        spec: The spec to change; it stays as it is.
        promised: The spec's own side.
        observed: What the findings are about.
        findings: Those that shall vanish.
    """
    editor = Editor(spec)
    left: list[Finding] = []
    done: list[str] = []
    for one in findings:
        act = ACTS.get(drift_rule_of(one.rule).keyword)
        # A media type is what such a finding is about, so it stands among its facts alone.
        about = one.details.get("fact") if one.rule.endswith("media-type-added") else one.details.get("media")
        new = nodes_at(observed, replace(one, details={**one.details, "media": about or ""}))
        if act is None or not act(
            Work(editor, one, nodes_at(promised, one), new, nodes_at(observed, one, above=1))
        ):
            left.append(one)
        else:
            done.append(f"{one.rule} at {one.location}")
    overlay = overlay_of(spec.document, editor.document, f"Drift of {spec.name}", done)
    return Proposal(overlay, editor.document, left)


def overlaid(spec: Spec, document: dict[str, Any]) -> Spec:
    """Give the spec with another document in place of its own; files that it refers to stay the same."""
    return Spec(spec.name, _Edited(spec.sources, document))


class _Edited(Sources):
    def __init__(self, sources: Sources, document: dict[str, Any]) -> None:
        super().__init__(sources.root, Limits())
        self._document = document

    def data(self, file: str = "") -> Any:
        return super().data(file) if file else self._document
