"""A run's findings held against a baseline: what is accepted fails nothing, what expired counts again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from payproof.drift.baseline import Baseline, read_baseline
from payproof.report.result import Result
from payproof.run.patience import STOPPED
from payproof.run.runner_rules import NOT_REACHED, RUNNER_ERROR

#: What these say was missed is something else in the next run, so nobody can accept it in advance.
_OF_THE_RUN = frozenset({RUNNER_ERROR.id, NOT_REACHED.id, STOPPED.id})


def accepted(result: Result, baseline: Baseline, today: str, *, whole: bool = True) -> Result:
    """Give the result with accepted findings set aside.

    Args:
        baseline: What was accepted, why and until when.
        today: YYYY-MM-DD.
        whole: Whether everything ran, so that what was not found is gone.
    """
    judged = [one for one in result.findings if one.rule not in _OF_THE_RUN]
    counted, set_aside = baseline.split(judged, today)
    counted = [*counted, *(one for one in result.findings if one.rule in _OF_THE_RUN)]
    gone = list(_gone(baseline, result)) if whole else []
    refused = _refused(baseline, result)
    outdated = [*result.outdated, *_expired(baseline, result, today), *refused, *gone]
    accepted_ = [*result.accepted, *set_aside]
    return replace(result, findings=counted, accepted=accepted_, outdated=outdated)


def written(path: Path, result: Result, reason: str, expires: str, today: str) -> int:
    """Accept every finding that fails the run, in a baseline file; gives their number.

    What the run missed is no finding that anybody could know, so it goes on failing.
    Entries that stand there already are kept, with their reasons.
    """
    baseline = read_baseline(path) if path.exists() else Baseline()
    failing = [
        one for one in result.findings if one.severity >= result.fail_on and one.rule not in _OF_THE_RUN
    ]
    baseline.accept(failing, reason, expires, today)
    baseline.write(path)
    return len(failing)


def _expired(baseline: Baseline, result: Result, today: str) -> Iterator[str]:
    found = {one.fingerprint for one in result.findings}
    for key, entry in sorted(baseline.accepted.items()):
        if key in found and not entry.holds(today):
            yield f"expired on {entry.expires}: {entry.rule} at {entry.place} ({entry.reason}) counts again"


def _refused(baseline: Baseline, result: Result) -> Iterator[str]:
    found = {one.fingerprint for one in result.findings if one.rule in _OF_THE_RUN}
    for key, entry in sorted(baseline.accepted.items()):
        if key in found:
            yield f"cannot be accepted: {entry.rule} says what the run missed; remove {key} from the baseline"


def _gone(baseline: Baseline, result: Result) -> Iterator[str]:
    found = {one.fingerprint for one in result.findings}
    for key, entry in sorted(baseline.accepted.items()):
        if key not in found:
            yield f"not found any more: {entry.rule} at {entry.place}; remove {key} from the baseline"
