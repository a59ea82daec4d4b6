"""The life cycles on the HTML page: each drawn, with what the run saw of it marked and listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from payproof.report.html_parts import text
from payproof.report.result import Lived, Result, Row

if TYPE_CHECKING:
    from payproof.lifecycle.table import Transition


def lives(result: Result) -> Iterator[str]:
    """Give a section with every life cycle that the run knows; nothing when it knows none."""
    if not result.lived:
        return
    yield '<section aria-labelledby="lives"><h2 id="lives">Life cycles</h2>'
    for one in result.lived:
        yield from _life(one, dict(result.switches))
    yield "</section>"


def _life(lived: Lived, switches: dict[str, str]) -> Iterator[str]:
    from payproof.lifecycle.draw import draw

    cycle = lived.cycle
    drawing = draw(cycle, "svg", switches=switches)
    taken = sum(_row(row) in lived.taken for row in cycle.transitions)
    total = len(cycle.transitions)
    yield f"<h3>{text(cycle.name)}</h3>"
    yield f"<p>{len(lived.states & set(cycle.states))} of {len(cycle.states)} states were seen,"
    yield f" {taken} of {total} transitions were taken. A thick border marks a state that was seen.</p>"
    label = f"Drawing of {text(cycle.name)}"
    yield f'<div class="scroll drawing" role="region" aria-label="{label}" tabindex="0">'
    yield marked(drawing.strip(), lived.states)
    yield "</div>"
    yield f"<details><summary>Transitions of {text(cycle.name)}</summary>"
    yield '<div class="scroll" role="region" aria-label="Transitions" tabindex="0"><table class="rows">'
    yield '<thead><tr><th scope="col">from</th><th scope="col">to</th><th scope="col">trigger</th>'
    yield '<th scope="col">when</th><th scope="col">availability</th><th scope="col">evidence</th>'
    yield '<th scope="col">taken</th></tr></thead><tbody>'
    for row in cycle.transitions:
        needs = "; ".join(part for part in (row.conditions(), row.settings()) if part)
        cells = (row.source or "(new)", row.target, row.trigger, needs, row.availability, row.evidence)
        shown = "".join(f"<td>{text(cell)}</td>" for cell in cells)
        yield f"<tr>{shown}{_taken(_row(row) in lived.taken)}</tr>"
    yield "</tbody></table></div></details>"


def _row(row: Transition) -> Row:
    return (row.source, row.target, row.trigger)


def _taken(taken: bool) -> str:
    return '<td class="good">yes</td>' if taken else '<td class="none">no</td>'


def marked(drawing: str, states: frozenset[str]) -> str:
    """Give the drawing with the class `seen` on the states that were seen.

    Args:
        drawing: As `payproof.lifecycle.draw` makes it: a state is a group whose title begins with its name.
        states: Their names.
    """

    def mark(found: re.Match[str]) -> str:
        return f'<g class="seen"><title>{found[1]}' if found[1] in states else found[0]

    return re.sub(r"<g><title>([^<:]+)", mark, drawing)
