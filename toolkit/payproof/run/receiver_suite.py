"""The receiver suite: every attack on one receiver, one verdict for each property."""

from __future__ import annotations

from payproof.run.receiver import Suite, Verdict
from payproof.run.receiver_attacks import ATTACKS, no_trace, valid_accepted
from payproof.run.receiver_rows import ROWS


def attack(suite: Suite) -> list[Verdict]:
    """Attack a receiver, and give one verdict for each property in the order of `ROWS`."""
    first = valid_accepted(suite)
    if first.word != "held":
        why = "honest deliveries are not taken; mend that first"
        return [first, *(suite.verdict(row.id, "not observable", why) for row in ROWS[1:])]
    found = {"valid-accepted": first}
    found.update({name: make(suite) for name, make in ATTACKS.items()})
    # Last, since it is about all refusals before it.
    found["refusals-leave-no-trace"] = no_trace(suite)
    return [found[row.id] for row in ROWS]
