"""Three sides, one question: who moved?

Compare the spec with the recording and with live traffic, and live traffic with the recording. A departure
that live traffic has and the recording has not is the gateway's doing since the recording. One that both have
alike was never promised rightly: the spec is wrong, or it moved. One that only the recording has is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from payproof.drift.blend import blended
from payproof.drift.compare import compare
from payproof.drift.sides import Side
from payproof.model import Finding, Location

Party = Literal["gateway", "spec", "recording", "unknown"]
WORDS: dict[str, str] = {
    "gateway": "the gateway moved: the recording still kept the promise, live traffic does not",
    "spec": "the spec is off: recording and live traffic agree, and the spec says something else",
    "recording": "the recording is off: live traffic keeps the promise that the recording breaks",
    "unknown": "two sides cannot tell who moved: give a third one",
}
Key = tuple[str, Location, str]


def _key(one: Finding) -> Key:
    return (one.rule, replace(one.location, source=""), str(one.details.get("fact", "")))


def named(finding: Finding, party: Party, words: str = "") -> Finding:
    """Give a finding that says who moved."""
    return replace(finding, details={**finding.details, "party": party, "who moved": words or WORDS[party]})


def attribute(spec: Side, recording: Side, live: Side) -> list[Finding]:
    """Give the departures of both observed sides from the spec, each with who moved.

    Args:
        spec: What is promised.
        recording: Older observations.
        live: Newer ones.
    """
    before, after = compare(spec, recording), compare(spec, live)
    known = {_key(one) for one in before}
    # Where both depart at one place, only a comparison of the two tells whether they depart alike.
    since = compare(blended(spec, recording), live)
    moved = {(one.rule, one.location) for one in since}
    found = []
    for one in after:
        same = _key(one) in known and (one.rule, one.location) not in moved
        found.append(named(one, "spec" if same else "gateway"))
    still = {(one.rule, one.location) for one in after}
    for one in before:
        if (one.rule, one.location) not in still:
            party: Party = "recording" if _seen(live, one) else "unknown"
            words = (
                "" if party == "recording" else "live traffic did not come to this place, so nobody can tell"
            )
            found.append(named(one, party, words))
    told = {_key(one) for one in found}
    more = [named(one, "gateway") for one in since if _key(one) not in told]
    return sorted([*found, *more], key=lambda one: (-one.severity, str(one.location), one.rule))


def between(spec: Side | None, first: Side, second: Side) -> list[Finding]:
    """Give the departures of one side from another, each with who moved as far as that can be told.

    Args:
        spec: What is promised, where both sides are observations; the first one is the older.
        first: The promise.
        second: What is held against it.
    """
    if first.stated or spec is None:
        words = ("the document moved", "spec") if second.stated else ("", "unknown")
        return [named(one, words[1], words[0]) for one in compare(first, second)]  # type: ignore[arg-type]
    words_ = "the gateway moved between the two recordings"
    return [named(one, "gateway", words_) for one in compare(blended(spec, first), second)]


def parties(findings: Sequence[Finding]) -> dict[str, int]:
    """Give how many findings name which party."""
    names = [str(one.details.get("party", "unknown")) for one in findings]
    return {name: names.count(name) for name in sorted(set(names))}


def _seen(side: Side, finding: Finding) -> bool:
    """Say whether a side has observations of the part in which a finding holds."""
    facts = side.operations.get(finding.location.operation)
    if facts is None:
        return False
    if finding.location.part == "webhook":
        return facts.request is not None
    status = finding.location.part.removeprefix("response ")
    return any(status in (key, f"{key[:1]}XX", "default") for key in facts.replies)
