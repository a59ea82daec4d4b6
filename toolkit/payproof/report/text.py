"""The report for people: a table of what ran, each finding with what to do, one line of summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from payproof.model import Finding, Severity
from payproof.report.lines import tail, worth_knowing
from payproof.report.printable import printable, printable_lines
from payproof.report.result import Count, Result

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36"}


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the whole report; with `verbose` also the details of each finding."""
    lines = [_headline(result), "", *_table(result), ""]
    for finding in result.findings:
        lines += [*_finding(finding, colour, verbose), ""]
    if result.accepted or result.outdated:
        lines += ["Baseline:", *(f"  - {line}" for line in _accepted(result)), ""]
    if notes := worth_knowing(result):
        lines += ["Worth knowing:", *(f"  - {printable(note)}" for note in notes), ""]
    lines.append(_summary(result, colour))
    return "\n".join(lines) + "\n"


def _headline(result: Result) -> str:
    switches = ", ".join(f"{name}={value}" for name, value in sorted(result.switches.items()))
    return printable(
        f"{result.gateway} at {result.target}, seed {result.seed}, budget {result.budget}"
        + (f"; switches: {switches}" if switches else ""),
        limit=1000,
    )


def _table(result: Result) -> Iterator[str]:
    """One row for each operation: cases by kind as `run` or `run (failed)`, and whether it was reached."""
    kinds = result.kinds()
    rows = [["operation", *kinds, "total", "accepted", "reached"]]
    for operation in result.operations:
        counts = [result.tally.total(operation=operation, kind=kind) for kind in kinds]
        whole = result.tally.total(operation=operation)
        reached = "yes" if operation in result.reached else "NO"
        rows.append([printable(operation), *map(_cell, counts), _cell(whole), str(whole.accepted), reached])
    whole = result.tally.total()
    counts = [result.tally.total(kind=kind) for kind in kinds]
    reached = f"{len(result.reached)}/{len(result.operations)}"
    rows.append(["all", *map(_cell, counts), _cell(whole), str(whole.accepted), reached])
    yield from _aligned(rows)
    yield "cases by kind; in brackets those with an error; reached = an accepted, correctly signed request"


def _cell(count: Count) -> str:
    return f"{count.run} ({count.failed})" if count.failed else str(count.run)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for at, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()
        if at in (0, len(rows) - 2):
            yield "-" * (sum(widths) + 2 * (len(widths) - 1))


def _finding(finding: Finding, colour: bool, verbose: bool) -> Iterator[str]:
    word = _painted(finding.severity.label, _COLOURS[finding.severity], colour)
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    yield f"{word} {printable(finding.rule)} at {printable(str(finding.location))}{times}"
    yield f"  {printable(finding.message)}"
    yield from _labelled(
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("evidence", _ground(finding)),
        ("case", finding.case),
        ("try", finding.hint),
        ("again", finding.reproduce),
    )
    if verbose:
        yield from _details(finding)


def _accepted(result: Result) -> Iterator[str]:
    for one in result.accepted:
        why = one.details.get("accepted", "")
        yield printable(f"accepted: {one.rule} at {one.location}, because {why}", limit=1000)
    yield from (printable(sentence, limit=1000) for sentence in result.outdated)


def _ground(finding: Finding) -> str:
    return f"{finding.evidence}: {finding.claim}" if finding.claim else finding.evidence


def _labelled(*pairs: tuple[str, str]) -> Iterator[str]:
    for label, text in pairs:
        if text:
            yield f"    {label + ':':<10}{printable(text, limit=2000)}"


def _details(finding: Finding) -> Iterator[str]:
    for name, value in finding.details.items():
        text = (
            value if isinstance(value, str) else ", ".join(map(str, value)) if _listed(value) else str(value)
        )
        first, *rest = printable_lines(text, limit=8000).split("\n")
        yield f"    {printable(name) + ':':<10}{first}"
        yield from (f"              {line}" for line in rest)


def _listed(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, dict))


def _summary(result: Result, colour: bool) -> str:
    ran = result.tally.total().run
    verdict = (
        _painted("FAILED", _COLOURS[Severity.ERROR], colour)
        if result.failed
        else _painted("passed", "32;1", colour)
    )
    skipped = result.tally.total().skipped
    aside = f", {skipped} not sent" if skipped else ""
    return f"{verdict}: {ran} cases{aside} in {result.elapsed_s:.1f} s; {tail(result)}"


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
