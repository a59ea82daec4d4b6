"""The report as Markdown, for a step's summary or a comment: verdict, table, findings.

Whatever comes from outside stands in a code span or a code block, where neither HTML nor links, mentions or
emphasis act; its fence is longer than any run of backticks inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from payproof.model import Finding, Severity
from payproof.report.lines import details, place, tail, worth_knowing
from payproof.report.printable import printable, printable_lines
from payproof.report.result import Count, Result

#: GitHub takes a summary of one megabyte; what is longer than this is cut at a finding.
LIMIT_BYTES = 900_000
_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the report; with `verbose` also the details of each finding. `colour` changes nothing."""
    head = [*_head(result), *_table(result)]
    tail_ = [*_accepted(result), *_learned(result)]
    room = LIMIT_BYTES - sum(_size(line) for line in (*head, *tail_))
    body: list[str] = []
    for number, one in enumerate(result.findings):
        lines = [*_finding(one, verbose)]
        room -= sum(_size(line) for line in lines)
        if room < 0:
            body += [f"... and {len(result.findings) - number} more, left out for their size.", ""]
            break
        body += lines
    return "\n".join([*head, *body, *tail_]).rstrip("\n") + "\n"


def code(text: str, *, limit: int = 1000, in_table: bool = False) -> str:
    """Give a text from outside as a code span; empty for an empty text."""
    shown = printable(text, limit=limit)
    if not shown:
        return ""
    runs = {len(run) for run in re.findall("`+", shown)}
    fence = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    # A span that begins or ends in a backtick or a space loses one space on each side when shown.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    span = f"{fence}{pad}{shown}{pad}{fence}"
    return span.replace("|", "\\|") if in_table else span


def block(text: str) -> Iterator[str]:
    """Give a text of several lines from outside as a code block, within a list item."""
    shown = printable_lines(text, limit=8000)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    yield f"  {fence}text"
    yield from (f"  {line}" for line in shown.split("\n"))
    yield f"  {fence}"


def _size(line: str) -> int:
    return len(line.encode("utf-8", "replace")) + 1


def _head(result: Result) -> Iterator[str]:
    verdict = "❌ FAILED" if result.failed else "✅ passed"
    yield f"# payproof: {code(result.gateway)} {verdict}"
    yield ""
    ran = result.tally.total()
    aside = f", {ran.skipped} not sent" if ran.skipped else ""
    yield f"{ran.run} cases{aside} against {code(result.target)} in {result.elapsed_s:.1f} s: {tail(result)}."
    yield f"Seed {result.seed}, budget {code(result.budget)}, fails on {result.fail_on.label}."
    if result.switches:
        rows = (code(f"{name}={setting}") for name, setting in sorted(result.switches.items()))
        yield f"Switches: {', '.join(rows)}."
    yield ""


def _table(result: Result) -> Iterator[str]:
    kinds = result.kinds()
    if not kinds:
        return
    yield "## Coverage"
    yield ""
    yield f"| operation | {' | '.join(kinds)} | total | accepted | reached |"
    yield "|---|" + "---:|" * (len(kinds) + 2) + "---|"
    for name in (*result.operations, None):
        cells = [_cell(result.tally.total(operation=name, kind=kind)) for kind in kinds]
        whole = result.tally.total(operation=name)
        if name is None:
            label, reached = "**all**", f"{len(result.reached)}/{len(result.operations)}"
        else:
            label, reached = code(name, in_table=True), "yes" if name in result.reached else "**no**"
        yield f"| {label} | {' | '.join([*cells, _cell(whole), str(whole.accepted), reached])} |"
    yield ""
    yield "Cases by kind, in brackets those with an error; reached: an accepted, correctly signed request."
    yield ""


def _cell(count: Count) -> str:
    return f"{count.run} ({count.failed})" if count.failed else str(count.run)


def _finding(finding: Finding, verbose: bool) -> Iterator[str]:
    times = f", {finding.count} times" if finding.count > 1 else ""
    yield f"### {_MARKS[finding.severity]} {finding.severity.label}: {code(finding.rule)}"
    yield ""
    yield f"At {code(str(finding.location))}{times}: {code(finding.message)}"
    yield ""
    for label, text in place(finding):
        yield f"- {label}: {code(text, limit=4000)}"
    yield f"- fingerprint: `{finding.fingerprint}`"
    for name, text in details(finding) if verbose else ():
        yield f"- {code(name)}:"
        yield from block(text)
    yield ""


def _accepted(result: Result) -> Iterator[str]:
    if not result.accepted and not result.outdated:
        return
    yield "## Baseline"
    yield ""
    for one in result.accepted:
        why = code(str(one.details.get("accepted", "")))
        yield f"- accepted: {code(one.rule)} at {code(str(one.location))}, because {why}"
    yield from (f"- {code(sentence)}" for sentence in result.outdated)
    yield ""


def _learned(result: Result) -> Iterator[str]:
    if notes := worth_knowing(result):
        yield "## Worth knowing"
        yield ""
        yield from (f"- {code(note)}" for note in notes)
        yield ""
