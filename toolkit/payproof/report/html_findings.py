"""The findings on the HTML page: what finds and hides them, and each as a box to open."""

from __future__ import annotations

from collections.abc import Iterator

from payproof.errors import UsageError
from payproof.model import Finding, Severity
from payproof.report.html_parts import pre, text
from payproof.report.lines import details, place
from payproof.report.result import Result
from payproof.rules import get

#: With so many or fewer, all stand open.
_OPEN = 3
#: Labels whose text is a command or a body, better read letter by letter.
_LITERAL = frozenset({"expected", "actual", "again"})


def filters(result: Result) -> Iterator[str]:
    """Give the search; it needs the script, so it stays hidden without."""
    if not result.findings:
        return
    yield '<form id="filters" hidden role="search" aria-label="Filter the findings">'
    yield '<label class="find">Search <input id="query" type="search" autocomplete="off"'
    yield ' placeholder="rule, operation, field, words"></label>'
    yield "<fieldset><legend>Severity</legend>"
    for one in reversed(Severity):
        if number := result.found(one):
            yield f'<label><input type="checkbox" name="severity" value="{one.label}" checked>'
            yield f" {one.label} ({number})</label>"
    yield "</fieldset>"
    yield from _operations(result)
    yield '<button type="button" id="open">Open all</button>'
    yield '<button type="button" id="close">Close all</button>'
    yield '<output id="shown" aria-live="polite"></output>'
    yield "</form>"


def _operations(result: Result) -> Iterator[str]:
    names = sorted({one.location.operation for one in result.findings if one.location.operation})
    if len(names) < 2:
        return
    yield '<label>Operation <select id="operation"><option value="">all</option>'
    yield from (f'<option value="{text(name)}">{text(name)}</option>' for name in names)
    yield "</select></label>"


def finding_list(result: Result) -> Iterator[str]:
    """Give every finding, worst first; open from the start where there are few."""
    if not result.findings:
        yield '<p class="nothing">Nothing was found.</p>'
        return
    yield '<p id="none" class="nothing" hidden>No finding fits the filter.</p>'
    opened = " open" if len(result.findings) <= _OPEN else ""
    yield '<ol class="findings">'
    for one in result.findings:
        yield from _finding(one, opened)
    yield "</ol>"


def _finding(finding: Finding, opened: str) -> Iterator[str]:
    label = finding.severity.label
    operation = text(finding.location.operation)
    yield f'<li id="finding-{finding.fingerprint}" data-severity="{label}" data-operation="{operation}">'
    yield f'<details class="{label}"{opened}><summary><span class="badge {label}">{label}</span>'
    yield f'<span class="rule">{text(finding.rule)}</span> <span class="place">{_place(finding)}</span>'
    yield f'<span class="message">{text(finding.message, limit=1000)}</span></summary>'
    if about := _about(finding.rule):
        yield f'<p class="about">{text(about)}</p>'
    yield "<dl>"
    for name, value in (*place(finding), ("fingerprint", finding.fingerprint)):
        shown = f"<code>{text(value, limit=8000)}</code>" if name in _LITERAL else text(value, limit=8000)
        yield f"<div><dt>{name}</dt><dd>{shown}</dd></div>"
    yield "</dl>"
    for name, value in details(finding):
        yield f'<p class="label">{text(name)}</p>{pre(value)}'
    yield "</details></li>"


def _place(finding: Finding) -> str:
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    return text(str(finding.location)) + times


def _about(rule_id: str) -> str:
    try:
        return get(rule_id).summary
    except UsageError:
        return ""
