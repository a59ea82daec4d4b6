"""The hosted payment page: an order together with a page on which the buyer pays it.

Source: Plural hosted checkout steps (documented). What the buyer does on the page comes by the control
API's events, or by the magic amounts: reading the order then begins the payment.
"""

from __future__ import annotations

from payproof.gateways.plural.orders import made
from payproof.gateways.plural.records import Order, Payment
from payproof.gateways.plural.settling import Settling
from payproof.gateways.plural.steps import Steps
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import text
from payproof.simulator.store import World

PAGE = "https://test-checkout.invalid/pay"


def open_checkout(call: Call) -> Answer:
    """Answer with the page's address."""
    order, _ = made(call, text(call.fields.get("integration_mode")) or "REDIRECT")
    token = call.world.draw.word(40, "checkout", order.id)
    return Answer(
        200,
        {
            "token": token,
            "order_id": order.id,
            "redirect_url": f"{PAGE}?token={token}",
            "response_code": 200,
            "response_message": "Order Creation Successful.",
        },
    )


def buyer_pays(order: Order, steps: Steps, settling: Settling, world: World) -> str:
    """Let the buyer pay on the page: a card payment is linked, which then settles like any other."""
    said = steps.event(world, order, "createPayment", lambda: _link(order, world))
    settling.begin(order, world, "payments")
    return said


def _link(order: Order, world: World) -> None:
    order.payments.append(
        Payment(
            id=f"{order.id}-cc-{chr(97 + len(order.payments) % 26)}",
            reference=f"checkout-{world.draw.word(12, 'checkout-payment', order.id, len(order.payments))}",
            amount=order.amount,
            method="CARD",
            made_s=world.now_s,
            updated_s=world.now_s,
            option={"card_data": {"card_type": "CREDIT", "network_name": "VISA", "last4_digit": "3333"}},
        )
    )
    order.attempts += 1
