"""Recordings judged as a run is: every check that needs no request of its own, and one result.

Examples of documents, kept as a cassette, are judged by their form alone: nobody sent them, so their
signatures were never computed, and one order stands in them in every state. Each file of a sandbox is a world
of its own, since every sandbox gives the same ids again; what a real gateway said is one world over all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from payproof.checks import Context
from payproof.checks.leaks import no_internals, no_page
from payproof.checks.lists import list_agrees
from payproof.checks.schema import response_form
from payproof.checks.status import no_server_error, success_is_documented
from payproof.errors import NothingCheckedError
from payproof.model import Finding, Interaction, Severity
from payproof.report.result import Result, Tally
from payproof.run.exchanges import Exchanges
from payproof.run.grouping import Groups, finished
from payproof.signing import Keys
from payproof.spec import Spec
from payproof.spec.testbed import Testbed

KIND = "observed"
#: What says as much of a recording as of a live answer, beyond what `Exchanges` judges.
CHECKS = (no_server_error, list_agrees, no_internals, no_page)
#: What holds for an example as well.
OF_FORM = (success_is_documented, response_form, no_internals)


def judge_recorded(
    spec: Spec, testbed: Testbed, fixed: Mapping[str, str], interactions: Iterable[Interaction]
) -> Result:
    """Give the result of judging recordings, as if they had just been made.

    Args:
        fixed: Switch settings that are not open.
        interactions: In the order in which they were recorded.

    Raises:
        NothingCheckedError: No interaction belongs to an operation or webhook of the spec.
    """
    exchanges = Exchanges(spec, testbed, fixed)
    context = Context(spec, Keys({}), {})
    given = [exchanges.named(one) if one.operation not in _names(spec) else one for one in interactions]
    known = [one for one in given if one.operation in _names(spec)]
    if not known:
        what = f"none of {len(given)} recorded interactions belongs to an operation of {spec.name}"
        raise NothingCheckedError(what, where="--cassettes", hint="check the folder and the gateway's name")
    sent = [one for one in known if one.provenance != "documentation"]
    findings = [found for world in _worlds(sent) for found in exchanges.judge(world)]
    for one in known:
        checks = OF_FORM if one.provenance == "documentation" else CHECKS
        findings += [found for check in checks for found in check(context, one)]
    tally, reached = _tally(context, known, findings)
    return Result(
        gateway=spec.name,
        target="recordings",
        seed=0,
        budget="recorded",
        switches=dict(fixed),
        learned=list(_aside(len(given) - len(known), len(known) - len(sent))),
        findings=_grouped(known, findings),
        tally=tally,
        operations=[name for name in _names(spec) if any(one.operation == name for one in known)],
        reached=frozenset(reached),
        elapsed_s=0.0,
    )


def _worlds(sent: Sequence[Interaction]) -> Iterable[list[Interaction]]:
    worlds: dict[str, list[Interaction]] = {}
    for one in sent:
        file = one.source.rpartition(":")[0] if one.provenance == "sandbox" else ""
        worlds.setdefault(file, []).append(one)
    return worlds.values()


def _aside(strangers: int, examples: int) -> Iterator[str]:
    if strangers:
        yield f"{strangers} interactions belong to no operation of the spec"
    if examples:
        yield f"{examples} are examples of documents, judged by their form alone: nobody sent them"


def _names(spec: Spec) -> list[str]:
    return [*spec.operations, *spec.webhooks]


def _tally(
    context: Context, known: Sequence[Interaction], findings: Sequence[Finding]
) -> tuple[Tally, set[str]]:
    tally, reached = Tally(), set()
    bad = {_source(one) for one in findings if one.severity is Severity.ERROR}
    for one in known:
        count = tally.of(one.operation, KIND)
        webhook = one.operation in context.spec.webhooks
        outcome = "success" if webhook else context.outcome(one)
        count.run += 1
        count.failed += one.source in bad
        count.accepted += outcome == "success"
        count.refused += outcome == "refused"
        count.unanswered += outcome == "none"
        if outcome == "success":
            reached.add(one.operation)
    return tally, reached


def _grouped(known: Sequence[Interaction], findings: Sequence[Finding]) -> list[Finding]:
    by_source = {one.source: one for one in known}
    groups = Groups()
    for finding in findings:
        groups.add(replace(finding, case=_source(finding)), by_source.get(_source(finding)))
    return [finished(group, reproduce="", curl="", mask={}) for group in groups.result()]


def _source(finding: Finding) -> str:
    return finding.location.source or finding.case
