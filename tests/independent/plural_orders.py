"""Plural's orders: what each operation does to them, and when it is refused.

See `plural_server` for the rules of settling, the choices and the faults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from . import plural_bed, plural_rules
from .plural_bed import Merchant, Order, moment
from .plural_rules import RefusedError, not_allowed
from .plural_webhooks import Sender

BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SUFFIXES = {"CARD": "cc", "UPI": "up", "NETBANKING": "nb", "POINTS": "pt"}
REFUNDABLE = ("PROCESSED", "PARTIALLY_REFUNDED")

Body = Mapping[str, Any]


class Orders:
    """The orders of all merchants; each operation gives the `data` of its reply."""

    def __init__(self, faults: frozenset[str], now: Callable[[], float], sender: Sender | None) -> None:
        self.faults, self.now, self.sender = faults, now, sender
        self.orders = plural_bed.orders()
        self.references = {
            (one.merchant.merchant_id, one.request["merchant_order_reference"]): one
            for one in self.orders.values()
        }
        self.payment_references: set[tuple[str, str]] = set()

    def create(self, merchant: Merchant, body: Body) -> dict[str, Any]:
        """Make an order."""
        request = plural_rules.order_request(body)
        return self._view(self._keep(merchant, request))

    def read(self, merchant: Merchant | None, body: Body, order_id: str) -> dict[str, Any]:
        """Give an order by its id, settling its payment."""
        return self._read(self._find(merchant, order_id))

    def read_by_reference(self, merchant: Merchant | None, body: Body, reference: str) -> dict[str, Any]:
        """Give an order by the merchant's reference, settling its payment."""
        for (owner_id, name), order in self.references.items():
            if name == reference and (merchant is None or owner_id == merchant.merchant_id):
                return self._read(order)
        raise RefusedError(404, "ORDER_NOT_FOUND", "Order not found")

    def pay(self, merchant: Merchant, body: Body, order_id: str) -> dict[str, Any]:
        """Link payments to a fresh order."""
        order = self._find(merchant, order_id)
        items = plural_rules.payment_request(body, order.paisa)
        keys = [(merchant.merchant_id, item["merchant_payment_reference"]) for item in items]
        if len(set(keys)) < len(keys) or self.payment_references.intersection(keys):
            raise _duplicate()
        if order.kind != "CHARGE" or order.status != "CREATED":
            raise not_allowed("The order takes no payment now")
        allowed = set(order.request.get("allowed_payment_methods") or plural_rules.METHODS)
        if order.request["pre_auth"]:
            allowed &= plural_rules.PRE_AUTH_METHODS
        if not {item["payment_method"] for item in items} <= allowed:
            raise RefusedError(
                422, "PAYMENT_METHOD_NOT_ENABLED", "The order does not allow this payment method"
            )
        self.payment_references.update(keys)
        order.payments = [self._payment(order, item, at) for at, item in enumerate(items)]
        order.challenge_url = f"https://challenge.example/{order.order_id}"
        order.move("PENDING", self.now())
        return self._view(order)

    def capture(self, merchant: Merchant, body: Body, order_id: str) -> dict[str, Any]:
        """Take an authorised order's money, all or once a part."""
        order = self._find(merchant, order_id)
        reference, asked = plural_rules.capture_request(body)
        early = order.status == "PENDING" and "capture-while-pending" in self.faults
        if order.status != "AUTHORIZED" and not early:
            raise not_allowed("Only an authorised order can be captured")
        paisa = order.paisa if asked is None else asked
        if paisa > order.paisa:
            raise not_allowed("The capture exceeds the authorised amount")
        order.captured_paisa = paisa
        order.payments[0]["capture_data"] = [
            {
                "merchant_capture_reference": reference,
                "capture_amount": {"value": paisa, "currency": plural_rules.CURRENCY},
                "created_at": moment(self.now()),
            }
        ]
        self._enter(order, "PROCESSED")
        return self._view(order)

    def cancel(self, merchant: Merchant, body: Body, order_id: str) -> dict[str, Any]:
        """Let an authorised order's money go. A body is not asked for and not looked at."""
        order = self._find(merchant, order_id)
        late = order.status == "PROCESSED" and "cancel-after-processed" in self.faults
        if order.status != "AUTHORIZED" and not late:
            raise not_allowed("Only an authorised order can be cancelled")
        self._enter(order, "CANCELLED")
        return self._view(order)

    def refund(self, merchant: Merchant, body: Body, order_id: str) -> dict[str, Any]:
        """Give back money of a processed order; the refund is an order of its own."""
        parent = self._find(merchant, order_id)
        reference, asked = plural_rules.refund_request(body)
        if (merchant.merchant_id, reference) in self.references:
            raise _duplicate()
        over = "over-refund" in self.faults and parent.captured_paisa > 0
        if parent.kind != "CHARGE" or (parent.status not in REFUNDABLE and not over):
            raise not_allowed("Only a processed order can be refunded")
        left = parent.captured_paisa - parent.refunded_paisa
        paisa = left if asked is None else asked
        if paisa <= 0 or (paisa > left and not over):
            raise not_allowed("The refund exceeds what is left of the order")
        request = {
            "merchant_order_reference": reference,
            "order_amount": {"value": paisa, "currency": plural_rules.CURRENCY},
        }
        made = self._keep(merchant, request)
        made.kind, made.parent_id = "REFUND", parent.order_id
        parent.refunded_paisa += paisa
        partial = parent.refunded_paisa < parent.captured_paisa
        parent.move("PARTIALLY_REFUNDED" if partial else "FULLY_REFUNDED", self.now(), payments=False)
        self._enter(made, "PROCESSED", event="REFUND_PROCESSED")
        return self._view(made)

    def _keep(self, merchant: Merchant, request: dict[str, Any]) -> Order:
        key = (merchant.merchant_id, request["merchant_order_reference"])
        if key in self.references:
            raise _duplicate()
        now = self.now()
        order_id = f"v1-{datetime.fromtimestamp(now, UTC):%y%m%d%H%M%S}-aa-{_base36(len(self.orders))}"
        order = Order(order_id, merchant, request, now)
        self.orders[order_id] = self.references[key] = order
        return order

    def _find(self, merchant: Merchant | None, order_id: str) -> Order:
        order = self.orders.get(order_id)
        if order is None or (merchant is not None and order.merchant != merchant):
            raise RefusedError(404, "ORDER_NOT_FOUND", "Order not found")
        return order

    def _read(self, order: Order) -> dict[str, Any]:
        if order.status == "PENDING":
            self._settle(order)
        elif order.status in ("AUTHORIZED", "PROCESSED") and order.kind == "CHARGE":
            order.reads_since_settled += 1
            if "status-goes-backwards" in self.faults and order.reads_since_settled % 2:
                return self._view(order, "PENDING")
        return self._view(order)

    def _settle(self, order: Order) -> None:
        if order.paisa == plural_bed.DECLINED_PAISA:
            for payment in order.payments:
                payment["error_detail"] = {"code": "PAYMENT_DECLINED", "message": "Payment declined"}
            self._enter(order, "FAILED")
        elif order.request["pre_auth"] or "authorized-without-preauth" in self.faults:
            self._enter(order, "AUTHORIZED")
        else:
            order.captured_paisa = order.paisa
            self._enter(order, "PROCESSED")

    def _enter(self, order: Order, status: str, *, event: str | None = None) -> None:
        order.move(status, self.now())
        if self.sender is None:
            return
        names = [event or f"ORDER_{status}"]
        if status == "FAILED":
            names.insert(0, "PAYMENT_FAILED")
        for name in names:
            self.sender.send(name, self._view(order), order.merchant.webhook_secret)

    def _view(self, order: Order, status: str | None = None) -> dict[str, Any]:
        shown = order.view(status)
        if "wrong-reference-echoed" in self.faults:
            shown["merchant_order_reference"] = f"R-{shown['merchant_order_reference']}"
        return shown

    def _payment(self, order: Order, item: dict[str, Any], at: int) -> dict[str, Any]:
        now = moment(self.now())
        method = item["payment_method"]
        made: dict[str, Any] = {
            "id": f"{order.order_id}-{SUFFIXES.get(method, 'cc')}-{BASE36[at + 10]}",
            "merchant_payment_reference": item["merchant_payment_reference"],
            "status": "PENDING",
            "payment_amount": dict(item["payment_amount"]),
            "payment_method": method,
        }
        if card := item.get("payment_option", {}).get("card_details"):
            # The number stays here: a reply shows its last four digits at most.
            made["payment_option"] = {"card_data": {"last4_digit": card["card_number"][-4:]}}
        return {**made, "created_at": now, "updated_at": now}


def _duplicate() -> RefusedError:
    return RefusedError(422, "DUPLICATE_REQUEST", "Duplicate merchant reference received")


def _base36(number: int) -> str:
    text = ""
    for _ in range(6):
        number, digit = divmod(number, 36)
        text = BASE36[digit] + text
    return text
