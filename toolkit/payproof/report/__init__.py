"""Findings and what ran, as text for people or data for programs: one file per format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from payproof.errors import UsageError
from payproof.report.result import Result

FORMATS = {
    "text": "payproof.report.text",
    "json": "payproof.report.json",
    "ndjson": "payproof.report.ndjson",
    "junit": "payproof.report.junit",
    "sarif": "payproof.report.sarif",
    "github": "payproof.report.github",
    "markdown": "payproof.report.markdown",
    "html": "payproof.report.html",
}


def render(form: str, result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the result in that format, ending in a newline; raises UsageError for an unknown format."""
    if form not in FORMATS:
        raise UsageError(
            f"there is no format {form!r}", where="--format", hint=f"known: {', '.join(FORMATS)}"
        )
    write: Callable[..., str] = import_module(FORMATS[form]).render
    return write(result, colour=colour, verbose=verbose)
