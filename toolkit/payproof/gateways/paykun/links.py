"""Payment links: conditional duties, expiry, ids.

Source: PayKun API reference, "Create Payment Link" (documented); the zone of `expiry_date` is unknown, IST
is likely (inferred).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from payproof.gateways.paykun.orders import zone
from payproof.gateways.paykun.wording import FieldError, success
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import amount, flag, text

_CUSTOMER = {
    "customer_email": "customer email",
    "customer_mono": "customer mobile number",
    "customer_fname": "customer first name",
    "customer_lname": "customer last name",
}
FORMAT = "%d-%m-%Y %H:%M:%S"


def create_link(call: Call) -> Answer:
    """Make a payment link."""
    fields, world = call.fields, call.world
    sum_due = amount(fields.get("amount"))
    if call.enforces("link-amount") and (sum_due is None or sum_due <= 0):
        raise FieldError("amount", "Please provide valid amount")
    _check_customer(call)
    _check_expiry(call)
    number = world.next_number()
    link_id = world.draw.word(7, "link", number)
    record: dict[str, Any] = {
        "merchant": call.merchant.name if call.merchant else "",
        "amount": sum_due,
        "product": text(fields.get("payment_for")),
        "email": text(fields.get("customer_email")),
        "name": f"{text(fields.get('customer_fname'))} {text(fields.get('customer_lname'))}".strip(),
        "mobile": text(fields.get("customer_mono")),
        "expires_s": expiry_s(call) if flag(fields.get("can_expire")) else None,
    }
    world.table("links")[link_id] = record
    world.changed()
    host = "sandbox.paykun.in" if "/api/" in call.message.target.partition("?")[0] else "paykun.in"
    return success(
        "Payment link is created successfully",
        {"payment_link_id": link_id, "payment_link": f"https://{host}/{link_id}"},
    )


def _check_customer(call: Call) -> None:
    if not call.enforces("link-customer-duties"):
        return
    single = flag(call.fields.get("for_single_customer"))
    for name, said in _CUSTOMER.items():
        if single and not text(call.fields.get(name)).strip():
            raise FieldError(name, f"Please provide {said}")
    for name in ("notify_by_email", "notify_by_sms"):
        if flag(call.fields.get(name)) and not single:
            raise FieldError(name, "Notification is possible for a single customer only")


def _check_expiry(call: Call) -> None:
    if not flag(call.fields.get("can_expire")):
        return
    at_s = expiry_s(call)
    if at_s is None:
        if call.enforces("link-expiry-format"):
            raise FieldError("expiry_date", "Please provide valid expiry date")
    elif at_s <= call.world.now_s and call.enforces("link-expiry-future"):
        raise FieldError("expiry_date", "Expiry date should be future date")


def expiry_s(call: Call) -> float | None:
    """Give the expiry date in seconds since the epoch, None when it has not the documented format."""
    try:
        at = datetime.strptime(text(call.fields.get("expiry_date")), FORMAT)
        return at.replace(tzinfo=zone(call)).timestamp()
    except (ValueError, OverflowError):
        return None
