"""The report as JUnit XML, as Jenkins, GitLab, Azure and others read it.

A suite is an operation; a test case is a kind of case that ran on it, or a finding. A finding that fails the
run is a failure; one below the line, or accepted by a baseline, is a skipped test that says what it found.
It holds to Apache Ant's schema, the strictest in use, which is why `testsuites` bears no attribute and each
suite ends in two empty outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from payproof.model import Finding
from payproof.report.lines import facts, headline, place
from payproof.report.printable import printable
from payproof.report.result import Result

#: What concerns no operation stands in the suite of the run.
RUN = "run"


@dataclass(frozen=True, slots=True)
class _Test:
    """One test case; `mark` is `failure`, `skipped` or empty."""

    name: str
    mark: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the result as one XML document; the arguments change nothing."""
    suites = [RUN, *result.operations]
    strangers = {_suite_of(one, suites) for one in (*result.findings, *result.accepted)}
    suites += sorted(strangers - set(suites))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, suite in enumerate(suites):
        lines += _suite(result, suite, number, suites)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite_of(finding: Finding, suites: Sequence[str]) -> str:
    return finding.location.operation or RUN


def _suite(result: Result, suite: str, number: int, suites: Sequence[str]) -> Iterator[str]:
    tests = [*_kinds(result, suite), *_findings(result, suite, suites)]
    failures, skipped = (sum(test.mark == mark for test in tests) for mark in ("failure", "skipped"))
    elapsed_s = result.elapsed_s if suite == RUN else 0.0
    yield (
        f'  <testsuite name={_attr(suite)} package={_attr(f"payproof.{result.gateway}")} id="{number}"'
        f' timestamp="{_time(result.started_s)}" hostname="localhost" tests="{len(tests)}"'
        f' failures="{failures}" errors="0" skipped="{skipped}" time="{elapsed_s:.3f}">'
    )
    yield "    <properties>"
    for name, value in facts(result) if suite == RUN else ():
        yield f"      <property name={_attr(name)} value={_attr(value)}/>"
    yield "    </properties>"
    for test in tests:
        yield from _test(test, f"payproof.{result.gateway}.{suite}")
    yield "    <system-out></system-out>"
    yield "    <system-err></system-err>"
    yield "  </testsuite>"


def _kinds(result: Result, suite: str) -> Iterator[_Test]:
    if suite == RUN:
        yield _Test(printable(headline(result)))
    for (operation, kind), count in result.tally.counts.items():
        if operation == suite and count.run:
            yield _Test(f"{kind} cases ({count.run})")
        elif operation == suite and count.skipped:
            yield _Test(f"{kind} cases", "skipped", message=f"{count.skipped} could not be sent")


def _findings(result: Result, suite: str, suites: Sequence[str]) -> Iterator[_Test]:
    for one in result.findings:
        if _suite_of(one, suites) == suite:
            mark = "failure" if one.severity >= result.fail_on else "skipped"
            yield _finding(one, mark, one.message)
    for one in result.accepted:
        if _suite_of(one, suites) == suite:
            yield _finding(one, "skipped", f"accepted: {one.details.get('accepted', '')}")


def _finding(finding: Finding, mark: str, message: str) -> _Test:
    rows = [("severity", finding.severity.label), ("found", finding.message), *place(finding)]
    text = "\n".join(f"{label}: {printable(value, limit=4000)}" for label, value in rows)
    name = f"{finding.rule} at {finding.location} [{finding.fingerprint}]"
    return _Test(name, mark, finding.rule, message, text)


def _test(test: _Test, classname: str) -> Iterator[str]:
    head = f'    <testcase name={_attr(test.name)} classname={_attr(classname)} time="0"'
    if not test.mark:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if test.mark == "skipped":
        yield f"      <skipped message={_attr(test.message)}/>"
    else:
        kind = f"type={_attr(test.kind)} message={_attr(test.message)}"
        yield f"      <failure {kind}>{escape(test.text)}</failure>"
    yield "    </testcase>"


def _attr(text: str) -> str:
    # Attributes of the type token bear no outer or double spaces, so none bears any.
    plain = " ".join(printable(text, limit=1000).split()) or "-"
    return '"' + escape(plain, {'"': "&quot;", "'": "&#39;"}) + '"'


def _time(started_s: float) -> str:
    return datetime.fromtimestamp(started_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")
