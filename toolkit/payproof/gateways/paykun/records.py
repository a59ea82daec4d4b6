"""PayKun's records: a transaction, and how it is shown in replies, lists and webhooks.

Source: PayKun API reference, "Get Transaction Status" and "Get Order Details" (documented); the fee of 2 %
and the tax of 18 % on it follow from the sample's 11, 0.22, 0.04 (inferred).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

#: The sample's `timestamp` is 5:30 ahead of its `timestamp_original` (inferred: IST and UTC).
IST = timezone(timedelta(hours=5, minutes=30))
CENT = Decimal("0.01")
PLACE = ("address", "city", "state", "country", "pincode")


@dataclass(slots=True)
class Transaction:
    """One payment attempt for an order.

    Args:
        payment_id: Four groups of five digits; Orders calls it `req_id`.
        merchant: Name of its merchant in the testbed.
        amount: Rupees.
        flag: `status_flag` of the status reply.
        at_s: When it was made, whole seconds since the epoch.
        refunded: Rupees given back so far.
        webhook: Where its webhooks go; empty for the merchant's usual address.
    """

    payment_id: str
    merchant: str
    order_id: str
    amount: Decimal
    status: str
    flag: int
    at_s: int
    mode: str | None = "UPI"
    product: str = "Product Name"
    name: str = "Customer Name"
    email: str = "test@gmail.com"
    mobile: str = "9999999999"
    shipping: Mapping[str, str | None] = field(default_factory=dict)
    billing: Mapping[str, str | None] = field(default_factory=dict)
    custom: tuple[str | None, ...] = (None,) * 5
    refunded: Decimal = Decimal(0)
    refunds: list[str] = field(default_factory=list)
    webhook: str = ""

    @property
    def captured(self) -> bool:
        """Whether its money arrived; capture is automatic."""
        return self.status == "Success"

    @property
    def fee(self) -> Decimal:
        """The gateway's fee in rupees: 2 % (inferred)."""
        return (self.amount * 2 / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def tax(self) -> Decimal:
        """The tax on the fee in rupees: 18 % (inferred)."""
        return (self.fee * 18 / 100).quantize(CENT, ROUND_HALF_UP)

    def details(self, merchant_id: str, merchant_email: str, flag: int) -> dict[str, Any]:
        """Give the `transaction` object of the status reply and the webhook, unsigned."""
        return {
            "payment_id": self.payment_id,
            "merchant_email": merchant_email,
            "merchant_id": merchant_id,
            "status": self.status,
            "status_flag": flag,
            "payment_mode": self.mode,
            "order": {
                "order_id": self.order_id,
                "product_name": self.product,
                "gross_amount": self.amount,
                "gateway_fee": self.fee,
                "tax": self.tax,
            },
            "customer": {"name": self.name, "email_id": self.email, "mobile_no": self.mobile},
            "shipping": {name: self.shipping.get(name) for name in PLACE},
            "billing": {name: self.billing.get(name) for name in PLACE},
            **{f"custom_field_{number}": text for number, text in enumerate(self.custom, 1)},
            "date": str(self.at_s),
        }

    def row(self) -> dict[str, Any]:
        """Give the flat record of the orders list; the sample has the flag 0 beside Success."""
        at = datetime.fromtimestamp(self.at_s, UTC)
        return {
            "req_id": self.payment_id,
            "product_name": self.product,
            "gross_amount": self.amount,
            "status": self.status,
            "status_flag": 0,
            "customer_name": self.name,
            "customer_email_id": self.email,
            "customer_mo_no": self.mobile,
            **{f"shipping_{name}": self.shipping.get(name) for name in PLACE},
            **{f"billing_{name}": self.billing.get(name) for name in PLACE},
            "order_id": self.order_id,
            **{f"custom_field_{number}": text for number, text in enumerate(self.custom, 1)},
            "timestamp": at.astimezone(IST).strftime("%d/%m/%Y %I:%M:%S %p"),
            "timestamp_original": at.strftime("%Y-%m-%d %H:%M:%S"),
        }


def grouped(digits: str) -> str:
    """Give twenty digits as four groups of five, the shape of PayKun's ids."""
    return "-".join(digits[at : at + 5] for at in range(0, 20, 5))
