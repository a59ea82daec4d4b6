"""Payments: linked to an order; what becomes of them comes later.

Source: Plural seamless steps (documented) for the reply, which shows the order PENDING with a
challenge_url. How a payment's amount must relate to the order's is inferred: the items together are the
order's amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.gateways.plural.orders import paisa
from payproof.gateways.plural.records import Order, Payment
from payproof.gateways.plural.settling import Settling
from payproof.gateways.plural.steps import Steps
from payproof.gateways.plural.store import SUFFIXES, mine
from payproof.gateways.plural.wording import Declined, duplicate, failure, invalid
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import text

_HELD = ("CARD", "POINTS")
_FACE = "test-checkout.invalid"


def pay(call: Call, steps: Steps, settling: Settling) -> Answer:
    """Link payments to an order; the reply shows it PENDING."""
    order = mine(call, call.path["order_id"])
    items = [one for one in call.fields.get("payments") or () if isinstance(one, dict)]
    replayed = _references(call, order, items)
    if replayed:
        return Answer(200, {"data": order.view()})
    state = steps.allow(call, order, "createPayment")
    _judge(call, order, items)
    world = call.world
    for item in items:
        order.payments.append(_payment(call, order, item))
        world.table("payment-references")[f"{order.merchant} {order.payments[-1].reference}"] = order.id
    order.attempts += 1
    order.challenge, order.image = _challenge(order, items), _image(order, items)
    steps.to(world, order, state, "createPayment")
    answer = Answer(200, {"data": order.view()})
    settling.begin(order, world, "payments")
    return answer


def _references(call: Call, order: Order, items: list[dict[str, Any]]) -> bool:
    """Say whether a former reply is to be given again; raises Declined for a used reference."""
    table = call.world.table("payment-references")
    used = [table.get(f"{order.merchant} {text(one.get('merchant_payment_reference'))}") for one in items]
    if not any(used) or not call.enforces("duplicate-payment"):
        return False
    replays = call.world.setting("duplicate-reference", "reject-422") == "replay"
    if replays and all(key == order.id for key in used):
        return True
    raise Declined(duplicate())


def _judge(call: Call, order: Order, items: list[dict[str, Any]]) -> None:
    total = sum(paisa(one.get("payment_amount")) or 0 for one in items)
    if total != order.amount and call.enforces("payment-amount"):
        why = "that payments together are the order's amount is inferred"
        raise Declined(invalid("The payments are not the order's amount.", invented=why))
    wanted = order.fields.get("allowed_payment_methods")
    for one in items:
        method = text(one.get("payment_method"))
        known = not isinstance(wanted, list) or not wanted or method in wanted
        if (not known or (order.pre_auth and method not in _HELD)) and call.enforces("payment-method"):
            why = "no page says which code answers a method that the order does not allow"
            said = "This method is not enabled."
            raise Declined(failure("PAYMENT_METHOD_NOT_ENABLED", said, 422, invented=why))


def _payment(call: Call, order: Order, item: Mapping[str, Any]) -> Payment:
    method, world = text(item.get("payment_method")), call.world
    letter = chr(97 + len(order.payments) % 26)
    return Payment(
        id=f"{order.id}-{SUFFIXES.get(method, method[:2].lower() or 'cc')}-{letter}",
        reference=text(item.get("merchant_payment_reference")),
        amount=paisa(item.get("payment_amount")) or 0,
        method=method,
        made_s=world.now_s,
        updated_s=world.now_s,
        option=_shown(item.get("payment_option")),
    )


def _shown(option: Any) -> dict[str, Any]:
    """Give a payment option as replies show it, under its other names and without a card's number."""
    given = option if isinstance(option, dict) else {}
    shown: dict[str, Any] = {}
    for name in ("card_details", "card_token_details", "points_card_details"):
        card = given.get(name)
        if isinstance(card, dict):
            digits = text(card.get("card_number")) or text(card.get("last4_digit"))
            shown["card_data"] = {"card_type": "CREDIT", "network_name": "VISA", "last4_digit": digits[-4:]}
    upi = given.get("upi_details")
    if isinstance(upi, dict):
        payer = upi.get("payer") if isinstance(upi.get("payer"), dict) else {}
        # The QR sample says upi_data, the UPI guide's others and the SDK upi_details.
        name = "upi_data" if upi.get("upi_qr") is True else "upi_details"
        shown[name] = {"txn_mode": text(upi.get("txn_mode")), "payer": payer}
    if isinstance(given.get("netbanking_details"), dict):
        shown["netbanking_data"] = {"txn_mode": "REDIRECT"}
    return shown


def _upi(items: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Give the UPI details among payments."""
    for one in items:
        option = one.get("payment_option")
        upi = option.get("upi_details") if isinstance(option, dict) else None
        if isinstance(upi, dict):
            yield upi


def _image(order: Order, items: list[dict[str, Any]]) -> str:
    """Give the address of the picture to scan where a QR code was asked for, else nothing."""
    asked = any(upi.get("txn_mode") == "INTENT" and upi.get("upi_qr") is True for upi in _upi(items))
    return f"https://{_FACE}/qr/{order.id}.png" if asked else ""


def _challenge(order: Order, items: list[dict[str, Any]]) -> str:
    for upi in _upi(items):
        if upi.get("txn_mode") == "INTENT":
            return (
                f"upi://pay?pa=test@{_FACE}&tr={order.id}&am={order.amount // 100}.{order.amount % 100:02d}"
            )
    return f"https://{_FACE}/challenge/{order.id}"
