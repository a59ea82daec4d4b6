"""A run's findings held against a baseline: what is accepted fails nothing, what expired counts again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from payproof.drift.baseline import Baseline, read_baseline
from payproof.report.result import Result


def accepted(result: Result, baseline: Baseline, today: str, *, whole: bool = True) -> Result:
    """Give the result with accepted findings set aside.

    Args:
        baseline: What was accepted, why and until when.
        today: YYYY-MM-DD.
        whole: Whether everything ran, so that what was not found is gone.
    """
    counted, set_aside = baseline.split(result.findings, today)
    gone = list(_gone(baseline, result)) if whole else []
    outdated = [*result.outdated, *_expired(baseline, result, today), *gone]
    accepted_ = [*result.accepted, *set_aside]
    return replace(result, findings=counted, accepted=accepted_, outdated=outdated)


def written(path: Path, result: Result, reason: str, expires: str, today: str) -> int:
    """Accept every finding that fails the run, in a baseline file; gives their number.

    Entries that stand there already are kept, with their reasons.
    """
    baseline = read_baseline(path) if path.exists() else Baseline()
    failing = [one for one in result.findings if one.severity >= result.fail_on]
    baseline.accept(failing, reason, expires, today)
    baseline.write(path)
    return len(failing)


def _expired(baseline: Baseline, result: Result, today: str) -> Iterator[str]:
    found = {one.fingerprint for one in result.findings}
    for key, entry in sorted(baseline.accepted.items()):
        if key in found and not entry.holds(today):
            yield f"expired on {entry.expires}: {entry.rule} at {entry.place} ({entry.reason}) counts again"


def _gone(baseline: Baseline, result: Result) -> Iterator[str]:
    found = {one.fingerprint for one in result.findings}
    for key, entry in sorted(baseline.accepted.items()):
        if key not in found:
            yield f"not found any more: {entry.rule} at {entry.place}; remove {key} from the baseline"
