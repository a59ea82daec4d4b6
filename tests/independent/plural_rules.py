"""Plural's written limits: what each operation asks of its body.

Each check raises `RefusedError` at the first thing wrong. Limits are documented unless a comment says
otherwise; unknown fields are let through.

Source: Pine Labs Online reference pages for orders, payments and refunds, and their field tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CURRENCY = "INR"
SMALLEST_PAISA, LARGEST_PAISA = 100, 100_000_000
METHODS = frozenset(
    {
        "CARD",
        "UPI",
        "NETBANKING",
        "POINTS",
        "WALLET",
        "CREDIT_EMI",
        "DEBIT_EMI",
        "BNPL",
        "CARDLESS_EMI",
    }
)
PRE_AUTH_METHODS = frozenset({"CARD", "POINTS"})
REFERENCE = re.compile("[A-Za-z0-9_-]{1,50}")

CARD_FORMS = {
    "name": ".{1,100}",
    "card_number": "[0-9]{12,19}",
    "cvv": "[0-9]{3,4}",
    "expiry_month": "0[1-9]|1[0-2]",
    "expiry_year": "[0-9]{4}",
    "registered_mobile_number": "[0-9]{10,20}",
}
TOKEN_FORMS = {
    "token": ".{1,50}",
    "token_txn_type": "ALT_TOKEN|NETWORK_TOKEN|ISSUER_TOKEN",
    "last4_digit": "[0-9]{4}",
    "cvv": "[0-9]{3,4}",
    "expiry_month": "0[1-9]|1[0-2]",
    "expiry_year": "[0-9]{4}",
}
CUSTOMER_FORMS = {
    "email_id": ".{1,50}",
    "first_name": ".{1,50}",
    "last_name": ".{1,50}",
    # The documented 19 characters do not fit Plural's own ids, which are let through.
    "customer_id": ".{1,19}|cust-v1-.{1,42}",
    "mobile_number": "[0-9]{10,20}",
    "country_code": r"\+?[0-9]{1,5}",
}
ADDRESS_FORMS = {
    **{f"address{number}": ".{0,100}" for number in range(1, 4)},
    "pincode": "[0-9]{6,10}",
    "city": ".{0,50}",
    "state": ".{0,50}",
    "country": ".{0,50}",
}


class RefusedError(Exception):
    """The gateway says no: a status, a code out of its list, and a sentence."""

    def __init__(self, status: int, code: str, message: str, allow: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = (("Allow", allow),) if allow else ()


def invalid(message: str, status: int = 400) -> RefusedError:
    """Give the refusal of a body with a bad or missing field."""
    return RefusedError(status, "INVALID_REQUEST", message)


def not_allowed(message: str) -> RefusedError:
    """Give the refusal of an operation that the order's state or money forbids."""
    return RefusedError(422, "OPERATION_NOT_ALLOWED", message)


def token_request(body: Mapping[str, Any]) -> tuple[str, str]:
    """Read client id and secret. The operation declares 422 and no 400."""
    for name in ("client_id", "client_secret", "grant_type"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise invalid(f"{name} is required", 422)
    if body["grant_type"] != "client_credentials":
        raise invalid("grant_type should be client_credentials", 422)
    return body["client_id"], body["client_secret"]


def reference(body: Mapping[str, Any], name: str) -> str:
    """Read a reference: 1 to 50 letters, digits, - and _. The samples send digits as a number."""
    value = body.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not REFERENCE.fullmatch(value):
        raise invalid(f"{name} should be 1 to 50 of A-Z, a-z, 0-9, - and _")
    return value


def amount(value: object, name: str, smallest: int = SMALLEST_PAISA) -> int:
    """Read an Amount and give its paisa."""
    if not isinstance(value, dict) or value.get("currency") != CURRENCY:
        raise invalid(f"{name} should be an amount in {CURRENCY}")
    paisa = value.get("value")
    if isinstance(paisa, bool) or not isinstance(paisa, int):
        raise invalid(f"{name}.value should be an integer of paisa")
    if not smallest <= paisa <= LARGEST_PAISA:
        raise invalid(f"{name}.value should be from {smallest} to {LARGEST_PAISA}")
    return paisa


def boolean(body: Mapping[str, Any], name: str) -> bool:
    """Read a boolean which is false when left out."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise invalid(f"{name} should be true or false")
    return value


def order_request(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read a new order; gives the fields which the replies repeat."""
    kept: dict[str, Any] = {
        "merchant_order_reference": reference(body, "merchant_order_reference"),
        "order_amount": {"value": amount(body.get("order_amount"), "order_amount"), "currency": CURRENCY},
        "pre_auth": boolean(body, "pre_auth"),
    }
    if "allowed_payment_methods" in body:
        methods = body["allowed_payment_methods"]
        if not isinstance(methods, list) or not all(
            isinstance(one, str) and one in METHODS for one in methods
        ):
            raise invalid("allowed_payment_methods should be a list of payment methods")
        kept["allowed_payment_methods"] = methods
    for name in ("notes", "callback_url", "failure_callback_url"):
        if name in body:
            if not isinstance(body[name], str):
                raise invalid(f"{name} should be a text")
            kept[name] = body[name]
    if "purchase_details" in body:
        _purchase(body["purchase_details"])
        kept["purchase_details"] = body["purchase_details"]
    split_info(body)
    for name in ("base_amount", "cart_coupon_discount_amount"):
        if name in body:
            amount(body[name], name, smallest=1)
    if "is_mcc_transaction" in body:
        if body["is_mcc_transaction"] not in ("true", "false"):
            raise invalid("is_mcc_transaction should be the text true or false")
        kept["is_mcc_transaction"] = body["is_mcc_transaction"] == "true"
    return kept


def _purchase(value: object) -> None:
    details = _object(value, "purchase_details")
    customer = _object(details.get("customer", {}), "customer")
    boolean(customer, "is_edit_customer_details_allowed")
    split_info(details)
    _forms(customer, CUSTOMER_FORMS, "customer")
    for name in ("billing_address", "shipping_address"):
        _forms(_object(customer.get(name, {}), name), ADDRESS_FORMS, name)
    merchant_metadata(details)
    _object(details.get("cart_details", {}), "cart_details")


def split_info(body: Mapping[str, Any]) -> None:
    """Check the kinds of what says how money is split."""
    split = _object(body.get("split_info", {}), "split_info")
    if not isinstance(split.get("split_type", ""), str) or not isinstance(
        split.get("split_details", []), list
    ):
        raise invalid("split_info should hold a text and a list")


def merchant_metadata(body: Mapping[str, Any]) -> None:
    """Check the string map: at most 10 pairs of 256 characters each."""
    pairs = _object(body.get("merchant_metadata", {}), "merchant_metadata")
    texts = all(
        isinstance(value, str) and len(value) <= 256 and len(name) <= 256 for name, value in pairs.items()
    )
    if len(pairs) > 10 or not texts:
        raise invalid("merchant_metadata should be at most 10 texts of at most 256 characters")


def payment_request(body: Mapping[str, Any], order_paisa: int) -> list[dict[str, Any]]:
    """Read the payments; two of them only as CARD with POINTS, and together the order's amount (inferred)."""
    items = body.get("payments")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise invalid("payments should be a list of payments")
    if len(items) not in (1, 2):
        raise invalid("payments should hold one payment, or a card with points")
    total = 0
    for item in items:
        total += amount(item.get("payment_amount"), "payment_amount")
        name = item.get("merchant_payment_reference")
        if not isinstance(name, str) or not 1 <= len(name) <= 50:
            raise invalid("merchant_payment_reference should be a text of 1 to 50 characters")
        if not isinstance(item.get("payment_method"), str) or item["payment_method"] not in METHODS:
            raise invalid("payment_method is missing or invalid")
        option = _object(item.get("payment_option", {}), "payment_option")
        if "card_details" in option:
            _forms(_object(option["card_details"], "card_details"), CARD_FORMS, "card_details", "card_number")
        if "card_token_details" in option:
            token = _object(option["card_token_details"], "card_token_details")
            _forms(token, TOKEN_FORMS, "card_token_details", "token", "token_txn_type")
        upi_details(_object(option.get("upi_details", {}), "upi_details"))
    if len(items) == 2 and {item["payment_method"] for item in items} != PRE_AUTH_METHODS:
        raise invalid("two payments should be a CARD and POINTS")
    if total != order_paisa:
        raise invalid("payment_amount should add up to order_amount")
    return items


def upi_details(upi: Mapping[str, Any]) -> None:
    """Check how a buyer is to be asked: by a link, a code or an address."""
    if upi and upi.get("txn_mode") not in ("INTENT", "COLLECT"):
        raise invalid("upi_details.txn_mode should be INTENT or COLLECT")
    _forms(_object(upi.get("payer", {}), "payer"), {"vpa": ".*"}, "payer")
    if not isinstance(upi.get("upi_qr", False), bool):
        raise invalid("upi_details.upi_qr should be true or false")


def capture_request(body: Mapping[str, Any]) -> tuple[str, int | None]:
    """Read the capture reference and, for a partial capture, its amount."""
    asked = amount(body["capture_amount"], "capture_amount") if "capture_amount" in body else None
    return reference(body, "merchant_capture_reference"), asked


def refund_request(body: Mapping[str, Any]) -> tuple[str, int | None]:
    """Read the refund's own reference and its amount; no amount means all that is left (inferred).

    Two official plugins send `refund_amount`, a field of no reference page. To take that for a full refund
    would give back more than asked, so it is refused (evidence: unknown).
    """
    if "refund_amount" in body and "order_amount" not in body:
        raise invalid("the amount of a refund is its order_amount")
    merchant_metadata(body)
    split_info(body)
    if not isinstance(body.get("products", []), list):
        raise invalid("products should be a list")
    for product in body.get("products", []):
        _forms(_object(product, "a product"), {"product_code": ".*", "imei_number": ".*"}, "products")
    asked = amount(body["order_amount"], "order_amount") if "order_amount" in body else None
    return reference(body, "merchant_order_reference"), asked


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(f"{name} should be an object")
    return value


def _forms(value: Mapping[str, Any], forms: Mapping[str, str], where: str, *required: str) -> None:
    for name, form in forms.items():
        if name in required and name not in value:
            raise invalid(f"{where}.{name} is required")
        if name in value and not (
            isinstance(value[name], str) and re.fullmatch(form, value[name], re.DOTALL)
        ):
            raise invalid(f"{where}.{name} is invalid")
