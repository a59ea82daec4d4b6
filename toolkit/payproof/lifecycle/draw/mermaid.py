"""A life cycle as a Mermaid state diagram, for Markdown that renders it."""

from __future__ import annotations

import re

from payproof.lifecycle.draw.picture import Edge, Label, Picture
from payproof.lifecycle.draw.text import one_line
from payproof.lifecycle.table import BEFORE

_MARKS = {"today": "", "planned": " (planned)", "open": " (switch)", "other": " (other setting)"}
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9 _.,=()/-]")


def mermaid(picture: Picture) -> str:
    """Give `stateDiagram-v2` source; Mermaid cannot dash a transition, so planned ones say so."""
    names = {state.name: _id(state.name, number) for number, state in enumerate(picture.states, start=1)}
    lines = [
        "---",
        f"title: {_safe(picture.cycle.name)} ({_safe(picture.subtitle)})",
        "---",
        "stateDiagram-v2",
    ]
    for state in picture.states:
        if names[state.name] != state.name:
            lines.append(f'    state "{_safe(state.name)}" as {names[state.name]}')
    lines += [f"    {line}" for edge in picture.edges for line in _arrows(edge, names)]
    finals = [names[state.name] for state in picture.states if state.final]
    lines += [f"    {name} --> [*]" for name in finals]
    planned = [names[state.name] for state in picture.states if _only_planned(state.name, picture)]
    if finals:
        lines += ["    classDef final stroke-width:3px", f"    class {','.join(finals)} final"]
    if planned:
        lines += ["    classDef planned stroke-dasharray:5 4", f"    class {','.join(planned)} planned"]
    return "\n".join(lines) + "\n"


def _arrows(edge: Edge, names: dict[str, str]) -> list[str]:
    source = "[*]" if edge.source == BEFORE else names[edge.source]
    arrow = f"{source} --> {names[edge.target]}"
    return [f"{arrow} : {_text(label)}{_MARKS[edge.style]}" for label in edge.labels] or [arrow]


def _text(label: Label) -> str:
    return _safe(f"{label.trigger} {label.needs}")


def _only_planned(name: str, picture: Picture) -> bool:
    into = [edge.style for edge in picture.edges if edge.target == name and edge.source != name]
    return bool(into) and all(style == "planned" for style in into)


def _id(name: str, number: int) -> str:
    # `end`, `state` and others are keywords, but only in lower case.
    return name if _WORD.fullmatch(name) and not name.islower() else f"s{number}"


def _safe(text: str) -> str:
    """Give text in which no character means anything to Mermaid or to YAML."""
    return _UNSAFE.sub(" ", one_line(text)).strip()
