"""The PayKun vectors: S1-S6 of the reference, tampering, and what its values can trip over."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
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
from shapes import ABSENT, Case, Shape, Signed, tampered

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

PHP_NUMBERS = {
    "11.0": "11",
    "11.10": "11.1",
    "0.30000000000000004": "0.3",
    "1e15": "1.0E+15",
    "1E2": "100",
    "-0.0": "-0",
    "-0": "0",
    "123456789012345678": "123456789012345678",
    "9223372036854775807": "9223372036854775807",
    "9223372036854775808": "9.2233720368548E+18",
    "0.0001": "0.0001",
    "0.00001": "1.0E-5",
    "99999999999999.9": "1.0E+14",
    "1e400": "INF",
    "-1e400": "-INF",
    "5e-324": "4.9406564584125E-324",
    "1" * 60: "1.1111111111111E+59",
}
JS_NUMBERS = {
    "11.0": "11",
    "1e15": "1000000000000000",
    "0.30000000000000004": "0.30000000000000004",
    "1e21": "1e+21",
    "1e-7": "1e-7",
    "0.000001": "0.000001",
    "-0": "0",
    "9007199254740993": "9007199254740992",
    "1e400": "Infinity",
}


def request_cases() -> Iterator[Case]:
    yield from _reference_requests()
    yield from tampered(REFUNDS)
    yield from tampered(QUERIES)
    yield from tampered(FORMS)
    yield from _values()
    yield from _broken()


def _reference_requests() -> Iterator[Case]:
    yield REFUNDS.case("S1", "refund", source=REFERENCE)
    sha256 = hmac_hex(PAYKUN_KEY.encode(), b"10.50|Customer returned item|#", "sha256")
    yield REFUNDS.case(
        "S1-sha256",
        "the hash of the documents' pseudo-code",
        carried=sha256,
        result="invalid",
        flags=("WrongHash",),
        source=REFERENCE,
    )
    yield QUERIES.case("S2", "orders, page_number 1, limit 10", source=REFERENCE)
    filters = {"page_number": "1", "limit": "50", "status": "Success", "start_date": "", "end_date": ""}
    rows: Rows = [(name, text, [(name, text)]) for name, text in filters.items()]
    rows.append(("customer_email", "buyer%40example.com", [("customer_email", "buyer@example.com")]))
    yield QUERIES.case("S3", "orders with two blank dates", rows=rows, source=REFERENCE)
    yield LINKS.case("S4a", "link, PHP booleans", source=REFERENCE)
    javascript = link_rows("true", "false")
    yield LINKS.case(
        "S4b",
        "link, JavaScript booleans",
        rows=javascript,
        recipe={"scalars": {"preset": "javascript"}},
        source=REFERENCE,
        flags=("Scalars",),
    )
    yield LINKS.case(
        "S4b-as-php",
        "a JavaScript signer before a PHP verifier",
        carried=LINKS.right(javascript),
        result="invalid",
        flags=("Scalars",),
        source=REFERENCE,
    )
    ordered = sorted(link_rows("1", ""), key=lambda one: one[0])
    yield LINKS.case(
        "S4c",
        "link, PHP booleans, keys sorted (no evidence; for diagnosis)",
        message=link_message(link_rows("1", ""), LINKS.right(ordered)),
        rows=ordered,
        recipe={"order": "bytes"},
        source=REFERENCE,
        flags=("Order",),
    )
    words = "धन्यवाद | pipe #"
    rows = [text_row("refund_amount", "1"), text_row("remarks", words)]
    yield REFUNDS.case(
        "S6", "UTF-8 and delimiters inside remarks", rows=rows, source=REFERENCE, flags=("Delimiter",)
    )


def _values() -> Iterator[Case]:
    for at, (written, printed) in enumerate(PHP_NUMBERS.items()):
        rows = [row("amount", written, printed)]
        yield REFUNDS.case(
            f"php-number-{at}", f"{written[:24]} as PHP prints it", rows=rows, flags=("Number",)
        )
    for at, (written, printed) in enumerate(JS_NUMBERS.items()):
        yield REFUNDS.case(
            f"javascript-number-{at}",
            f"{written} as JavaScript prints it",
            rows=[row("amount", written, printed)],
            recipe={"scalars": {"preset": "javascript"}},
            flags=("Number",),
        )
    yield REFUNDS.case(
        "lexeme",
        "numbers as sent",
        rows=[row("amount", "10.50", "10.50"), row("n", "1E+02", "1E+02")],
        recipe={"scalars": {"preset": "as-sent"}},
        flags=("Number",),
    )
    yield REFUNDS.case(
        "null-and-booleans",
        "null, true and false",
        rows=[row("a", "null", ""), row("b", "true", "1"), row("c", "false", "")],
        flags=("Scalars",),
    )
    yield REFUNDS.case("empty-object", "no field but the signature", rows=[])
    yield REFUNDS.case(
        "empty-containers",
        "an empty list and an empty object sign nothing",
        rows=[("a", "[]", []), ("b", "{}", []), text_row("c", "x")],
        flags=("Nested",),
    )
    yield REFUNDS.case(
        "list",
        "a list signs its items",
        rows=[row("a", '["x",2,null,true]', "x", "2", "", "1")],
        flags=("Nested",),
    )
    yield REFUNDS.case(
        "escapes",
        "JSON escapes are read before signing",
        rows=[row("a", '"\\u0061\\/\\n\\ud83d\\ude00"', "a/\n😀")],
        flags=("Escape",),
    )
    yield REFUNDS.case(
        "nul", "a NUL character inside a value", rows=[row("a", '"x\\u0000y"', "x\0y")], flags=("Nul",)
    )
    yield REFUNDS.case(
        "lone-surrogate",
        "half a surrogate pair: its three bytes are signed",
        rows=[row("a", '"\\ud800"', "\ud800")],
        result="acceptable",
        flags=("LoneSurrogate",),
        fields=[],
    )
    forged = REFUNDS.right([text_row("a", "é")])
    yield REFUNDS.case(
        "forged-surrogates",
        "escapes that a lenient encoder would turn into other text",
        rows=[row("a", '"\\udcc3\\udca9"', "\udcc3\udca9")],
        carried=forged,
        result="invalid",
        flags=("LoneSurrogate",),
        fields=[],
    )
    yield REFUNDS.case(
        "decomposed",
        "composed and decomposed letters are different texts",
        rows=[text_row("a", "e\u0301")],
        carried=REFUNDS.right([text_row("a", "\u00e9")]),
        result="invalid",
        flags=("Unicode",),
    )
    yield from _collisions()


def _collisions() -> Iterator[Case]:
    """Messages that differ and sign alike: known weaknesses of the scheme, which no verifier can see."""
    split = [text_row("a", "1"), text_row("b", "a"), text_row("c", "b")]
    joined = [text_row("a", "1"), text_row("b", "a|b")]
    yield REFUNDS.case(
        "moved-delimiter",
        "a | inside a value is as good as a field's end",
        rows=joined,
        carried=REFUNDS.right(split),
        result="acceptable",
        flags=("Collision",),
    )
    renamed = [text_row("remarks", "10.50"), text_row("refund_amount", "Customer returned item")]
    yield REFUNDS.case(
        "names-swapped",
        "names are not signed",
        rows=renamed,
        carried=REFUNDS.right(REFUND),
        result="acceptable",
        flags=("Collision",),
    )
    other = refund_message(REFUND, REFUNDS.right(REFUND))
    other["target"] = other["target"].replace(PAYMENT_ID, "11111-22222-33333-44444")
    yield REFUNDS.case(
        "other-transaction",
        "the id in the path is not signed",
        message=other,
        result="acceptable",
        flags=("Collision",),
    )
    spaced = refund_message(REFUND, REFUNDS.right(REFUND))
    spaced["body"] = spaced["body"].replace('":"', '" :\n"')
    yield REFUNDS.case("white-space", "white space between members is not signed", message=spaced)


def _broken() -> Iterator[Case]:
    right = REFUNDS.right(REFUND)
    whole = json_object(REFUND, member(right))
    target = f"/v1/merchant/transaction/{PAYMENT_ID}/refund"
    broken: list[tuple[str, str, str | bytes, str]] = [
        (
            "duplicate-covered",
            "a covered key stands twice",
            whole.replace("{", '{"remarks":"x",', 1),
            "duplicate-keys",
        ),
        (
            "duplicate-signature",
            "the signature stands twice",
            whole.replace("{", '{"signature":"x",', 1),
            "duplicate-keys",
        ),
        (
            "duplicate-nested",
            "a nested key stands twice",
            whole.replace("{", '{"a":{"b":1,"b":2},', 1),
            "duplicate-keys",
        ),
        ("not-json", "the JSON breaks off", whole[:-1], "unreadable-body"),
        ("trailing-text", "text after the JSON", whole + "x", "unreadable-body"),
        (
            "not-utf-8",
            "a byte that is not UTF-8",
            whole.encode().replace(b"item", b"it\xffm"),
            "unreadable-body",
        ),
        ("bom", "a byte-order mark before the JSON", "\ufeff" + whole, "unreadable-body"),
        ("nan", "NaN is not JSON", whole.replace("{", '{"n":NaN,', 1), "unreadable-body"),
        (
            "too-deep",
            "nested 100,000 levels deep",
            whole.replace("{", '{"n":' + "[" * 1000 + "]" * 1000 + ",", 1),
            "",
        ),
        ("no-body", "no body", "", "unreadable-body"),
        ("a-list", "a list instead of an object", "[1]", "missing-signature"),
        ("a-text", "a text instead of an object", '"x"', "missing-signature"),
    ]
    for name, comment, body, reason in broken:
        if reason:
            yield REFUNDS.case(
                name,
                comment,
                message=message("POST", target, JSON_HEADERS, body),
                signable=False,
                result="invalid",
                reason=reason,
                flags=("Unreadable",),
            )
    twice = form_text(FORM_ROWS, "remarks=x", "signature=" + right)
    yield FORMS.case(
        "duplicate-covered",
        "a covered name stands twice",
        signable=False,
        message=message("POST", target, FORM_HEADERS, twice),
        result="invalid",
        reason="duplicate-keys",
        flags=("DuplicateKey",),
    )
    raw = b"refund_amount=1&remarks=%FF%41"
    bytes_text = b"1|\xffA|#"
    signed = sign512(PAYKUN_KEY, bytes_text)[1]
    yield FORMS.case(
        "not-utf-8",
        "bytes that are not UTF-8 are signed as they are",
        fields=[],
        canonical=bytes_text,
        message=message("POST", target, FORM_HEADERS, raw + b"&signature=" + signed.encode()),
    )


def transaction_cases() -> Iterator[Case]:
    yield RESPONSES.case("S5", "the transaction sample of the API reference, re-signed", source=REFERENCE)
    yield from tampered(RESPONSES)
    yield from _around(RESPONSES, response_message)


def webhook_cases() -> Iterator[Case]:
    yield WEBHOOKS.case("S5", "the transaction sample of the API reference as a webhook", source=REFERENCE)
    yield from tampered(WEBHOOKS)
    yield from _around(WEBHOOKS, webhook_message)


def _around(shape: Shape, compose: Any) -> Iterator[Case]:
    right = shape.right(TRANSACTION)
    outside = compose(TRANSACTION, right)
    outside["body"] = outside["body"].replace("{", '{"extra":1,', 1)
    yield shape.case("outside-changed", "what stands outside the transaction is not signed", message=outside)
    moved = compose(TRANSACTION, right)
    moved["body"] = moved["body"].replace('"transaction"', '"Transaction"')
    yield shape.case(
        "no-transaction",
        "the signed object is not there",
        message=moved,
        signable=False,
        result="invalid",
        reason="missing-signature",
        flags=("MissingSignature",),
    )
    deep = [*TRANSACTION, ("deeper", '{"x":{"y":[1,{"z":"w"}]}}', [("y", "1"), ("z", "w")])]
    yield shape.case(
        "deeper",
        "values below the documented level are taken one by one",
        rows=deep,
        flags=("Nested",),
        result="acceptable",
    )
    zero = [*TRANSACTION[:6], row("flag", "false", ""), *TRANSACTION[6:]]
    yield shape.case("false-inside", "false is printed as nothing, like null", rows=zero, flags=("Scalars",))


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


def mobile_cases() -> Iterator[Case]:
    """Two rounds: HMAC-SHA256 hex keyed with the timestamp, then keyed with the access token."""
    shape = _mobile(MOBILE)
    yield from tampered(shape)
    currency = [*MOBILE, text_row("currency", "INR")]
    yield shape.case("currency", "with the optional currency", rows=currency)
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
