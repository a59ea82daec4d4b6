"""What happens to a payment from outside: the buyer's bank, reconciliation, a link that is opened.

Which event moves which status is the table `paykun.payment` of the spec; here is only what an event does
besides. Each change of status is told by a webhook.

Source: PayKun general payment flow (documented); webhooks are tried again three times (documented), at
intervals that stand nowhere: one minute, ten minutes and an hour are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.errors import UsageError
from payproof.gateways.paykun.records import Transaction, grouped
from payproof.lifecycle import LifeCycle, Refused, advance, read
from payproof.simulator.store import World
from payproof.spec import Spec

CYCLE = "paykun.payment"
RETRY_DELAYS_S = (60.0, 600.0, 3600.0)
OPENS = "buyer-opens-link"
#: Not in the table: what the sandbox schedules for a payment that the testbed gives a late answer.
RECONCILES = "reconciliation"
REVERSED_AFTER_S = 86_400.0


def cycle_of(spec: Spec) -> LifeCycle:
    """Give the table of a payment's life; raises SpecError when it does not hold together."""
    return read(CYCLE, spec.life_cycles[CYCLE])


def happen(cycle: LifeCycle, name: str, facts: Mapping[str, Any], world: World) -> str:
    """Let an event happen to the transaction that `facts["transaction_id"]` names; say what it did.

    Raises:
        UsageError: when the life cycle has no such step from where the payment stands.
    """
    if name == OPENS:
        return _open_link(facts, world)
    if name == RECONCILES:
        return _reconcile(cycle, facts, world)
    found: Transaction | None = world.table("transactions").get(str(facts.get("transaction_id", "")))
    if found is None:
        hint = "give the transaction_id of a transaction that the sandbox has"
        raise UsageError("no transaction is named", where=f"event {name}", hint=hint)
    moved = advance(cycle, found.status, name, switches=world.switches)
    if isinstance(moved, Refused):
        raise UsageError(moved.message, where=f"event {name}", hint="see payproof lifecycle show paykun")
    before, found.status = found.status, moved.state
    found.flag = int(found.captured)
    if found.captured and found.mode is None:
        found.mode = "UPI"
    world.changed()
    tell(found, world)
    return f"{found.payment_id}: {name} takes {before} to {found.status}"


def _reconcile(cycle: LifeCycle, facts: Mapping[str, Any], world: World) -> str:
    """Let the bank's late answer count, or the money go back a day after the start, as the switch says."""
    if world.setting("late-authorisation", "success") == "success":
        return happen(cycle, "late-authorisation", facts, world)
    wait_s = max(REVERSED_AFTER_S - float(facts.get("after_s", 0.0)), 0.0)
    world.later(wait_s, "reversal", transaction_id=facts.get("transaction_id"))
    return f"{facts.get('transaction_id')}: the bank answered late; the money goes back to the buyer"


def _open_link(facts: Mapping[str, Any], world: World) -> str:
    """Make a payment of a link that a buyer opens."""
    link_id = str(facts.get("payment_link_id", ""))
    link = world.table("links").get(link_id)
    if link is None:
        raise UsageError("no payment link is named", where=f"event {OPENS}", hint="give a payment_link_id")
    if link["expires_s"] is not None and link["expires_s"] <= world.now_s:
        raise UsageError(
            "the link has expired", where=f"event {OPENS}", hint="open it before its expiry_date"
        )
    made = new_payment(
        world,
        merchant=link["merchant"],
        order_id=f"{world.next_number():010d}",
        amount=link["amount"],
        product=link["product"],
        name=link["name"] or "Customer Name",
        email=link["email"] or "buyer@example.com",
        mobile=link["mobile"] or "9999999999",
    )
    return f"{made.payment_id}: opened from the link {link_id}"


def new_payment(world: World, **facts: Any) -> Transaction:
    """Give a new payment that waits for the bank."""
    key = grouped(world.draw.digits(20, "payment", world.next_number()))
    made = Transaction(
        payment_id=key, status="Initialized", flag=0, at_s=int(world.now_s), mode=None, **facts
    )
    world.table("transactions")[key] = made
    world.changed()
    return made


def tell(found: Transaction, world: World) -> None:
    """Queue the webhook that tells a transaction's status."""
    world.outbox.post(
        "paymentUpdate",
        found.merchant,
        {"transaction": details(found, world, _webhook_flag(found, world))},
        now_s=world.now_s,
        url=found.webhook,
        object_id=found.payment_id,
        delays_s=RETRY_DELAYS_S,
    )


def details(found: Transaction, world: World, flag: int) -> dict[str, Any]:
    """Give the `transaction` object with its merchant's id and address."""
    merchant = world.testbed.merchants[found.merchant]
    stated = ((world.testbed.state or {}).get("merchants") or {}).get(found.merchant) or {}
    email = str(stated.get("email", f"{found.merchant}@shop.example"))
    return found.details(merchant["merchant_id"], email, flag)


def _webhook_flag(found: Transaction, world: World) -> int:
    """Give the flag beside Success by the switch `webhook-status-flag`; beside anything else it is 0."""
    setting = world.setting("webhook-status-flag", "0")
    if not found.captured or setting == "0":
        return 0
    return 1 if setting == "1" else len(world.outbox.notices) % 2
