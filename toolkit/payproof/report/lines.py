"""What several formats say in the same words: the headline, the run's facts, the lines under a finding."""

from __future__ import annotations

from collections.abc import Iterator

from payproof.model import Finding, Severity
from payproof.report.result import Result


def headline(result: Result) -> str:
    """Give the verdict in one line: what was checked, how many cases ran and what was found."""
    verdict = "FAILED" if result.failed else "passed"
    return f"{result.gateway} at {result.target}: {verdict}, {result.tally.total().run} cases, {tail(result)}"


def tail(result: Result) -> str:
    """Give how many findings there are of each severity, worst first."""
    words = []
    for one in reversed(Severity):
        number = result.found(one)
        words.append(f"{number} {one.label}{'' if number == 1 else 's'}")
    if result.accepted:
        words.append(f"{len(result.accepted)} accepted")
    return ", ".join(words)


def facts(result: Result) -> Iterator[tuple[str, str]]:
    """Give what makes the run repeatable, as names and values."""
    yield "gateway", result.gateway
    yield "target", result.target
    yield "seed", str(result.seed)
    yield "budget", result.budget
    yield "fail on", result.fail_on.label
    if result.version:
        yield "payproof", result.version
    for name, setting in sorted(result.switches.items()):
        yield f"switch {name}", setting


def worth_knowing(result: Result) -> list[str]:
    """Give what the answers settled or left open, then what was not sent and why, one sentence each."""
    unsent = [
        f"{number} {'case was' if number == 1 else 'cases were'} not sent: {why}"
        for why, number in sorted(result.tally.skipped.items())
    ]
    return [*result.learned, *unsent]


def place(finding: Finding) -> Iterator[tuple[str, str]]:
    """Give the labelled lines under a finding's message that are not empty."""
    ground = f"{finding.evidence}: {finding.claim}" if finding.claim else finding.evidence
    rows = (
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("evidence", ground),
        ("case", finding.case),
        ("source", finding.location.source if finding.location.source != finding.case else ""),
        ("try", finding.hint),
        ("again", finding.reproduce),
    )
    yield from ((label, text) for label, text in rows if text)


def details(finding: Finding) -> Iterator[tuple[str, str]]:
    """Give the structured details as labelled texts, which may have several lines."""
    for name, value in finding.details.items():
        if isinstance(value, (list, tuple, set, frozenset)):
            yield str(name), "\n".join(map(str, value))
        else:
            yield str(name), str(value)
