"""The attacks of the receiver suite by the property that each is about; each gives one verdict."""

from __future__ import annotations

from collections.abc import Callable

from payproof.run.receiver import NO_EFFECTS, Suite, Verdict
from payproof.run.receiver_bodies import bad_utf8, broken_json, deep_json, huge, odd_json
from payproof.run.receiver_events import duplicate, late, new_field, newer, rotated, spelling, unknown
from payproof.run.receiver_forgeries import (
    empty,
    future,
    missing,
    near,
    other_end,
    other_key,
    resigned,
    stale,
    tampered,
    truncated,
    wrong_prefix,
)


def valid_accepted(suite: Suite) -> Verdict:
    """Honest deliveries are taken, and acted on."""
    made = suite.make()
    seen = suite.hand("an honest delivery", made.message, made.data)
    if not seen.taken:
        return suite.verdict("valid-accepted", "broken", f"an honest delivery was answered with {seen.shown}")
    if seen.acted is False:
        return suite.verdict(
            "valid-accepted", "broken", "an honest delivery was taken and nothing came of it"
        )
    return suite.verdict("valid-accepted", "held", seen.shown)


def no_trace(suite: Suite) -> Verdict:
    """Nothing came of what was to be refused."""
    if suite.effects is None:
        return suite.verdict("refusals-leave-no-trace", "not observable", NO_EFFECTS)
    acted = [one.what for one in suite.refused if one.acted]
    if acted:
        return suite.verdict("refusals-leave-no-trace", "broken", f"something was done on: {acted[0]}")
    if not _heard_after_a_forgery(suite):
        why = "after a forgery with its id, the genuine delivery was not acted on: anyone can silence it"
        return suite.verdict("refusals-leave-no-trace", "broken", why)
    return suite.verdict("refusals-leave-no-trace", "held", f"{len(suite.refused)} refusals")


def _heard_after_a_forgery(suite: Suite) -> bool:
    """Say whether a genuine delivery is acted on though one with its id and a wrong signature came first."""
    if suite.recipe is None:
        return True
    made = suite.make()
    first = suite.hand("a forgery", resigned(suite, made, other_end), made.data)
    if first.taken:
        return True  # The property about such signatures says so.
    return bool(suite.hand("the genuine one after it", made.message).acted)


ATTACKS: dict[str, Callable[[Suite], Verdict]] = {
    "tampered-content-refused": tampered,
    "other-key-refused": other_key,
    "missing-signature-refused": missing,
    "empty-signature-refused": empty,
    "truncated-signature-refused": truncated,
    "near-signature-refused": near,
    "wrong-prefix-refused": wrong_prefix,
    "stale-refused": stale,
    "future-refused": future,
    "duplicate-handled-once": duplicate,
    "late-event-survived": late,
    "newer-event-acted-on": newer,
    "unknown-event-survived": unknown,
    "new-field-survived": new_field,
    "other-spelling-accepted": spelling,
    "rotated-keys-accepted": rotated,
    "bad-utf8-survived": bad_utf8,
    "broken-json-survived": broken_json,
    "odd-json-survived": odd_json,
    "deep-json-survived": deep_json,
    "huge-survived": huge,
}
