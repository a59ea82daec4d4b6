"""The report as GitHub workflow commands: one annotation a finding, at its operation in the spec.

GitHub shows ten annotations of each kind for a step, so the worst come first; `--format markdown` has them
all, and the command appends it to the step's summary.
"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.model import Finding, Severity
from payproof.report.lines import headline, place
from payproof.report.printable import printable
from payproof.report.result import Result

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_LIMIT = 2000


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the annotations and a last line that is none; the arguments change nothing."""
    lines = [_annotation(result, one) for one in result.findings]
    lines += [f"::notice title=baseline::{_data(_line(sentence))}" for sentence in result.outdated]
    return "\n".join([*lines, f"payproof: {_line(headline(result))}"]) + "\n"


def _annotation(result: Result, finding: Finding) -> str:
    head = ",".join(f"{name}={_property(value)}" for name, value in _properties(result, finding))
    rows = [f"{label}: {_line(text)}" for label, text in place(finding)]
    return f"::{_COMMANDS[finding.severity]} {head}::" + _data("\n".join([_line(finding.message), *rows]))


def _properties(result: Result, finding: Finding) -> Iterator[tuple[str, str]]:
    if result.document:
        yield "file", result.document
        if line := result.lines.get(finding.location.operation, 0):
            yield "line", str(line)
    yield "title", f"{finding.rule} at {finding.location}"


def _line(text: str) -> str:
    return printable(text, limit=_LIMIT)


def _data(text: str) -> str:
    """Give a message whose line breaks and percent signs survive the runner, and begin no command.

    Source: actions/toolkit, packages/core/src/command.ts, escapeData.
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Likewise for a property's value.

    Source: actions/toolkit, packages/core/src/command.ts, escapeProperty.
    """
    return _data(_line(text)).replace(":", "%3A").replace(",", "%2C")
