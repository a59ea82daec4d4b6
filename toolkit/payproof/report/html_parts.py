"""The pieces that every part of the HTML page is made of."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from payproof.report.printable import printable, printable_lines


def text(value: str, *, limit: int = 2000) -> str:
    """Give a text from outside as HTML text or attribute value, on one line."""
    return html.escape(printable(value, limit=limit), quote=True)


def pre(value: str) -> str:
    """Give a text from outside with its line breaks, in a box that can be scrolled with the keyboard."""
    return f'<pre tabindex="0">{html.escape(printable_lines(value, limit=8000), quote=True)}</pre>'


def rows(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give labelled lines as a description list."""
    yield "<dl>"
    for label, value in pairs:
        yield f"<div><dt>{text(label)}</dt><dd>{text(value, limit=8000)}</dd></div>"
    yield "</dl>"
