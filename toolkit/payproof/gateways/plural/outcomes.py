"""How a payment, capture or refund comes out: by magic amounts and references of the testbed.

Plural publishes test cards, but no card, amount or reference that forces a failure; all of these are
inventions of the sandbox, listed by `payproof sandbox plural --list-outcomes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.simulator.store import World

SUCCEEDS: Mapping[str, Any] = {"for": "any", "result": "succeed"}


def outcome(world: World, what: str, amount: int, *references: str) -> Mapping[str, Any]:
    """Give the first row of the testbed that fits.

    Args:
        what: `payment`, `capture` or `refund`.
        amount: The order's, or the refund's, in paisa.
        references: The merchant's references for it, any of which may begin as a row says.
    """
    for row in (world.testbed.state or {}).get("outcomes") or ():
        if row.get("for") not in (what, "any") or row.get("amount", amount) != amount:
            continue
        start = row.get("reference")
        if start is None or any(one.startswith(str(start)) for one in references):
            return dict(row)
    return SUCCEEDS


def when(world: World, what: str) -> tuple[str, float]:
    """Give how something ends: (`at-once` | `after-reads` | `after-seconds` | `never`, number).

    Args:
        what: `payments` or `refunds`; a capture is done in its reply, as documented.
    """
    rule = ((world.testbed.state or {}).get("settlement") or {}).get(what, "at-once")
    if isinstance(rule, Mapping) and rule:
        name, value = next(iter(rule.items()))
        return str(name), float(value)
    return str(rule), 0.0
