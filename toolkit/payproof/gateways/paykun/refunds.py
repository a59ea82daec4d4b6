"""Refunds: only of captured money, and no more than there is.

Source: PayKun API reference, "Refund Transaction" (documented); that several refunds of one transaction are
counted together is inferred.
"""

from __future__ import annotations

from decimal import Decimal

from payproof.gateways.paykun.records import Transaction, grouped
from payproof.gateways.paykun.wording import FieldError, business, not_found, success
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import amount

TOO_MUCH = "Refund is not possible as refund amount is greater then transaction amount"


def refund(call: Call, found: Transaction | None) -> Answer:
    """Give money back from a transaction."""
    wanted = amount(call.fields.get("refund_amount"))
    if wanted is None or wanted <= 0:
        if call.enforces("refund-amount"):
            raise FieldError("refund_amount", "Please provide valid refund amount")
        wanted = Decimal(0)
    if found is None:
        why = "the documents show an unknown transaction for its status only"
        return not_found(steady=False, invented=why)
    if not found.captured and call.enforces("refund-needs-capture"):
        return business(
            "refundNotAllowed",
            "Refund is not possible as transaction is not successful",
            invented="no document shows a refund of a transaction that is not captured",
        )
    if wanted > found.amount and call.enforces("refund-limit"):
        return business("refundNotAllowed", TOO_MUCH)
    if found.refunded + wanted > found.amount and call.enforces("refund-cumulative-limit"):
        return business("refundNotAllowed", TOO_MUCH, invented="counting refunds together is inferred")
    reference = grouped(call.world.draw.digits(20, "refund", call.world.next_number()))
    found.refunded += wanted
    found.refunds.append(reference)
    call.world.changed()
    return success("Your refund is successfully processed", {"refund_ref_no": reference})
