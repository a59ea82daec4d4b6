"""The answer: what a diagnosis found, tried and could not try, as records that reports render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from payproof.signing.diagnosis.option import Option, Step
from payproof.signing.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Cause:
    """One departure from the recipe which, with the others of its explanation, gives the signature received.

    Args:
        dimension, choice: Its name in the recipe space.
        says: One clause: what was done.
        change: What to do instead.
        habit: The language or library that does so by itself, if known.
        alternatives: Other choices which give the very same bytes for this message.
    """

    dimension: str
    choice: str
    says: str
    change: str = ""
    habit: str = ""
    alternatives: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """An official SDK, plugin or sample that computes a point by itself: its name and one sentence."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A point of the recipe space that reproduces the signature received.

    Args:
        causes: Its departures, those of the text before those of the hashing; empty when there are none.
        actual: The canonical bytes that were signed.
        profiles: Official SDKs and plugins that compute exactly this point.
        bits: Matching bits, all of the digest received.
    """

    causes: tuple[Cause, ...]
    actual: bytes = field(repr=False)
    profiles: tuple[Known, ...] = ()
    bits: int = 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a message's signature does not verify, as far as that can be proven.

    Args:
        scheme: The scheme's name.
        verdict: What verifying came to.
        explanations: Proven ones only, the smallest and likeliest first.
        expected: The canonical bytes the recipe gives, None when the message does not allow them.
        shape: What the received text alone proves.
        tried: Options looked at, by dimension.
        hypotheses: Points evaluated.
        mistakes: Most mistakes at once that were tried through.
        exhausted: Whether the budget ended the search before that.
        not_tried: What could not be tried, and what input it would take.
        right: The right signature; only given under test keys.
        documented: Title and address of what documents the scheme.
    """

    scheme: str
    verdict: Verdict
    explanations: tuple[Explanation, ...] = ()
    expected: bytes | None = field(default=None, repr=False)
    received: str = field(default="", repr=False)
    shape: tuple[str, ...] = ()
    tried: Mapping[str, int] = field(default_factory=dict)
    hypotheses: int = 0
    mistakes: int = 0
    exhausted: bool = False
    not_tried: tuple[str, ...] = ()
    right: str = field(default="", repr=False)
    documented: str = ""

    @property
    def proven(self) -> bool:
        """Whether a cause was found that reproduces the signature."""
        return bool(self.explanations)


def cause_of(step: Step) -> Cause:
    """Give the cause for options that gave the same value; the first is the likeliest."""
    first, *others = (_plain(option) for option in step)
    seen = {(first.dimension, first.choice)}
    rest = []
    for other in others:
        if (other.dimension, other.choice) not in seen:
            seen.add((other.dimension, other.choice))
            rest.append(other)
    return Cause(first.dimension, first.choice, first.says, first.change, first.habit, tuple(rest))


def _plain(option: Option) -> Cause:
    return Cause(option.dimension, option.choice, option.says, option.change, option.habit)


def summary(diagnosis: Diagnosis) -> str:
    """Give the answer in a sentence or two, for a log; whoever shows it masks the keys in it."""
    if diagnosis.verdict.ok:
        return "the signature is right"
    if not diagnosis.explanations:
        return f"{diagnosis.verdict.message}; nothing that was tried reproduces it, so no cause is named"
    causes = diagnosis.explanations[0].causes
    if not causes:
        return f"the signature itself is right; {diagnosis.verdict.message}"
    made = "; ".join(cause.says for cause in causes)
    changes = "; ".join(dict.fromkeys(cause.change for cause in causes if cause.change))
    return f"the signature was made with {made}" + (f". Change: {changes}" if changes else "")
