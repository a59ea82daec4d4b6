"""What a Plural server could get wrong; importing this module registers it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from payproof.model import Message
from payproof.signing.recipe import Recipe
from payproof.simulator import defects
from payproof.simulator.protocol import Answer, Call

defect = partial(defects.defect, gateway="plural")
unguarded = partial(defects.unguarded, gateway="plural")

unguarded("capture-while-pending", "state", "A PENDING order can be captured.", "state:captureOrder:PENDING")
unguarded(
    "cancel-after-processed", "state", "A PROCESSED order can be cancelled.", "state:cancelOrder:PROCESSED"
)
unguarded("capture-twice", "state", "An order can be captured again.", "state:captureOrder:PROCESSED")
unguarded("cancel-while-pending", "state", "A PENDING order can be cancelled.", "state:cancelOrder:PENDING")
unguarded("refund-while-pending", "state", "A PENDING order can be refunded.", "state:createRefund:PENDING")
unguarded(
    "refund-after-cancel", "state", "A CANCELLED order can be refunded.", "state:createRefund:CANCELLED"
)
unguarded(
    "payment-on-a-paid-order",
    "state",
    "A PROCESSED order takes a payment.",
    "state:createPayment:PROCESSED",
    rests_on="inferred",
)
unguarded(
    "authorized-without-preauth", "state", "A payment is only held though nobody asked for that.", "pre-auth"
)
unguarded("over-refund", "money", "Refunds may exceed what was taken.", "refund-limit", rests_on="inferred")
unguarded("refund-not-booked", "money", "A settled refund leaves its order as it was.", "refund-booked")
unguarded(
    "capture-above-amount",
    "money",
    "A capture may exceed what is held.",
    "capture-limit",
    rests_on="inferred",
)
unguarded(
    "duplicate-reference-accepted",
    "validation",
    "A used reference makes a second order.",
    "duplicate-reference",
)
unguarded(
    "other-merchant-readable",
    "authentication",
    "Orders of another merchant are shown.",
    "ownership",
    rests_on="inferred",
)
unguarded(
    "no-auth-on-get",
    "authentication",
    "Reading an order asks for no token.",
    "authentication:getOrder",
    "authentication:getOrderByReference",
)
unguarded("token-never-expires", "authentication", "A token is taken after its end.", "token-expiry")
unguarded("client-secret-ignored", "authentication", "Any client secret gets a token.", "client-secret")

_SETTLED = ("AUTHORIZED", "PROCESSED")


def _data(answer: Answer) -> dict[str, Any] | None:
    body = answer.body
    found = body.get("data") if isinstance(body, dict) and answer.status < 300 else None
    return found if isinstance(found, dict) else None


def _changed(answer: Answer, **changes: Any) -> Answer:
    return replace(answer, body={"data": {**answer.body["data"], **changes}})


@defect(
    "status-goes-backwards", "state", "A second read shows a settled order PENDING again.", stage="answer"
)
def _backwards(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None or call.operation.method != "GET" or data["status"] not in _SETTLED:
        return answer
    seen = call.world.table("shown-settled")
    seen[data["order_id"]] = seen.get(data["order_id"], 0) + 1
    return _changed(answer, status="PENDING") if seen[data["order_id"]] % 2 == 0 else answer


@defect("paid-without-payment", "state", "A read shows an unpaid order PROCESSED.", stage="answer")
def _unpaid(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None or call.operation.method != "GET" or data["status"] != "CREATED":
        return answer
    return _changed(answer, status="PROCESSED") if data["type"] == "CHARGE" else answer


@defect("wrong-reference-echoed", "money", "Replies name another reference than was sent.", stage="answer")
def _other_reference(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None:
        return answer
    return _changed(answer, merchant_order_reference="R-" + data["merchant_order_reference"])


@defect("amount-in-rupees", "money", "Replies count in rupees what was sent in paisa.", stage="answer")
def _rupees(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None:
        return answer
    value = Decimal(data["order_amount"]["value"])
    return _changed(answer, order_amount={"value": value // 100, "currency": "INR"})


@defect("currency-changed", "money", "Replies show in dollars what was asked in rupees.", stage="answer")
def _dollars(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None:
        return answer
    return _changed(answer, order_amount={**data["order_amount"], "currency": "USD"})


@defect(
    "other-payment-reference", "money", "A payment shows another reference than was sent.", stage="answer"
)
def _other_payment(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None or "payments" not in data:
        return answer
    rows = [
        {**row, "merchant_payment_reference": "P-" + str(row.get("merchant_payment_reference"))}
        for row in data["payments"]
    ]
    return _changed(answer, payments=rows)


@defect(
    "held-unless-told-not-to",
    "money",
    "An order that leaves pre_auth out comes back with it.",
    stage="answer",
)
def _held(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None or call.operation.id != "createOrder" or "pre_auth" in call.fields:
        return answer
    return _changed(answer, pre_auth=True)


@defect("amount-as-text", "schema", "Amounts are texts.", stage="answer")
def _amount_text(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None:
        return answer
    return _changed(answer, order_amount={"value": str(data["order_amount"]["value"]), "currency": "INR"})


@defect("status-captured", "state", "PROCESSED is called CAPTURED, which no list has.", stage="answer")
def _captured(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    return _changed(answer, status="CAPTURED") if data and data["status"] == "PROCESSED" else answer


@defect("order-not-wrapped", "schema", "Orders come without `data` around them.", stage="answer")
def _bare(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    return answer if data is None else replace(answer, body=data)


@defect("partial-capture-takes-all", "money", "A partial capture books the whole amount.", stage="answer")
def _takes_all(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None or call.operation.id != "captureOrder":
        return answer
    for payment in data["payments"]:
        for row in payment.get("capture_data") or ():
            row["capture_amount"] = dict(data["order_amount"])
    return answer


@defect(
    "partial-capture-stays-held", "state", "A partly captured order is AUTHORIZED as before.", stage="answer"
)
def _stays_held(call: Call, answer: Answer) -> Answer:
    data = _data(answer)
    if data is None or data["status"] not in ("PROCESSED", "PARTIALLY_CAPTURED"):
        return answer
    rows = [row for payment in data.get("payments") or () for row in payment.get("capture_data") or ()]
    part = any(row["capture_amount"]["value"] < data["order_amount"]["value"] for row in rows)
    return _changed(answer, status="AUTHORIZED") if part else answer


@defect("any-auth-scheme", "authentication", "A token counts whatever stands before it.", stage="request")
def _any_scheme(message: Message) -> Message:
    words = (message.header("authorization") or "").split()
    return message.with_header("Authorization", f"Bearer {words[-1]}") if words else message


@defect(
    "webhook-reserialised", "webhook", "A webhook is signed over another body than is sent.", stage="webhook"
)
def _reserialised(event: str, message: Message) -> Message:
    try:
        body = json.dumps(json.loads(message.body))
    except ValueError:
        return message
    return replace(message, body=body.encode())


@defect("webhook-unsigned", "webhook", "Webhooks carry no signature.", stage="webhook")
def _unsigned(event: str, message: Message) -> Message:
    return message.with_header("webhook-signature", None)


@defect(
    "webhook-old-timestamp", "webhook", "Webhooks are stamped an hour early, and signed so.", stage="webhook"
)
def _early(event: str, message: Message) -> Message:
    stamp = message.header("webhook-timestamp")
    return message if stamp is None else message.with_header("webhook-timestamp", str(int(stamp) - 3600))


@defect(
    "webhook-key-base64-text",
    "webhook",
    "Webhooks are signed with the Base64 text of the secret as the key.",
    stage="recipe",
)
def _base64_text(recipe: Recipe, part: str) -> Recipe:
    if part != "webhook" or recipe.carry.where != "header":
        return recipe
    first = recipe.rounds[0]
    return recipe.with_(
        rounds=(replace(first, key=replace(first.key, form="base64-text")), *recipe.rounds[1:])
    )
