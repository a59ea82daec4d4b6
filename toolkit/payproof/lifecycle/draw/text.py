"""A life cycle as text for a terminal: plain ASCII lines, one state after the other."""

from __future__ import annotations

from payproof.lifecycle.draw.picture import STYLE_WORDS, Edge, Picture
from payproof.lifecycle.table import BEFORE

_ARROWS = {"today": "-->", "planned": "- ->", "open": "..>", "other": "..>"}


def text(picture: Picture) -> str:
    """Give the table as indented lines: each state, then the ways out of it."""
    cycle = picture.cycle
    lines = [one_line(f"{cycle.name} ({picture.subtitle})"), one_line(cycle.summary), ""]
    lines += [f"(new) {_way(edge)}" for edge in picture.edges if edge.source == BEFORE]
    for state in picture.states:
        mark = " [final]" if state.final else ""
        lines += ["", one_line(f"{state.name}{mark}  {state.summary}").rstrip()]
        lines += [f"    {way}" for edge in picture.edges if edge.source == state.name for way in _ways(edge)]
    if picture.absent:
        lines += ["", "not reached here: " + ", ".join(map(one_line, picture.absent))]
    used = dict.fromkeys(edge.style for edge in picture.edges)
    legend = [f"{_ARROWS[style]} {STYLE_WORDS[style]}" for style in used]
    return "\n".join([*(line for line in lines if line is not None), "", "   ".join(legend)]) + "\n"


def one_line(text: str) -> str:
    """Give text that came from a document without control characters or line breaks."""
    return "".join(char if char.isprintable() else " " for char in text)


def _way(edge: Edge) -> str:
    return "; ".join(_ways(edge))


def _ways(edge: Edge) -> list[str]:
    arrow = f"{_ARROWS[edge.style]} {one_line(edge.target)}"
    if not edge.labels:
        return [arrow]
    ways = []
    for label in edge.labels:
        ways.append(f"{arrow}  on {one_line(f'{label.trigger} {label.needs}').rstrip()}  ({label.evidence})")
    return ways
