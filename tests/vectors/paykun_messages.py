"""PayKun's messages and how each is signed, by hand."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from byhand import (
    PAYKUN_KEY,
    Rows,
    form_text,
    hmac_hex,
    json_object,
    message,
    paykun_text,
    row,
    text_row,
)
from shapes import ABSENT, Shape, Signed

REFERENCE = "facts on PayKun, 1.8; read 2026-11-20"
OURS = "this project, invented values"
JSON_HEADERS = [["Content-Type", "application/json"], ["MerchantId", "012345678901234"]]
FORM_HEADERS = [["Content-Type", "application/x-www-form-urlencoded"], ["MerchantId", "012345678901234"]]
PAYMENT_ID = "88253-41453-72735-05390"


def sign512(key: str, text: bytes) -> Signed:
    made = hmac_hex(key.encode(), text, "sha512")
    return [made], made


def paykun_bytes(rows: Rows) -> bytes:
    return paykun_text(rows).encode("utf-8", "surrogatepass")


def member(carried: Any) -> str:
    """Give the `signature` member: text, `=` and a raw JSON value, or nothing."""
    if carried is ABSENT:
        return ""
    return '"signature":' + (carried[1:] if carried.startswith("=") else json.dumps(carried))


def refund_message(rows: Rows, carried: Any) -> dict[str, Any]:
    target = f"/v1/merchant/transaction/{PAYMENT_ID}/refund"
    return message("POST", target, JSON_HEADERS, json_object(rows, member(carried)))


def form_refund(rows: Rows, carried: Any) -> dict[str, Any]:
    extra = [] if carried is ABSENT else [f"signature={quote(carried, safe='')}"]
    target = f"/v1/merchant/transaction/{PAYMENT_ID}/refund"
    return message("POST", target, FORM_HEADERS, form_text(rows, *extra))


def orders_message(rows: Rows, carried: Any) -> dict[str, Any]:
    extra = [] if carried is ABSENT else [f"signature={quote(carried, safe='')}"]
    target = f"/v1/merchant/orders/15707057419885?{form_text(rows, *extra)}"
    return message("GET", target, [["MerchantId", "012345678901234"]])


def link_message(rows: Rows, carried: Any) -> dict[str, Any]:
    return message(
        "POST", "/v1/merchant/payment/link/create", JSON_HEADERS, json_object(rows, member(carried))
    )


def response_message(rows: Rows, carried: Any) -> dict[str, Any]:
    inside = json_object(rows, member(carried))
    body = '{"status":true,"data":{"message":"Record retrieved successfully","transaction":' + inside + "}}"
    return {"status": 200, **message("", "", [["Content-Type", "application/json"]], body)}


def webhook_message(rows: Rows, carried: Any) -> dict[str, Any]:
    body = '{"transaction":' + json_object(rows, member(carried)) + "}"
    return message("POST", "/payments/paykun", [["Content-Type", "application/json"]], body)


REFUND: Rows = [text_row("refund_amount", "10.50"), text_row("remarks", "Customer returned item")]
ORDERS: Rows = [("page_number", "1", [("page_number", "1")]), ("limit", "10", [("limit", "10")])]


def _nested(name: str, rows: Rows) -> tuple[str, str, list[tuple[str, str]]]:
    return name, json_object(rows), [pair for _, _, pairs in rows for pair in pairs]


def _nulls(name: str) -> tuple[str, str, list[tuple[str, str]]]:
    places = ("address", "city", "state", "country", "pincode")
    return _nested(name, [row(place, "null", "") for place in places])


TRANSACTION: Rows = [
    text_row("payment_id", PAYMENT_ID),
    text_row("merchant_email", "merchantemail@gmail.com"),
    text_row("merchant_id", "01234567890123"),
    text_row("status", "Success"),
    row("status_flag", "1", "1"),
    text_row("payment_mode", "WALLET"),
    _nested(
        "order",
        [
            text_row("order_id", "15707057419885"),
            text_row("product_name", "Product Name"),
            row("gross_amount", "11", "11"),
            row("gateway_fee", "0.22", "0.22"),
            row("tax", "0.04", "0.04"),
        ],
    ),
    _nested(
        "customer",
        [
            text_row("name", "Customer Name"),
            text_row("email_id", "test@gmail.com"),
            text_row("mobile_no", "0213456789"),
        ],
    ),
    _nulls("shipping"),
    _nulls("billing"),
    *(row(f"custom_field_{at}", "null", "") for at in range(1, 6)),
    text_row("date", "1581769083"),
]


def link_rows(true: str, false: str) -> Rows:
    return [
        text_row("failure_url", ""),
        text_row("success_url", "https://shop.example/ok"),
        row("amount", "250.5", "250.5"),
        text_row("currency", "INR"),
        text_row("payment_for", "Course fee"),
        row("for_single_customer", "true", true),
        text_row("customer_email", "buyer@example.com"),
        text_row("customer_mono", "9999999999"),
        text_row("customer_fname", "Asha"),
        text_row("customer_lname", "Rao"),
        row("notify_by_email", "true", true),
        row("notify_by_sms", "false", false),
        row("can_expire", "true", true),
        text_row("expiry_date", "15-07-2030 18:30:00"),
        text_row("receipt_no", ""),
        text_row("note", ""),
    ]


def _shape(name: str, rows: Rows, compose: Any, **more: Any) -> Shape:
    return Shape(
        name,
        {"encryption_key": PAYKUN_KEY},
        "encryption_key",
        str.encode,
        rows,
        paykun_bytes,
        sign512,
        compose,
        OURS,
        **more,
    )


REFUNDS = _shape("refund", REFUND, refund_message, in_json=True)
FORM_ROWS: Rows = [
    ("refund_amount", "10.50", REFUND[0][2]),
    ("remarks", "Customer+returned%20item", REFUND[1][2]),
]
FORMS = _shape("form", FORM_ROWS, form_refund)
QUERIES = _shape("orders", ORDERS, orders_message, recipe={"source": "query"})
RESPONSES = _shape("transaction", TRANSACTION, response_message, in_json=True)
WEBHOOKS = _shape("webhook", TRANSACTION, webhook_message, in_json=True)
LINKS = _shape("link", link_rows("1", ""), link_message, in_json=True)
