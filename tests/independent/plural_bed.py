"""The invented merchants of the independent Plural, its orders as kept, and the test bed that names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

CURRENCY = "INR"
DECLINED_PAISA = 131_313


@dataclass(frozen=True)
class Merchant:
    """A merchant and its keys; the callback secret is hexadecimal."""

    client_id: str
    client_secret: str
    merchant_id: str
    webhook_secret: str
    callback_secret: str


@dataclass
class Order:
    """An order or a refund (which is an order of its own); amounts in paisa."""

    order_id: str
    merchant: Merchant
    request: dict[str, Any]
    created_s: float
    kind: str = "CHARGE"
    parent_id: str | None = None
    status: str = "CREATED"
    updated_s: float = 0
    payments: list[dict[str, Any]] = field(default_factory=list)
    captured_paisa: int = 0
    refunded_paisa: int = 0
    reads_since_settled: int = 0
    challenge_url: str | None = None

    @property
    def paisa(self) -> int:
        """Give the order's amount."""
        return int(self.request["order_amount"]["value"])

    def move(self, status: str, now_s: float, *, payments: bool = True) -> None:
        """Take a status, and give it to the payments too."""
        self.status, self.updated_s = status, now_s
        for payment in self.payments if payments else ():
            payment.update(status=status, updated_at=moment(now_s))

    def view(self, status: str | None = None) -> dict[str, Any]:
        """Give the order as the replies show it; `status` shows another one than it has."""
        shown = status or self.status
        parent = {} if self.parent_id is None else {"parent_order_id": self.parent_id}
        challenge = {} if self.challenge_url is None else {"challenge_url": self.challenge_url}
        retries = {} if self.kind == "REFUND" else {"payment_retries_remaining": 9 if self.payments else 10}
        return {
            "order_id": self.order_id,
            **parent,
            "type": self.kind,
            "status": shown,
            **challenge,
            "merchant_id": self.merchant.merchant_id,
            **self.request,
            "payments": [{**payment, "status": status or payment["status"]} for payment in self.payments],
            "created_at": moment(self.created_s),
            "updated_at": moment(self.updated_s or self.created_s),
            "integration_mode": "SEAMLESS",
            **retries,
        }


def moment(time_s: float) -> str:
    """Write a time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


MAIN = Merchant("independent-main-client", "independent-main-secret", "900011", "hook-main-secret", "11" * 16)
SECOND = Merchant(
    "independent-second-client", "independent-second-secret", "900022", "hook-second-secret", "22" * 16
)
SECONDS_ORDER, SECONDS_REFERENCE = "v1-260101000000-aa-SECOND", "second-merchant-1"


def orders() -> dict[str, Order]:
    """Give a fresh set of orders, by id: one, of the second merchant."""
    request = {
        "merchant_order_reference": SECONDS_REFERENCE,
        "order_amount": {"value": 50_000, "currency": CURRENCY},
        "pre_auth": False,
    }
    return {SECONDS_ORDER: Order(SECONDS_ORDER, SECOND, request, 1_767_225_600)}


def testbed() -> dict[str, Any]:
    """Give the test bed: whose keys to use and which ids play which role."""
    return {
        "x-testbed": 1,
        "gateway": "plural",
        "test_keys": True,
        "merchants": {"main": vars(MAIN).copy(), "second": vars(SECOND).copy()},
        "roles": {
            "unknown-order": {
                "order_id": "v1-260101000000-aa-ABSENT",
                "merchant_order_reference": "no-such-reference",
            },
            "second-merchant-order": {
                "order_id": SECONDS_ORDER,
                "merchant_order_reference": SECONDS_REFERENCE,
            },
            "card": {
                "card_number": "0000111122223333",
                "cvv": "000",
                "expiry_month": "12",
                "expiry_year": "2099",
                "name": "Asha Example",
            },
            "declined": {"amount_value": DECLINED_PAISA},
            "settle": {"how": "on-read"},
        },
        "switches": {},
        "events": {},
    }


# So that a test module may import the function without pytest taking it for a test.
testbed.__test__ = False  # type: ignore[attr-defined]
