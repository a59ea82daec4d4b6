"""The vectors of paykun.mobile: two rounds, the first keyed with a field of the message."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from byhand import (
    Rows,
    hmac_hex,
    json_object,
    message,
    row,
    text_row,
)
from paykun_messages import (
    JSON_HEADERS,
    member,
)
from shapes import Case, Shape, Signed, tampered

MOBILE: Rows = [
    text_row("merchant_id", "012345678901234"),
    text_row("access_token", "FEDCBA9876543210FEDCBA9876543210"),
    text_row("customer_name", "Asha Rao"),
    text_row("customer_email", "buyer@example.com"),
    text_row("customer_phone", "9999999999"),
    text_row("product_name", "Course fee"),
    text_row("order_no", "1234567890"),
    text_row("amount", "250.50"),
    text_row("package_name", "com.example.shop"),
    text_row("timestamp", "1760000000000"),
]

STATUS: Rows = [
    text_row("merchant_id", "012345678901234"),
    text_row("req_id", "88253-41453-72735-05390"),
    text_row("access_token", "FEDCBA9876543210FEDCBA9876543210"),
    text_row("status", "SUCCESS"),
    text_row("timestamp", "1760000000000"),
]


def mobile_cases() -> Iterator[Case]:
    """Two rounds: HMAC-SHA256 hex keyed with the timestamp, then keyed with the access token."""
    shape = _mobile(MOBILE)
    yield from tampered(shape)
    currency = [*MOBILE, text_row("currency", "INR")]
    yield shape.case("currency", "with the optional currency", rows=currency)
    report = message(
        "POST",
        "/v2/order/process_sdk_intent_response",
        JSON_HEADERS[:1],
        json_object(STATUS, member(shape.right(STATUS))),
    )
    yield shape.case("status-report", "how a payment in another app ended", rows=STATUS, message=report)
    number = [*MOBILE[:-1], row("timestamp", "1760000000000", "1760000000000")]
    yield shape.case("timestamp-number", "the timestamp as a JSON number", rows=number)
    plain = "".join(text for _, _, pairs in MOBILE for _, text in pairs).encode()
    rounds_swapped = hmac_hex(b"1760000000000", hmac_hex(_token(), plain, "sha256").encode(), "sha256")
    yield shape.case(
        "rounds-swapped",
        "the two keys in the wrong order",
        carried=rounds_swapped,
        result="invalid",
        flags=("WrongKey",),
    )
    yield shape.case(
        "one-round",
        "only the first round",
        carried=hmac_hex(b"1760000000000", plain, "sha256"),
        result="invalid",
        flags=("Rounds",),
    )
    yield shape.case(
        "unhashed",
        "the bare text, as one public app sends it",
        carried=plain.decode(),
        result="invalid",
        flags=("Rounds",),
        source="facts on PayKun, 8 (third-party)",
    )
    raw_first = hmac.new(b"1760000000000", plain, hashlib.sha256).digest()
    yield shape.case(
        "raw-first-round",
        "the first round's raw digest goes into the second",
        carried=hmac_hex(_token(), raw_first, "sha256"),
        result="invalid",
        flags=("Rounds",),
    )
    gone = mobile_message(MOBILE[:-1], shape.right(MOBILE))
    yield shape.case(
        "no-timestamp",
        "the first round's key is missing",
        message=gone,
        signable=False,
        result="invalid",
        reason="nothing-to-sign",
    )


def _token() -> bytes:
    return b"FEDCBA9876543210FEDCBA9876543210"


def mobile_message(rows: Rows, carried: Any) -> dict[str, Any]:
    return message("POST", "/v2/order/create", JSON_HEADERS[:1], json_object(rows, member(carried)))


def _mobile(rows: Rows) -> Shape:
    def sign(key: str, text: bytes) -> Signed:
        first = hmac_hex(b"1760000000000", text, "sha256")
        last = hmac_hex(key.encode(), first.encode(), "sha256")
        return [first, last], last

    def text(rows: Rows) -> bytes:
        return "".join(text for _, _, pairs in rows for _, text in pairs).encode()

    return Shape(
        "create",
        {"access_token": _token().decode()},
        "access_token",
        str.encode,
        rows,
        text,
        sign,
        mobile_message,
        "facts on PayKun, 2.5 (sdk); values invented",
        in_json=True,
    )
