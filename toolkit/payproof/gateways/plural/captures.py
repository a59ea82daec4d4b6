"""Capture and cancel: what a merchant does with money that is held.

Source: Plural reference, capture order and cancel order (documented): AUTHORIZED orders only, one capture;
what a partial capture leaves goes back by itself. The HTTP answer of a capture that fails at the acquirer
is unknown.
"""

from __future__ import annotations

from payproof.gateways.plural.orders import paisa
from payproof.gateways.plural.outcomes import outcome
from payproof.gateways.plural.records import Order, moment, money, words
from payproof.gateways.plural.settling import Settling
from payproof.gateways.plural.steps import Steps
from payproof.gateways.plural.store import mine
from payproof.gateways.plural.wording import failure, not_allowed
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import text


def capture(call: Call, steps: Steps, settling: Settling) -> Answer:
    """Take the money of an order, all of it or a part."""
    order = mine(call, call.path["order_id"])
    wanted = paisa(call.fields.get("capture_amount"))
    amount = order.amount if wanted is None else wanted
    part = "full" if amount >= order.amount else "part"
    state = steps.allow(call, order, "captureOrder", capture=part)
    if amount > order.amount and call.enforces("capture-limit"):
        return not_allowed("The capture is larger than what is held.")
    reference = text(call.fields.get("merchant_capture_reference"))
    row = outcome(call.world, "capture", order.amount, reference, order.reference)
    if row.get("result") == "capture-fails" and order.status == "AUTHORIZED":
        code = str(row.get("code", "PAYMENT_DECLINED"))
        settling.happen("capture-fails", {"order_id": order.id, "code": code}, call.world)
        why = "what answers a capture that fails is not documented"
        return failure(code, words(code), 422, invented=why)
    _taken(call, order, amount, reference)
    steps.to(call.world, order, state, "captureOrder")
    return Answer(200, {"data": order.view()})


def _taken(call: Call, order: Order, amount: int, reference: str) -> None:
    """Book the capture with the payments in turn; what is left goes back to the payer."""
    order.captured, left = amount, amount
    for number, one in enumerate(order.payments):
        last = number == len(order.payments) - 1
        share = left if last else min(one.amount, left)
        left -= share
        one.captures.append(
            {
                "merchant_capture_reference": reference,
                "capture_amount": money(share),
                "created_at": moment(call.world.now_s),
            }
        )


def cancel(call: Call, steps: Steps) -> Answer:
    """Let the money of an order go."""
    order = mine(call, call.path["order_id"])
    state = steps.allow(call, order, "cancelOrder")
    steps.to(call.world, order, state, "cancelOrder")
    return Answer(200, {"data": order.view()})
