"""The hosted payment page and the mobile SDK's order: a payment begins that waits for the bank.

Source: PayKun's SDKs for what is sent (sdk), the web integration's error codes for what the sandbox's error
page shows (documented). The page itself and the mobile reply are invented.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from payproof.gateways.paykun.events import new_payment
from payproof.gateways.paykun.records import Transaction
from payproof.gateways.paykun.wording import business, success
from payproof.signing import Envelope, Keys, open_envelope, scheme_for, verify
from payproof.signing.recipe import Recipe
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import amount, text
from payproof.simulator.store import World
from payproof.spec import Spec

_PLACE = {"address": "address", "city": "city", "state": "state", "country": "country", "zip": "pincode"}


def open_checkout(call: Call, spec: Spec) -> Answer:
    """Answer the browser's form with a page: a new payment, or the code of what is wrong."""
    name = merchant_of(call)
    if name is None:
        return _page("INVALID_MERCHANT")
    texts = call.world.testbed.merchants[name]
    if text(call.fields.get("access_token")) != texts["access_token"]:
        return _page("INVALID_TOKEN")
    envelope = scheme_for(spec, call.operation, "request", call.world.switches)
    assert isinstance(envelope, Envelope)
    opened = open_envelope(
        envelope, text(call.fields.get("encrypted_request")), Keys.of(dict(texts), test=True)
    )
    order = dict(opened.fields)
    due = amount(order.get("amount"))
    if not opened or not order.get("order_no") or due is None or due <= 0 or _used(call.world, name, order):
        return _page("PRIMARY_VALIDATION_FAIL")
    made = _begin(call.world, name, order, due)
    return _page("", made, order, call.world.setting("return-parameter", "payment_id"))


def create_mobile_order(call: Call, spec: Spec) -> Answer:
    """Answer the mobile SDK's order; no source shows a reply."""
    name = merchant_of(call)
    if name is None:
        return business(
            "unauthorizedRequest", "Unauthorized Request", 401, invented="no source shows a reply"
        )
    recipe = scheme_for(spec, call.operation, "request", call.world.switches)
    assert isinstance(recipe, Recipe)
    keys = Keys.of(dict(call.world.testbed.merchants[name]), test=True)
    if not verify(recipe, call.message, keys) and call.enforces("signature"):
        return business("invalidSignature", "Signature does not match", invented="no source shows a reply")
    order = {key: text(value) for key, value in call.fields.items()}
    made = _begin(call.world, name, order, amount(order.get("amount")) or Decimal(0))
    answer = success("Order is created", {"req_id": made.payment_id})
    return Answer(answer.status, answer.body, invented="no source shows a reply")


def merchant_of(call: Call) -> str | None:
    """Give the name of the merchant whose id the body holds, None when there is none."""
    wanted = text(call.fields.get("merchant_id"))
    rows = call.world.testbed.merchants.items()
    return next((name for name, texts in rows if wanted and texts["merchant_id"] == wanted), None)


def _used(world: World, merchant: str, order: Mapping[str, str]) -> bool:
    rows = world.table("transactions").values()
    return any(one.order_id == order["order_no"] and one.merchant == merchant for one in rows)


def _begin(world: World, merchant: str, order: Mapping[str, str], due: Decimal) -> Transaction:
    places: dict[str, Any] = {
        kind: {shown: order.get(f"{kind}_{sent}") for sent, shown in _PLACE.items()}
        for kind in ("shipping", "billing")
    }
    return new_payment(
        world,
        merchant=merchant,
        order_id=order.get("order_no", ""),
        amount=due,
        product=order.get("product_name", ""),
        name=order.get("customer_name", ""),
        email=order.get("customer_email", ""),
        mobile=order.get("customer_phone", ""),
        custom=tuple(order.get(f"udf_{number}") for number in range(1, 6)),
        webhook=order.get("webhook", ""),
        **places,
    )


def _page(
    code: str, made: Transaction | None = None, order: Mapping[str, str] | None = None, parameter: str = ""
) -> Answer:
    """Give a page; the payment's outcome comes by the control API's events."""
    if made is None or order is None:
        body = f"<p>{html.escape(code)}</p>"
    else:
        names = ("payment_id", "payment-id") if parameter == "both" else (parameter,)
        query = urlencode(dict.fromkeys(names, made.payment_id))
        links = [
            f'<a rel="{kind}" href="{html.escape(_joined(order.get(f"{kind}_url", ""), query))}">{kind}</a>'
            for kind in ("success", "failure")
        ]
        body = f'<p id="payment">{made.payment_id}</p><p>{" ".join(links)}</p>'
    document = f"<!doctype html><title>PayKun sandbox</title>{body}"
    raw = document.encode("utf-8", "replace")
    return Answer(
        200, raw=raw, media_type="text/html; charset=utf-8", invented="the page is made up", reason=code
    )


def _joined(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"
