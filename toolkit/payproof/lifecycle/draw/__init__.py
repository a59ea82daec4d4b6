"""Draw a life cycle: Mermaid, SVG or terminal text, each from the table alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from payproof.lifecycle.draw.picture import Picture, Show, picture
from payproof.lifecycle.table import LifeCycle

Format = Literal["mermaid", "svg", "text"]
FORMATS: tuple[Format, ...] = ("mermaid", "svg", "text")

__all__ = ["FORMATS", "Format", "Picture", "Show", "draw", "picture"]


def draw(
    cycle: LifeCycle,
    format: Format = "text",
    *,
    facts: Mapping[str, Any] | None = None,
    switches: Mapping[str, str] | None = None,
    show: Show = "all",
) -> str:
    """Give the drawing, with a newline at its end.

    Args:
        facts: Leave out rows which these facts exclude, such as `{"pre_auth": True}`.
        switches: Settled switches; a row on another one is drawn as open.
        show: `current`: what happens today; `planned`: announced rows too; `all`: also rows that
            hold under another switch setting. States that no shown row reaches are only named.
    """
    chosen = picture(cycle, facts or {}, switches or {}, show)
    if format == "mermaid":
        from payproof.lifecycle.draw.mermaid import mermaid

        return mermaid(chosen)
    if format == "svg":
        from payproof.lifecycle.draw.svg import svg

        return svg(chosen)
    from payproof.lifecycle.draw.text import text

    return text(chosen)
