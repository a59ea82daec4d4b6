"""What the sandbox keeps of an order, its payments and its refunds, and how replies show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

CURRENCY = "INR"
#: Fields of a new order that come back as they were sent.
ECHOED = ("allowed_payment_methods", "notes", "callback_url", "failure_callback_url", "part_payment")


def moment(time_s: float) -> str:
    """Give a time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(value: int) -> dict[str, Any]:
    """Give an amount of paisa as Plural writes it."""
    return {"value": value, "currency": CURRENCY}


#: What replies say of an order whose page was asked for in another mode is unknown, so they say nothing.
_SHOWN_MODES = ("SEAMLESS", "REDIRECT")


@dataclass(slots=True)
class Payment:
    """One payment inside its order; amounts in paisa."""

    id: str
    reference: str
    amount: int
    method: str
    made_s: float
    updated_s: float
    status: str = "PENDING"
    option: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    captures: list[dict[str, Any]] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Give the payment as replies show it."""
        shown: dict[str, Any] = {
            "id": self.id,
            "merchant_payment_reference": self.reference,
            "status": self.status,
            "payment_amount": money(self.amount),
            "payment_method": self.method,
        }
        if self.option:
            shown["payment_option"] = dict(self.option)
        if self.status in ("AUTHORIZED", "PROCESSED"):
            shown["acquirer_data"] = {
                "approval_code": "000000",
                "acquirer_reference": "test",
                "rrn": "000000000000",
                "is_aggregator": True,
            }
        if self.error:
            shown["error_detail"] = {"code": self.error, "message": words(self.error)}
        if self.captures:
            shown["capture_data"] = [dict(one) for one in self.captures]
        return {**shown, "created_at": moment(self.made_s), "updated_at": moment(self.updated_s)}


def words(code: str) -> str:
    """Give an error code as a sentence."""
    return code.replace("_", " ").capitalize() + "."


@dataclass(slots=True)
class Order:
    """An order, or a refund, which is an order of its own; amounts in paisa, times in seconds.

    Args:
        reads: How often it was read since something began that ends after some reads.
        outcome: What a refund comes to; a payment's is decided when it is linked.
        attempts: Payments that were linked so far.
    """

    id: str
    merchant: str
    merchant_id: str
    reference: str
    amount: int
    made_s: float
    updated_s: float
    kind: str = "CHARGE"
    status: str = "CREATED"
    pre_auth: bool = False
    parent: str = ""
    mode: str = "SEAMLESS"
    fields: Mapping[str, Any] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    captured: int = 0
    refunded: int = 0
    reserved: int = 0
    reads: int = 0
    attempts: int = 0
    most_attempts: int = 10
    challenge: str = ""
    image: str = ""
    outcome: Mapping[str, Any] = field(default_factory=dict)
    due: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        """The fixed facts of its life cycle."""
        return {"pre_auth": self.pre_auth} if self.kind == "CHARGE" else {}

    def view(self) -> dict[str, Any]:
        """Give the order as replies and webhooks show it."""
        shown: dict[str, Any] = {"order_id": self.id}
        if self.parent:
            shown["parent_order_id"] = self.parent
        shown |= {"merchant_order_reference": self.reference, "type": self.kind, "status": self.status}
        if self.challenge:
            shown["challenge_url"] = self.challenge
        if self.image:
            shown["image_url"] = self.image
        shown |= {"merchant_id": self.merchant_id, "order_amount": money(self.amount)}
        if self.kind == "CHARGE":
            shown["pre_auth"] = self.pre_auth
        shown |= dict(self.fields)
        shown |= {
            "payments": [one.view() for one in self.payments],
            "created_at": moment(self.made_s),
            "updated_at": moment(self.updated_s),
        }
        if self.kind == "CHARGE":
            shown |= {"integration_mode": self.mode} if self.mode in _SHOWN_MODES else {}
            shown |= {"payment_retries_remaining": max(self.most_attempts - self.attempts, 0)}
        return shown
