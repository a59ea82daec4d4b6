"""What Plural tells the merchant: signed webhooks, and the return URL that the buyer's browser brings.

Which state is told by which event is `x-sent` of the spec's webhooks. The two retry schedules and the
question of a new timestamp for a repeat are switches. Bodies keep the documented oddities: camel case for
pay-by-points, and for netbanking refunds the order that was paid, with its refunds inside.

Source: Plural available events, webhook retries, webhook signature verification (documented).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from payproof.gateways.plural.records import Order, money, words
from payproof.model import Header
from payproof.simulator.store import World
from payproof.simulator.webhooks import Notice
from payproof.spec import Spec

RETURNS = ("returnCallback", "returnCallbackQuery")
_SNAKE = re.compile(r"_([a-z])")


def tell(spec: Spec, world: World, order: Order, cycle: str, state: str) -> None:
    """Queue the webhooks that tell a state of an order, payment or refund."""
    for name, webhook in spec.webhooks.items():
        for row in webhook.raw.get("x-sent") or ():
            if row.get("life-cycle") == cycle and row.get("to") == state:
                post(spec, world, name, order)


def post(spec: Spec, world: World, event: str, order: Order) -> None:
    """Queue one webhook, with the retry schedule that a switch chooses."""
    setting = world.setting("webhook-retry", "svix8")
    switch = spec.switches.get("webhook-retry")
    found = (switch.settings.get(setting) or {}) if switch else {}
    first, *delays = [float(one) for one in found.get("delays_s") or (0,)]
    world.outbox.post(
        event,
        order.merchant,
        body(world, event, order),
        now_s=world.now_s,
        object_id=order.id,
        delay_s=first,
        delays_s=delays,
    )


def body(world: World, event: str, order: Order) -> dict[str, Any]:
    """Give the body of a webhook about an order, oddities included."""
    parent: Order | None = world.table("orders").get(order.parent)
    methods = {one.method for one in (parent or order).payments}
    if event == "REFUND_PROCESSED" and parent is not None and "NETBANKING" in methods:
        return {"event_type": event, "data": {**_seen(parent.view()), "refunds": _refunds(world, parent)}}
    data = _seen(order.view())
    if parent is not None:
        data["pre_auth"] = parent.pre_auth
    if "POINTS" in methods:
        return {"eventType": event, "data": _camel(data)}
    return {"event_type": event, "data": data}


def _refunds(world: World, parent: Order) -> list[dict[str, Any]]:
    rows = [world.table("orders")[key] for key in parent.refunds]
    first = parent.payments[0].id if parent.payments else ""
    return [
        {
            "order_id": one.id,
            "parent_payment_id": first,
            "status": one.status,
            "order_amount": money(one.amount),
            "updated_at": one.view()["updated_at"],
        }
        for one in rows
    ]


def _seen(view: dict[str, Any]) -> dict[str, Any]:
    """Give a view as webhooks write it: `upi_data` where replies say `upi_details`."""
    for payment in view.get("payments") or ():
        option = payment.get("payment_option")
        if isinstance(option, dict) and "upi_details" in option:
            payment["payment_option"] = {"upi_data": option["upi_details"]}
    return view


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_SNAKE.sub(lambda hit: hit.group(1).upper(), key): _camel(one) for key, one in value.items()}
    return [_camel(one) for one in value] if isinstance(value, list) else value


def bring_back(world: World, order: Order) -> None:
    """Let the buyer's browser come back to the merchant's page with the signed fields.

    Without any callback URL there is a default page of Plural's own, about which nothing is known: nothing
    comes.
    """
    failed = order.status in ("FAILED", "CANCELLED", "ATTEMPTED") or any(
        one.status == "FAILED" for one in order.payments[-1:]
    )
    url = order.fields.get("callback_url") or ""
    if failed:
        url = order.fields.get("failure_callback_url") or url
    if not url:
        return
    name = world.setting("callback-field", "status")
    # CANCELLED is what an official plugin reads there; after any other failure the samples say FAILED.
    said = "FAILED" if failed and order.status != "CANCELLED" else order.status
    fields: dict[str, Any] = {"order_id": order.id, name: said}
    code = next((one.error for one in reversed(order.payments) if one.error), "")
    if failed and code:
        fields |= {"error_code": code, "error_message": words(code)}
    by_query = world.setting("callback-delivery", "form-post") == "query"
    event = RETURNS[1] if by_query else RETURNS[0]
    world.outbox.post(event, order.merchant, fields, now_s=world.now_s, url=str(url), object_id=order.id)


def headers(notice: Notice, world: World) -> Sequence[Header]:
    """Give a webhook's headers but for the signature; a switch says whether a repeat has a new timestamp."""
    if notice.event == RETURNS[0]:
        return (("Content-Type", "application/x-www-form-urlencoded"),)
    if notice.event == RETURNS[1]:
        return ()
    at_s = world.now_s if world.setting("webhook-restamp", "on") == "on" else notice.made_s
    return (
        ("Content-Type", "application/json"),
        ("webhook-id", f"msg_{notice.id.replace('-', '')}"),
        ("webhook-timestamp", str(int(at_s))),
    )
