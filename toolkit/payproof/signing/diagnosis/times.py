"""Signing times that are not in the message: the search for the time of an earlier delivery.

A resent webhook may carry a new time and an old signature. The time is a whole number of seconds
within the retry schedule, few enough to try them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.model import Message
from payproof.signing.diagnosis.option import COMMON, Option, Step, attempt
from payproof.signing.diagnosis.plans import Plan
from payproof.signing.diagnosis.readings import Reading
from payproof.signing.diagnosis.target import Target
from payproof.signing.recipe import Recipe
from payproof.signing.source import take
from payproof.signing.stages import canonical

WINDOW_S = 36 * 3600
"""The longest documented retry schedule (Plural's, 27 h 35 min in all), rounded up."""
NEAR_S = 600


def scan_times(
    recipe: Recipe, message: Message, plan: Plan | None, target: Target
) -> tuple[Step, Reading, bytes] | int:
    """Find a signing time near the message's that reproduces the target, or give how many were tried."""
    header = recipe.accept.freshness_header
    sent = message.header(header) if header else None
    if (
        plan is None
        or not header
        or sent is None
        or not sent.isdigit()
        or len(sent) > 12
        or len(message.body) > 20_000
    ):
        return 0
    mark = "\0time\0"
    text = attempt(lambda _: canonical(recipe, take(recipe.source, message.with_header(header, mark))), None)
    if text is None or text.count(mark.encode()) != 1:
        return 0
    before, after = text.split(mark.encode())
    tried = 0
    for offset in _offsets():
        tried += 1
        time = str(int(sent) + offset)
        bytes_tried = before + time.encode() + after
        reading = target.match(plan.run(bytes_tried))
        if reading is not None:
            return (_option(header, offset),), reading, bytes_tried
    return tried


def _offsets() -> Iterator[int]:
    for distance in range(1, NEAR_S):
        yield -distance
        yield distance
    for distance in range(NEAR_S, WINDOW_S):
        yield -distance


def _option(header: str, offset: int) -> Option:
    when = f"{abs(offset)} s {'before' if offset < 0 else 'after'} the one in {header}"
    return Option(
        "timing",
        "timestamp-of-earlier-delivery",
        f"a time {when}",
        lambda value: value,
        COMMON,
        "",
        f"sign the text of {header} as it is sent; a delivery that is sent again needs a signature made anew",
    )
