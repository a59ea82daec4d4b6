"""A life cycle as one self-contained SVG file: readable in light and dark, and by a screen reader."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise

from payproof.lifecycle.draw.layout import GAP_Y, Box, Layout, Route, lay_out
from payproof.lifecycle.draw.picture import STYLE_WORDS, Edge, Picture, Style
from payproof.lifecycle.draw.text import one_line
from payproof.lifecycle.table import BEFORE, State

# One character of a fixed-width face is 0.6 em wide; a little more leaves room for other faces.
_EM = 0.62
_NAME, _TRIGGER, _SMALL, _TITLE = 14, 12.5, 11, 18
_MARGIN, _STUB, _LANE = 28.0, 11.0, 6.0
_WRAP = 27  # characters in a line of a label
_STYLE = """
  svg { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #424a53;
    --fill: #eef4fb; --final: #eef7ee; --plan: #8a5a00; --open: #6639ba;
    font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  @media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b1;
    --line: #b1bac4; --fill: #16263a; --final: #14301c; --plan: #e3b341; --open: #c297ff; } }
  .paper, .back { fill: var(--paper); }
  .state { fill: var(--fill); stroke: var(--line); stroke-width: 1.5; }
  .state.final { fill: var(--final); }
  .ring { fill: none; stroke: var(--line); stroke-width: 1.5; }
  .state.planned, .ring.planned { stroke: var(--plan); stroke-dasharray: 6 4; }
  text { fill: var(--ink); text-anchor: middle; }
  .left { text-anchor: start; }
  .title { font-size: 18px; font-weight: 700; } .name { font-size: 14px; font-weight: 700; }
  .trigger { font-size: 12.5px; } .small { font-size: 11px; fill: var(--soft); }
  .edge { fill: none; stroke: var(--line); stroke-width: 1.5; } .dot { fill: var(--line); }
  .head { fill: var(--line); }
  .edge.planned { stroke: var(--plan); stroke-dasharray: 7 5; } .head.planned { fill: var(--plan); }
  .edge.open, .edge.other { stroke: var(--open); stroke-dasharray: 2 4; }
  .head.open, .head.other { fill: var(--open); }
"""


def svg(picture: Picture) -> str:
    """Give the drawing; planned rows are dashed, final states have a double border, evidence stands small."""
    names = [BEFORE, *(state.name for state in picture.states)]
    layout = lay_out(names, picture.edges, _state_size, _label_size)
    prefix = re.sub(r"[^a-z0-9]+", "-", f"{picture.cycle.name} {picture.subtitle}".lower()).strip("-")
    foot = list(_foot(picture))
    head = [picture.cycle.name, *_wrap(picture.cycle.summary, max(layout.width, 560.0)), picture.subtitle]
    top = _MARGIN + 24.0 + 17.0 * len(head)
    width = max(layout.width, 560.0, *(len(line) * _SMALL * _EM for line in foot)) + 2 * _MARGIN
    height = top + layout.height + 26.0 + 22.0 * (len(foot) + 1) + _MARGIN / 2
    left = (width - layout.width) / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
            f' width="{width:.0f}" height="{height:.0f}" role="img"'
            f' aria-labelledby="{prefix}-title {prefix}-desc">',
            f'<title id="{prefix}-title">{_xml(picture.cycle.name)}: {_xml(picture.subtitle)}</title>',
            f'<desc id="{prefix}-desc">{_xml(_description(picture))}</desc>',
            f"<style>{_STYLE}</style>",
            "<defs>",
            *(_marker(prefix, style) for style in STYLE_WORDS),
            "</defs>",
            f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
            *_heading(head),
            f'<g transform="translate({left:.1f} {top:.1f})">',
            *(line for route in layout.routes for line in _edge(route, layout, prefix)),
            *(line for route in layout.loops for line in _loop(route, prefix)),
            *(line for route in (*layout.routes, *layout.loops) for line in _label(route)),
            *_start(layout),
            *(line for state in picture.states for line in _state(state, layout.states[state.name], picture)),
            "</g>",
            *_legend(picture, foot, top + layout.height + 34.0, prefix),
            "</svg>",
            "",
        ]
    )


def _state_size(name: str) -> tuple[float, float]:
    if name == BEFORE:
        return 18.0, 18.0
    return max(104.0, len(one_line(name)) * _NAME * _EM + 34.0), 44.0


_MARKS: dict[Style, str] = {"today": "", "planned": "planned, ", "open": "open, ", "other": "other setting, "}


def _label_lines(edge: Edge) -> list[tuple[str, str, float]]:
    """Give the lines of an edge's label: class, text, and how far the line stands below the top."""
    lines: list[tuple[str, str, float]] = []
    y = 15.0
    for label in edge.labels:
        small = [f"when {label.condition}"] if label.condition else []
        small += [f"if {label.setting}"] if label.setting else []
        small = [part for text in small for part in textwrap.wrap(one_line(text), _WRAP)]
        texts = [("trigger", label.trigger), *(("small", text) for text in small)]
        for kind, text in [*texts, ("small", _MARKS[edge.style] + label.evidence)]:
            lines.append((kind, one_line(text), y))
            y += 16.0
        y += 7.0
    return lines


def _label_size(edge: Edge) -> tuple[float, float]:
    lines = _label_lines(edge)
    widths = [len(text) * (_TRIGGER if kind == "trigger" else _SMALL) * _EM for kind, text, _ in lines]
    return max(widths, default=0.0) + 12.0, (lines[-1][2] if lines else 0.0) + 7.0


def _state(state: State, box: Box, picture: Picture) -> Iterator[str]:
    into = [edge.style for edge in picture.edges if edge.target == state.name != edge.source]
    dashed = " planned" if into and all(style == "planned" for style in into) else ""
    x, y = box.x - box.width / 2, box.y - box.height / 2
    final = " final" if state.final else ""
    yield f"<g><title>{_xml(f'{state.name}: {state.summary}' if state.summary else state.name)}</title>"
    yield (
        f'<rect class="state{final}{dashed}" x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}"'
        f' height="{box.height:.1f}" rx="9"/>'
    )
    if state.final:
        yield (
            f'<rect class="ring{dashed}" x="{x + 4:.1f}" y="{y + 4:.1f}" width="{box.width - 8:.1f}"'
            f' height="{box.height - 8:.1f}" rx="6"/>'
        )
    yield f'<text class="name" x="{box.x:.1f}" y="{box.y + 5:.1f}">{_xml(state.name)}</text></g>'


def _start(layout: Layout) -> Iterator[str]:
    box = layout.states[BEFORE]
    yield f'<circle class="dot" cx="{box.x:.1f}" cy="{box.y:.1f}" r="8"/>'


def _edge(route: Route, layout: Layout, prefix: str) -> Iterator[str]:
    """Draw the line through all places of the route; straight inside a layer, curved between layers."""
    points: list[tuple[float, float]] = []
    for number, box in enumerate(route.boxes):
        top, bottom = layout.bands[box.layer]
        # The stretch beside a state is straight, so that the head of the arrow stands upright.
        if number == 0:
            x, stub = _port(box, box.down, route.boxes[1])
            points += [(x, box.y + box.height / 2), (x, bottom + stub)]
        elif number == len(route.boxes) - 1:
            x, stub = _port(box, box.up, route.boxes[-2])
            points += [(x, top - stub), (x, box.y - box.height / 2)]
        else:
            points += [(box.x, top), (box.x, bottom)]
    style = route.edge.style
    end = ("marker-start" if route.back else "marker-end") + f'="url(#{prefix}-{style})"'
    yield f'<path class="edge {style}" {end} d="{_path(points)}"/>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    pieces = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        if abs(x0 - x1) < 0.05:
            pieces.append(f"V{y1:.1f}")
        else:
            pieces.append(f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}")
    return "".join(pieces)


def _port(box: Box, near: Sequence[Box], other: Box) -> tuple[float, float]:
    """Give the place on a state's border where an edge starts, and how far it goes straight from there.

    Ports stand in the order of the neighbours. Of several edges to one side the inner ones go farther
    before they turn, so that lines lie beside each other and do not cross.
    """
    order = sorted(near, key=lambda each: each.x)
    room = max(0.0, min(box.width - 24.0, 34.0 * (len(order) - 1)))
    step = room / (len(order) - 1) if len(order) > 1 else 0.0
    ports = [box.x - room / 2 * (len(order) > 1) + step * number for number in range(len(order))]
    number = order.index(other)
    left = [each.x < port - 1 for each, port in zip(order, ports, strict=True)]
    turn = sum(left[:number]) if left[number] else left[number + 1 :].count(False)
    return ports[number], min(_STUB + _LANE * turn, GAP_Y - _STUB)


def _loop(route: Route, prefix: str) -> Iterator[str]:
    """Draw the way out of a state's right side, round before the label, and back."""
    state, label = route.boxes
    right, left = state.x + state.width / 2, label.x - label.width / 2
    up, down, turn, bend = state.y - 9, state.y + 9, left - 10, left + 2
    style = route.edge.style
    yield (
        f'<path class="edge {style}" marker-end="url(#{prefix}-{style})" d="M{right:.1f} {up:.1f}H{turn:.1f}'
        f'C{bend:.1f} {up:.1f} {bend:.1f} {down:.1f} {turn:.1f} {down:.1f}H{right:.1f}"/>'
    )


def _label(route: Route) -> Iterator[str]:
    """Draw the label on paper-coloured ground, so that the line passes behind it."""
    box = next((box for box in route.boxes if box.edge is not None), None)
    if box is None:
        return
    top = box.y - box.height / 2
    yield (
        f'<rect class="back" x="{box.x - box.width / 2:.1f}" y="{top:.1f}" width="{box.width:.1f}"'
        f' height="{box.height:.1f}" rx="4"/>'
    )
    for kind, text, y in _label_lines(route.edge):
        yield f'<text class="{kind}" x="{box.x:.1f}" y="{top + y:.1f}">{_xml(text)}</text>'


def _marker(prefix: str, style: Style) -> str:
    return (
        f'<marker id="{prefix}-{style}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
        f' markerHeight="7" orient="auto-start-reverse">'
        f'<path class="head {style}" d="M0 0L10 5L0 10z"/></marker>'
    )


def _heading(lines: Sequence[str]) -> Iterator[str]:
    yield f'<text class="title left" x="{_MARGIN}" y="{_MARGIN + 14}">{_xml(lines[0])}</text>'
    for number, line in enumerate(lines[1:], start=1):
        yield f'<text class="small left" x="{_MARGIN}" y="{_MARGIN + 18 + 17 * number}">{_xml(line)}</text>'


def _foot(picture: Picture) -> Iterator[str]:
    if picture.absent:
        yield "not reached here: " + ", ".join(picture.absent)
    yield "double border: final; the small word is the evidence"


def _legend(picture: Picture, foot: Sequence[str], y: float, prefix: str) -> Iterator[str]:
    x = _MARGIN
    for style in STYLE_WORDS:
        if any(edge.style == style for edge in picture.edges):
            end = f'marker-end="url(#{prefix}-{style})"'
            yield f'<path class="edge {style}" {end} d="M{x:.0f} {y - 4:.0f}h36"/>'
            yield f'<text class="small left" x="{x + 44:.0f}" y="{y:.0f}">{STYLE_WORDS[style]}</text>'
            x += 44 + len(STYLE_WORDS[style]) * _SMALL * _EM + 20
    for number, line in enumerate(foot, start=1):
        yield f'<text class="small left" x="{_MARGIN}" y="{y + 22 * number:.0f}">{_xml(line)}</text>'


def _description(picture: Picture) -> str:
    """Give the drawing in sentences, for who cannot see it."""
    sentences = [picture.cycle.summary] if picture.cycle.summary else []
    for edge in picture.edges:
        triggers = " or ".join(label.trigger for label in edge.labels)
        by = f" on {triggers}" if triggers else ""
        sentences.append(f"{edge.source or 'start'} to {edge.target}{by} ({STYLE_WORDS[edge.style]})")
    finals = ", ".join(state.name for state in picture.states if state.final)
    return ". ".join([*sentences, f"Final: {finals or 'none'}"])


def _wrap(text: str, width: float) -> list[str]:
    return textwrap.wrap(one_line(text), max(40, int(width / (_SMALL * _EM))))


def _xml(text: str) -> str:
    clean = one_line(text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        clean = clean.replace(char, entity)
    return clean
