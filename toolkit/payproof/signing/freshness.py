"""Whether a signed time is near enough to accept."""

from __future__ import annotations

from typing import Literal


def is_fresh(timestamp_s: int, *, now_s: float, tolerance_s: int = 300) -> bool:
    """Say whether a webhook was signed recently enough to accept.

    Args:
        timestamp_s: The time header, in seconds since the epoch.
        now_s: The receiver's clock, likewise; passed in, never read here.
        tolerance_s: Largest accepted distance in seconds, before or after.

    Source: Standard Webhooks 1.0.0, "Verifying signatures".
    """
    # A time ahead of ours is refused too: it would stay replayable for longer than the tolerance.
    return abs(now_s - timestamp_s) <= tolerance_s


def judge_time(
    text: str | None, *, now_s: float, tolerance_s: int
) -> Literal["fresh", "missing", "malformed", "stale", "future"]:
    """Judge a time header's text: whole seconds since the epoch in ASCII digits."""
    if text is None:
        return "missing"
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        return "malformed"
    if is_fresh(int(text), now_s=now_s, tolerance_s=tolerance_s):
        return "fresh"
    return "stale" if int(text) < now_s else "future"
