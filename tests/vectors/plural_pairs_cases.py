"""The vectors of plural.callback, plural.v2-kv and plural.v2-kv-return: sorted pairs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from byhand import Rows, form_text, hmac_hex, json_object, message
from plural_messages import (
    FORM,
    HEX_KEY,
    JSON,
    ORDER_ID,
    REFERENCE,
    extra,
    hex_shape,
    hex_sign,
    pairs_bytes,
    sorted_fields,
    wire,
)
from shapes import Case, tampered


def posted_callback(rows: Rows, carried: Any) -> dict[str, Any]:
    return message("POST", "/return", FORM, form_text(rows, *extra("signature", carried)))


def get_callback(rows: Rows, carried: Any) -> dict[str, Any]:
    return message("GET", f"/return?{form_text(rows, *extra('signature', carried))}", [])


CALLBACK: Rows = [wire("order_id", ORDER_ID), wire("status", "PROCESSED")]
FAILED: Rows = [
    wire("status", "FAILED"),
    wire("order_id", ORDER_ID),
    wire("error_message", "Consumer Authentication required"),
    wire("error_code", "USER_AUTHENTICATION_FAILED"),
]


def callback_cases() -> Iterator[Case]:
    get = hex_shape("return", "callback_secret", CALLBACK, get_callback)
    post = hex_shape("posted", "callback_secret", CALLBACK, posted_callback)
    other = [wire("order_id", ORDER_ID), wire("payment_status", "AUTHORIZED")]
    cases: list[Case] = [
        get.case("processed", "a successful return", source=REFERENCE),
        get.case("payment-status", "the field under its other documented name", rows=other, source=REFERENCE),
        get.case("failed", "a failed return; values are signed decoded", rows=FAILED, source=REFERENCE),
        get.case(
            "placeholder",
            "the documents' sample signature is SHA-256 of abc",
            carried="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            result="invalid",
            source=REFERENCE,
        ),
        get.case("plus", "a plus sign for a space", rows=[("a", "x+y", [("a", "x y")])]),
        get.case("empty-value", "an empty value is kept", rows=[*CALLBACK, ("x", "", [("x", "")])]),
        get.case(
            "bytewise",
            "upper-case names come first",
            rows=[wire("b", "1"), wire("A", "2"), wire("a", "3"), wire("Z", "4")],
        ),
        get.case(
            "ampersand",
            "an & inside a value is as good as a field's end",
            result="acceptable",
            rows=[wire("a", "1&b=2")],
            carried=get.right([wire("a", "1"), wire("b", "2")]),
            flags=("Collision",),
        ),
        get.case(
            "unicode",
            "letters beyond ASCII",
            rows=[wire("a", "धन्यवाद"), wire("é", "1")],
            flags=("Unicode",),
        ),
        get.case("nul", "a NUL character inside a value", rows=[wire("a", "x\0y")], flags=("Nul",)),
        get.case(
            "duplicate",
            "a name stands twice",
            signable=False,
            result="invalid",
            reason="duplicate-keys",
            message=message("GET", f"/return?status=A&status=B&signature={'A' * 64}", []),
            flags=("DuplicateKey",),
        ),
        get.case(
            "no-query",
            "no parameters",
            signable=False,
            result="invalid",
            reason="missing-signature",
            message=message("GET", "/return", []),
            flags=("MissingSignature",),
        ),
        get.case(
            "absolute",
            "an absolute URL",
            message=message(
                "GET",
                f"https://shop.example/return?order_id={ORDER_ID}&status=PROCESSED&signature={get.right(CALLBACK)}#top",
                [],
            ),
        ),
    ]
    yield from sorted_fields(iter(cases))
    yield from sorted_fields(tampered(get))
    yield from sorted_fields(tampered(post))
    as_json = json_object(
        [
            (name, json.dumps(text), [])
            for name, text in (
                ("order_id", ORDER_ID),
                ("status", "PROCESSED"),
                ("signature", get.right(CALLBACK)),
            )
        ]
    )
    yield from sorted_fields(
        iter([post.case("json", "posted as JSON", message=message("POST", "/return", JSON, as_json))])
    )


DIA: Rows = [
    wire("Acquirer_Response_Code", "00"),
    wire("acquirer_name", "HDFC"),
    wire("amount_in_paisa", "100"),
]


def kv_return_message(rows: Rows, carried: Any) -> dict[str, Any]:
    more = [*extra("dia_secret", carried), "dia_secret_type=SHA256"]
    return message("POST", "/return", FORM, form_text(rows, *more))


def kv_return_cases() -> Iterator[Case]:
    shape = hex_shape("return", "v2_secret", DIA, kv_return_message)
    query = f"{form_text(DIA)}&dia_secret={shape.right(DIA)}&dia_secret_type=SHA256"
    cases = [
        shape.case("posted", "names in byte order, posted", source=REFERENCE),
        shape.case("got", "the same in a query", message=message("GET", f"/return?{query}", [])),
        shape.case(
            "type-covered",
            "the type field is no part of the text",
            carried=shape.right([*DIA, wire("dia_secret_type", "SHA256")]),
            result="invalid",
        ),
        shape.case(
            "plain-sha256",
            "a plain hash, as the type field suggests",
            carried=hashlib.sha256(pairs_bytes(DIA)).hexdigest().upper(),
            result="invalid",
        ),
    ]
    yield from sorted_fields(iter(cases))
    yield from sorted_fields(tampered(shape))


def kv_message(rows: Rows, carried: Any) -> dict[str, Any]:
    more = [*extra("ppc_DIA_SECRET", carried), "ppc_DIA_SECRET_TYPE=SHA256"]
    return message("POST", "/api/PG/V2", FORM, form_text(rows, *more))


def kv_cases() -> Iterator[Case]:
    kv = hex_shape("inquiry", "v2_secret", DIA, kv_message)
    mobile = [wire("mobile", "+919999999999"), wire("msg", "A,B")]
    encoded = b"mobile=%2B919999999999&msg=A%2CB"
    order = [
        wire("ppc_ParentTxnStatus", "1"),
        wire("ppc_Parent_TxnStatus", "2"),
        wire("ppc_MerchantID", "106600"),
    ]
    unkept = [wire("mobile_no", ""), wire("x", "0")]
    python = hex_sign(HEX_KEY, encoded)[1]
    cases = [
        kv.case("ours", "names in byte order", source=REFERENCE),
        kv.case("raw-values", "values are not percent-encoded", rows=mobile, source=REFERENCE),
        kv.case(
            "python-sdk",
            "the official Python SDK percent-encodes",
            rows=mobile,
            source=REFERENCE,
            carried=python,
            result="invalid",
            flags=("Escaping",),
        ),
        kv.case(
            "python-sdk-profile",
            "the same, verified as that SDK signs",
            rows=mobile,
            canonical=encoded,
            fields=[("mobile", "%2B919999999999"), ("msg", "A%2CB")],
            recipe={"escaping": "percent-lenient"},
            source=REFERENCE,
            flags=("Escaping",),
        ),
        kv.case("underscore-last", "T comes before _ in bytes, after it without case", rows=order),
        kv.case("empty-kept", "empty values are kept", rows=unkept),
        kv.case(
            "md5",
            "the other documented digest",
            recipe={"digest": "hmac-md5"},
            carried=hmac_hex(bytes.fromhex(HEX_KEY), pairs_bytes(DIA), "md5").upper(),
        ),
    ]
    md5 = hmac_hex(bytes.fromhex(HEX_KEY), pairs_bytes(DIA), "md5")
    cases[-1] |= {"digests": [md5], "signature": md5.upper()}
    yield from sorted_fields(iter(cases))
    yield from sorted_fields(tampered(kv))
