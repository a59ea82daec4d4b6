"""A PayKun account filled from the testbed: its `state`, then what its roles speak of beyond that.

A row of `state.transactions` is `{transaction_id, order_id, merchant, status, status_flag, product_name,
gross_amount, payment_mode, customer: {name, email_id, mobile_no}, shipping, billing, custom_fields, date}`;
`date` is in seconds since the epoch and `late_authorisation: {after_s}` counts from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from payproof.errors import UsageError
from payproof.gateways.paykun.records import Transaction, grouped
from payproof.simulator.store import World

DAY_S = 86_400
#: How the attempts of a paged order without state ended, in turn.
_ATTEMPTS = ("Success", "Failed", "Success", "Initialized")


def fill(world: World) -> None:
    """Put every transaction of the testbed into the world, and let late answers come when they are due."""
    table = world.table("transactions")
    for row in (world.testbed.state or {}).get("transactions") or ():
        made = _from_state(world, row)
        table[made.payment_id] = made
        late = row.get("late_authorisation")
        if isinstance(late, Mapping):
            after_s = float(late.get("after_s", 4 * 3600))
            world.later(after_s, "reconciliation", transaction_id=made.payment_id, after_s=after_s)
    for number, row in enumerate(_from_roles(world)):
        made = _from_role(world, row, number)
        table.setdefault(made.payment_id, made)


def _from_state(world: World, row: Any) -> Transaction:
    if not isinstance(row, Mapping) or not isinstance(row.get("transaction_id"), str):
        what = "a transaction of the testbed has no transaction_id that is text"
        raise UsageError(what, where="testbed, state/transactions", hint="give it one, in quotes")
    key = row["transaction_id"]
    customer = row.get("customer") or {}
    custom = [*(row.get("custom_fields") or ()), *(None,) * 5][:5]
    return Transaction(
        payment_id=key,
        merchant=_merchant(world, str(row.get("merchant", "main")), key),
        order_id=str(row.get("order_id", "0000000001")),
        amount=_amount(row.get("gross_amount", "100"), key),
        status=str(row.get("status", "Success")),
        flag=int(row.get("status_flag", row.get("status", "Success") == "Success")),
        at_s=int(row.get("date", world.now_s - 2 * DAY_S)),
        mode=row.get("payment_mode"),
        product=str(row.get("product_name", "Product Name")),
        name=str(customer.get("name", "Customer Name")),
        email=str(customer.get("email_id", "test@gmail.com")),
        mobile=str(customer.get("mobile_no", "9999999999")),
        custom=tuple(None if text is None else str(text) for text in custom),
        shipping=dict(row.get("shipping") or {}),
        billing=dict(row.get("billing") or {}),
    )


def _from_roles(world: World) -> Iterator[Mapping[str, Any]]:
    rows = world.table("transactions").values()
    for name, given in world.testbed.roles.items():
        merchant = "second" if name.startswith("second-merchant") else "main"
        role: dict[str, Any] = {"merchant": merchant, "role": name, **given}
        if "unknown" in name or merchant not in world.testbed.merchants:
            continue
        if "transaction_ids" in role:
            ids = [text.strip() for text in str(role["transaction_ids"]).split(",")]
            yield from ({**role, "transaction_id": one} for one in ids if one)
        elif "transaction_id" in role:
            yield role
        elif not any(one.order_id == str(role.get("order_id")) and one.merchant == merchant for one in rows):
            total = int(role.get("total", 1))
            yield from ({**role, "attempt": number, "age_days": total - number} for number in range(total))


def _from_role(world: World, role: Mapping[str, Any], number: int) -> Transaction:
    attempt = int(role.get("attempt", 0))
    key = str(role.get("transaction_id") or grouped(world.draw.digits(20, role["role"], attempt)))
    status = "Failed" if role["role"] == "failed-transaction" else _ATTEMPTS[attempt % len(_ATTEMPTS)]
    return Transaction(
        payment_id=key,
        merchant=role["merchant"],
        order_id=str(role.get("order_id", f"{number:010d}")),
        amount=_amount(role.get("amount", 100 + attempt), key),
        status=status,
        flag=int(status == "Success"),
        at_s=int(world.now_s) - DAY_S * int(role.get("age_days", 2)),
        email=str(role.get("customer_email", ("asha@buyer.example", "ravi@buyer.example")[attempt % 2])),
    )


def _merchant(world: World, name: str, key: str) -> str:
    if name not in world.testbed.merchants:
        what, hint = f"the testbed has no merchant {name!r}", "add it, or name another"
        raise UsageError(what, where=f"testbed, transaction {key}", hint=hint)
    return name


def _amount(value: Any, key: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        where, hint = f"testbed, transaction {key}", "give rupees, such as 250.50"
        raise UsageError("an amount of the testbed is no number", where=where, hint=hint) from None
