"""The invented merchants and transactions of the independent PayKun, and the test bed that names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .paykun_rules import IST

DAY_S = 86_400
#: 1 January 2026, 10:00 in India.
START_S = 1_767_241_800


@dataclass(frozen=True)
class Merchant:
    """A merchant and its keys."""

    merchant_id: str
    access_token: str
    encryption_key: str
    email: str


@dataclass
class Transaction:
    """One payment attempt; amounts in paise."""

    payment_id: str
    merchant: Merchant
    order_id: str
    amount_paise: int
    status: str = "Success"
    at_s: int = START_S
    email: str = "asha@buyer.example"
    name: str = "Asha Example"
    mobile: str = "9000000001"
    product: str = "Course fee"
    mode: str = "UPI"
    refunded_paise: int = 0

    @property
    def captured(self) -> bool:
        """Say whether there is money to give back."""
        return self.status == "Success"

    @property
    def at(self) -> datetime:
        """Give the moment of the payment in Indian time."""
        return datetime.fromtimestamp(self.at_s, IST)

    def details(self) -> dict[str, Any]:
        """Give the `transaction` of the status reply, unsigned, fields in the documented order."""
        fee_paise = _half_up(self.amount_paise * 2, 100)
        place = dict.fromkeys(("address", "city", "state", "country", "pincode"))
        return {
            "payment_id": self.payment_id,
            "merchant_email": self.merchant.email,
            "merchant_id": self.merchant.merchant_id,
            "status": self.status,
            "status_flag": int(self.captured),
            "payment_mode": self.mode,
            "order": {
                "order_id": self.order_id,
                "product_name": self.product,
                "gross_amount": rupees(self.amount_paise),
                "gateway_fee": rupees(fee_paise),
                "tax": rupees(_half_up(fee_paise * 18, 100)),
            },
            "customer": {"name": self.name, "email_id": self.email, "mobile_no": self.mobile},
            "shipping": dict(place),
            "billing": dict(place),
            **{f"custom_field_{number}": None for number in range(1, 6)},
            "date": str(self.at_s),
        }

    def record(self) -> dict[str, Any]:
        """Give the flat record of the orders reply, fields in the documented order."""
        places = ("address", "city", "state", "country", "pincode")
        return {
            "req_id": self.payment_id,
            "product_name": self.product,
            "gross_amount": rupees(self.amount_paise),
            "status": self.status,
            # The documented record shows 0 beside Success; what the flag means is unknown.
            "status_flag": 0,
            "customer_name": self.name,
            "customer_email_id": self.email,
            "customer_mo_no": self.mobile,
            **{f"{kind}_{place}": None for kind in ("shipping", "billing") for place in places},
            "order_id": self.order_id,
            **{f"custom_field_{number}": None for number in range(1, 6)},
            "timestamp": self.at.strftime("%d/%m/%Y %I:%M:%S %p"),
            "timestamp_original": self.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        }


def rupees(paise: int) -> int | float:
    """Give paise as the JSON number of rupees: whole ones without a fraction."""
    return paise // 100 if paise % 100 == 0 else paise / 100


def _half_up(number: int, divisor: int) -> int:
    return (number * 2 + divisor) // (divisor * 2)


MAIN = Merchant("700000000000011", "A11CE0TEST" + "0" * 22, "FACADE11TEST" + "7" * 20, "main@shop.example")
SECOND = Merchant(
    "700000000000022", "B0B00TEST0" + "2" * 22, "DECADE22TEST" + "9" * 20, "second@shop.example"
)
#: The documented sample transaction, with the reference's invented vector key; no part of the test bed, since
#: the sample's merchant id has 14 digits.
SAMPLE = Merchant("01234567890123", "5A3B1E" + "0" * 26, "0123456789ABCDEF" * 2, "merchantemail@gmail.com")

SUCCESSFUL = "10001-00000-00000-00001"
REFUNDABLE = "10002-00000-00000-00001"
EXTRA = tuple(f"10003-00000-00000-{number:05d}" for number in range(1, 25))
FAILED = "10004-00000-00000-00001"
PAGED = tuple(f"10005-00000-00000-{number:05d}" for number in range(1, 10))
SINGLE = "10006-00000-00000-00001"
SECONDS = "20001-00000-00000-00001"
SAMPLE_PAYMENT = "88253-41453-72735-05390"
PAGED_STATUSES = (
    "Success",
    "Failed",
    "Success",
    "Initialized",
    "Success",
    "Failed",
    "Success",
    "Failed",
    "Success",
)


def transactions() -> dict[str, Transaction]:
    """Give a fresh set of transactions, by payment id."""
    made = [
        Transaction(SUCCESSFUL, MAIN, "0000100001", 25_050),
        Transaction(REFUNDABLE, MAIN, "0000100002", 50_000_000),
        *(Transaction(one, MAIN, f"00001003{at:02d}", 100_000) for at, one in enumerate(EXTRA, 1)),
        Transaction(FAILED, MAIN, "0000100004", 9_900, status="Failed"),
        *(
            Transaction(
                one,
                MAIN,
                "0000100005",
                10_000 + at * 101,
                status=PAGED_STATUSES[at],
                at_s=START_S + at * 2 * DAY_S,
                email="asha@buyer.example" if at % 3 else "ravi@buyer.example",
            )
            for at, one in enumerate(PAGED)
        ),
        Transaction(SINGLE, MAIN, "0000100006", 170_000),
        Transaction(SECONDS, SECOND, "0000200001", 60_000),
        Transaction(
            SAMPLE_PAYMENT,
            SAMPLE,
            "15707057419885",
            1_100,
            at_s=1_581_769_083,
            email="test@gmail.com",
            name="Customer Name",
            mobile="0213456789",
            product="Product Name",
            mode="WALLET",
        ),
    ]
    return {one.payment_id: one for one in made}


def testbed() -> dict[str, Any]:
    """Give the test bed: whose keys to use and which ids play which role."""

    def keys(merchant: Merchant) -> dict[str, str]:
        return {
            "merchant_id": merchant.merchant_id,
            "access_token": merchant.access_token,
            "encryption_key": merchant.encryption_key,
        }

    return {
        "x-testbed": 1,
        "gateway": "paykun",
        "test_keys": True,
        "merchants": {"main": keys(MAIN), "second": keys(SECOND)},
        "roles": {
            "successful-transaction": {
                "transaction_id": SUCCESSFUL,
                "order_id": "0000100001",
                "amount": "250.50",
                "customer_email": "asha@buyer.example",
            },
            "refundable-transaction": {"transaction_id": REFUNDABLE, "amount": "500000.00"},
            "refundable-transactions-extra": {"transaction_ids": ",".join(EXTRA), "amount": "1000.00"},
            "failed-transaction": {"transaction_id": FAILED},
            "unknown-transaction": {"transaction_id": "99999-00000-00000-00000"},
            "paged-order": {"order_id": "0000100005", "total": len(PAGED)},
            "single-order": {"order_id": "0000100006"},
            "unknown-order": {"order_id": "0000999999"},
            "second-merchant-transaction": {"transaction_id": SECONDS},
            "second-merchant-order": {"order_id": "0000200001"},
        },
        "switches": {},
        "events": {},
    }


# So that a test module may import the function without pytest taking it for a test.
testbed.__test__ = False  # type: ignore[attr-defined]
