"""Messages that the corpus signs: invented, seeded, and rich in what mistakes trip over."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

MARK = "@@SIGNATURE@@"
HEX = "0123456789ABCDEF"

# Offsets of Plural's documented retries: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h (cumulative).
RETRY_OFFSETS_S = (5, 305, 2105, 9305, 27305)


@dataclass
class Template:
    """A message with a hole where its signature stands."""

    scheme: str
    method: str
    target: str
    headers: list[list[str]]
    body: str
    carried: str
    """How the signature is written into the message: json, form (also for a query) or header."""
    keys: dict[str, str]
    earlier: list[list[str]] | None = None
    compact: bool = True
    names: list[str] = field(default_factory=list)
    """Fields that a mistake may leave out."""
    nested: bool = False
    inputs: dict[str, Any] | None = None

    def fill(self, signature: str) -> dict[str, Any]:
        """Give the message as it travels with this signature."""
        if self.carried == "json":
            text = json.dumps(signature)[1:-1]
        elif self.carried == "form":
            text = quote(signature, safe="")
        else:
            text = signature
        body = self.body.replace(MARK, text).encode("utf-8")
        return {
            "method": self.method,
            "target": self.target.replace(MARK, text),
            "headers": [[name, value.replace(MARK, text)] for name, value in self.headers],
            "body_base64": base64.b64encode(body).decode(),
        }


def text_of(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(length))


def paykun_keys(rng: random.Random) -> dict[str, str]:
    keys = {
        "merchant_id": text_of(rng, "0123456789", 15),
        "access_token": text_of(rng, HEX, 32),
        "encryption_key": text_of(rng, HEX, 32),
    }
    return keys | {
        "sandbox.access_token": text_of(rng, HEX, 32),
        "sandbox.encryption_key": text_of(rng, HEX, 32),
    }


def webhook_secret(rng: random.Random, style: int) -> str:
    raw = rng.randbytes(24)
    match style % 4:
        case 0:
            return "whsec_" + base64.b64encode(raw).decode()
        case 1:
            return text_of(rng, "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.", 30)
        case 2:
            return raw[:16].hex()
    return base64.b64encode(raw[:16]).decode()


def plural_keys(rng: random.Random, style: int) -> dict[str, str]:
    keys = {"merchant_id": text_of(rng, "123456789", 6)}
    for prefix in ("", "sandbox."):
        keys |= {
            prefix + "client_secret": text_of(rng, HEX, 32),
            prefix + "webhook_secret": webhook_secret(rng, style),
            prefix + "callback_secret": text_of(
                rng, HEX.lower() if style % 2 else HEX, 64 if style % 3 else 32
            ),
            prefix + "v2_secret": text_of(rng, HEX, 32),
        }
    return keys


FIRST = ["Asha", "Renée", "José", "Zoë", "Vikram", "धन्या", "Chloé"]
LAST = ["Rao", "Müller", "O'Brien", "Nair", "Peña", "वर्मा", "Iyer"]
LATIN_FIRST = [name for name in FIRST if name.encode("utf-16-le")[1] == 0]
CITIES = ["Ahmedabad", "Pune", "Orléans", "Málaga", "Thane"]
REMARKS = [
    "Customer returned item",
    "Café bill & tip <refund>",
    "पैसे वापस",
    "size 50% off / 2+1",
    'the "blue" one isn\'t right',
    "line one\r\nline two",
    "  padded on both sides  ",
    "naïve/façade",
    "0",
]


def encode_json(value: Any, style: str) -> str:
    if style == "spaced":
        return json.dumps(value, ensure_ascii=False)
    if style == "crlf":
        return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\r\n")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def form(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value if value == MARK else quote_plus(value)}" for name, value in pairs)


def payment_id(rng: random.Random) -> str:
    return "-".join(text_of(rng, "123456789", 5) for _ in range(4))


def paykun_headers(keys: dict[str, str], content_type: str) -> list[list[str]]:
    headers = [["MerchantId", keys["merchant_id"]], ["AccessToken", keys["access_token"]]]
    return headers + ([["Content-Type", content_type]] if content_type else [])


def email(rng: random.Random) -> str:
    return f"buyer+{rng.randrange(100, 999)}@example.com"


def paykun_request(rng: random.Random, number: int) -> Template:
    keys = paykun_keys(rng)
    refund = f"/v1/merchant/transaction/{payment_id(rng)}/refund"
    amount = f"{rng.randrange(10, 900)}.{rng.randrange(10, 99)}"
    remark = REMARKS[number % len(REMARKS)]
    kind = number % 6
    style = "compact" if number % 4 else "spaced"
    if kind == 0:  # Orders: a query
        pairs = [
            ("page_number", str(rng.randrange(1, 9))),
            ("limit", str(rng.choice((10, 25, 50)))),
            ("status", rng.choice(("Success", "Failed"))),
            ("start_date", ""),
            ("end_date", rng.choice(("", "2026-05-01 00:00:00"))),
            ("customer_email", email(rng)),
        ]
        if number % 4 == 2:
            rng.shuffle(pairs)
        names = [name for name, _ in pairs]
        pairs.insert(rng.choice((0, len(pairs))), ("signature", MARK))
        target = f"/v1/merchant/orders/{rng.randrange(10, 99):010d}?{form(pairs)}"
        return Template(
            "paykun.request", "GET", target, paykun_headers(keys, ""), "", "form", keys, names=names
        )
    if kind == 1:  # Refund as a form
        pairs = [("refund_amount", amount), ("remarks", remark), ("signature", MARK)]
        headers = paykun_headers(keys, "application/x-www-form-urlencoded")
        target = refund + ("?lang=en&ref=7" if number % 4 == 3 else "")
        return Template(
            "paykun.request", "POST", target, headers, form(pairs), "form", keys, names=["remarks"]
        )
    body: dict[str, Any]
    if kind == 2:  # Refund as JSON, sometimes with a reference of the merchant's own
        body = {"refund_amount": amount, "remarks": remark}
        if number % 4 == 0:
            body = {"remarks": remark, "refund_amount": amount, "reference": "", "reason": "0"}
    elif kind == 3:  # integer-like keys, as a form with numbered rows gives them
        body = {
            "refund_amount": amount,
            "remarks": remark,
            "10": rng.choice(LATIN_FIRST),
            "2": rng.choice(CITIES),
            "1": "",
        }
    elif kind == 4:  # nested request
        body = {
            "amount": round(rng.randrange(100, 90000) + 0.5, 2),
            "payment_for": remark,
            "items": ["pen", "a/4 pad", rng.choice(CITIES)],
            "customer": {"name": rng.choice(LATIN_FIRST), "email": email(rng), "vip": True, "note": None},
            "notify_by_email": False,
            "currency": "INR",
        }
        body["signature"] = MARK
        headers = paykun_headers(keys, "application/json")
        return Template(
            "paykun.request",
            "POST",
            "/v1/merchant/payment/link/create",
            headers,
            encode_json(body, style),
            "json",
            keys,
            compact=style == "compact",
            names=["currency", "items"],
            nested=True,
        )
    else:  # Payment link
        body = {
            "failure_url": "",
            "success_url": "https://shop.example/ok?id=1&n=2",
            "amount": rng.choice((250.5, 12500000, 11, 1250000.75, 19999999.5)),
            "currency": "INR",
            "payment_for": remark,
            "for_single_customer": True,
            "customer_email": email(rng),
            "customer_mono": "9999999999",
            "customer_fname": rng.choice(LATIN_FIRST),
            "customer_lname": rng.choice(("Rao", "Peña")),
            "notify_by_email": True,
            "notify_by_sms": False,
            "can_expire": rng.choice((True, False)),
            "expiry_date": "15-07-2030 18:30:00",
            "receipt_no": None if number % 2 else "",
            "note": "0" if number % 4 == 1 else "",
        }
        if number % 12 == 11:
            items = list(body.items())
            rng.shuffle(items)
            body = dict(items)
    names = [name for name in body if body[name] not in ("", None)][-2:]
    body["signature"] = MARK
    target = refund if kind in (2, 3) else "/v1/merchant/payment/link/create"
    if kind == 2 and number % 4 == 2:
        target += "?source=app"
    headers = paykun_headers(keys, "application/json")
    return Template(
        "paykun.request",
        "POST",
        target,
        headers,
        encode_json(body, style),
        "json",
        keys,
        compact=style == "compact",
        names=names,
    )


def transaction(rng: random.Random, number: int) -> dict[str, Any]:
    address = {
        "address": rng.choice(("12/4 Ring Road", "Flat 7, Block B", "")),
        "city": rng.choice(CITIES),
        "state": rng.choice(("Gujarat", "")),
        "country": "India",
        "pincode": text_of(rng, "123456789", 6),
    }
    amount = rng.choice((11, 250.5, 12500000, 1999.75))
    record: dict[str, Any] = {
        "payment_id": payment_id(rng),
        "merchant_email": "owner@shop.example",
        "merchant_id": text_of(rng, "123456789", 15),
        "status": "Success",
        "status_flag": rng.choice((0, 1)),
        "payment_mode": rng.choice(("WALLET", "UPI")),
        "order": {
            "order_id": text_of(rng, "123456789", 14),
            "product_name": rng.choice(("Product Name", "Café crème", " Tea & milk ", "A/B <test>")),
            "gross_amount": amount,
            "gateway_fee": 0.22,
            "tax": 0.04,
        },
        "customer": {
            "name": rng.choice(LATIN_FIRST) + " " + rng.choice(("Rao", "Peña", "O'Brien")),
            "email_id": email(rng),
            "mobile_no": "0213456789",
        },
        "shipping": {key: rng.choice((value, "")) for key, value in address.items()},
        "billing": address,
        "custom_field_1": rng.choice(("", "0", "ref/77", "two\r\nlines")),
        "custom_field_2": None if number % 2 else "",
        "custom_field_3": None if number % 3 == 0 else "",
        "custom_field_4": "",
        "custom_field_5": "",
        "date": str(1581769083 + rng.randrange(10**8)),
    }
    if number % 3 == 1:
        record |= {"is_test": True, "is_international": False, "tags": ["new", "gift/wrap"]}
    if number % 4 == 3:  # as large as the bar for triples allows
        record |= {f"extra_{i:02d}": text_of(rng, "abcdef 0123456789", 14) for i in range(16)}
    if number % 5 == 2:
        record |= {"20": "late", "3": "early"}
    return record | {"signature": MARK}


def paykun_response(rng: random.Random, number: int) -> Template:
    keys, record = paykun_keys(rng), transaction(rng, number)
    style = "spaced" if number % 4 == 0 else "compact"
    document = {"status": True, "data": {"message": "Transaction detail", "transaction": record}}
    target = f"/v1/merchant/transaction/{record['payment_id']}"
    headers = [["Content-Type", "application/json"]]
    return Template(
        "paykun.response",
        "GET",
        target,
        headers,
        encode_json(document, style),
        "json",
        keys,
        compact=style == "compact",
        names=["merchant_email", "date", "shipping"],
        nested=True,
    )


def paykun_webhook(rng: random.Random, number: int) -> Template:
    keys, record = paykun_keys(rng), transaction(rng, number + 1)
    style = "spaced" if number % 4 == 1 else "compact"
    headers = [["Content-Type", "application/json"], ["User-Agent", "PayKun"]]
    return Template(
        "paykun.webhook",
        "POST",
        "/hooks/paykun",
        headers,
        encode_json({"transaction": record}, style),
        "json",
        keys,
        compact=style == "compact",
        names=["status_flag", "merchant_id", "custom_field_1"],
        nested=True,
    )


def paykun_mobile(rng: random.Random, number: int) -> Template:
    keys = paykun_keys(rng)
    body: dict[str, Any] = {
        "merchant_id": keys["merchant_id"],
        "access_token": keys["access_token"],
        "customer_name": rng.choice(LATIN_FIRST) + " " + rng.choice(("Rao", "Peña", "O'Brien & Co")),
        "customer_email": email(rng),
        "customer_phone": "9999999999",
        "product_name": REMARKS[number % len(REMARKS)],
        "order_no": text_of(rng, "0123456789", 12),
        "amount": f"{rng.randrange(10, 9000)}.00" if number % 3 else rng.randrange(10, 9000),
        "package_name": "com.example.shop",
        "timestamp": str(1700000000000 + rng.randrange(10**11)),
    }
    if number % 2:
        body["currency"] = "INR"
    if number % 4 == 1:
        body |= {"udf_1": "", "udf_2": "0"}
    if number % 5 == 3:
        body |= {"9": "nine", "4": "four"}
    body["signature"] = MARK
    style = "spaced" if number % 4 == 2 else "compact"
    headers = [["Content-Type", "application/json; charset=utf-8"]]
    return Template(
        "paykun.mobile",
        "POST",
        "/v2/order/create",
        headers,
        encode_json(body, style),
        "json",
        keys,
        compact=style == "compact",
        names=["package_name", "timestamp", "currency"],
    )


def plural_order(rng: random.Random, number: int) -> dict[str, Any]:
    order = f"v1-{rng.randrange(240101000000, 261231000000)}-aa-{text_of(rng, 'ABCDEFabcdef012345', 6)}"
    data: dict[str, Any] = {
        "order_id": order,
        "merchant_order_reference": f"ref_{rng.randrange(10**6)}",
        "type": "CHARGE",
        "status": rng.choice(("PROCESSED", "AUTHORIZED", "ATTEMPTED")),
        "callback_url": "https://shop.example/return?x=1&y=2",
        "order_amount": {"value": rng.randrange(100, 10**6), "currency": "INR"},
        "pre_auth": rng.choice((True, False)),
        "purchase_details": {
            "customer": {
                "first_name": rng.choice(LATIN_FIRST),
                "last_name": rng.choice(LAST),
                "email_id": email(rng),
            },
            "merchant_metadata": {} if number % 2 else {"key1": "", "note": "it's <new> & free"},
        },
        "refunds": [],
        "created_at": "2026-05-09T10:11:12.345Z",
    }
    if number % 3 == 1:
        data["merchant_metadata"] = {"10": "ten", "2": "two", "b": "x"}
    return data


def plural_webhook(rng: random.Random, number: int) -> Template:
    keys = plural_keys(rng, number)
    body = encode_json(
        {"event_type": "ORDER_PROCESSED", "data": plural_order(rng, number)},
        ("compact", "spaced", "compact", "crlf")[number % 4],
    )
    if number % 4 == 2:
        body = body.replace('"refunds":[]', '"rate":12.50,"refunds":[]')
    if number % 5 == 4:
        body += "\n"
    stamp = 1700000000 + rng.randrange(10**8)
    ident = "msg_" + text_of(rng, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 27)
    older = "msg_" + text_of(rng, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 27)
    offset = RETRY_OFFSETS_S[number % len(RETRY_OFFSETS_S)]
    headers = [
        ["Content-Type", "application/json"],
        ["webhook-id", ident],
        ["webhook-timestamp", str(stamp)],
        ["webhook-signature", MARK],
    ]
    return Template(
        "plural.webhook",
        "POST",
        "/hooks/plural",
        headers,
        body,
        "header",
        keys,
        earlier=[["webhook-id", older], ["webhook-timestamp", str(stamp - offset)]],
        compact=number % 2 == 0,
    )


def plural_callback(rng: random.Random, number: int) -> Template:
    keys, order = plural_keys(rng, number), plural_order(rng, number)
    pairs = [("order_id", order["order_id"]), ("status", order["status"])]
    if number % 2:
        pairs = [
            ("status", "FAILED"),
            ("order_id", order["order_id"]),
            (
                "error_message",
                rng.choice(("Consumer Authentication required", "Bank's system down / retry", "Échec")),
            ),
            ("error_code", "USER_AUTHENTICATION_FAILED"),
        ]
    if number % 3 == 1:
        pairs += [
            ("orderReference", f"ref {rng.randrange(10**5)}/a+b"),
            ("Remark", "  " + rng.choice(("Café & crème", "50% <off>")) + " "),
            ("installments", "0"),
            ("coupon", ""),
        ]
    names = [name for name, value in pairs if value and name != "order_id"]
    pairs.append(("signature", MARK))
    if number % 4 == 2:
        target = "/return?" + form(pairs)
        return Template("plural.callback", "GET", target, [], "", "form", keys, names=names)
    target = "/return?shop=7&utm=mail" if number % 4 == 3 else "/return"
    headers = [["Content-Type", "application/x-www-form-urlencoded"]]
    return Template("plural.callback", "POST", target, headers, form(pairs), "form", keys, names=names)


def plural_v2_xverify(rng: random.Random, number: int) -> Template:
    keys = plural_keys(rng, number)
    inner = {
        "merchant_data": {
            "merchant_id": int(keys["merchant_id"]),
            "merchant_access_code": text_of(rng, "abcdef0123456789", 16),
            "merchant_return_url": "https://shop.example/return?x=1",
            "unique_merchant_txn_id": f"txn_{rng.randrange(10**9)}",
        },
        "payment_data": {"amount_in_paisa": rng.randrange(100, 10**6)},
        "txn_data": {"navigation_mode": 2, "payment_mode": "1,3,4", "transaction_type": 1},
        "customer_data": {
            "first_name": rng.choice(FIRST),
            "last_name": rng.choice(LAST),
            "email_id": email(rng),
            "address": "",
            "notes": "isn't < 5 & > 1",
            "extra": {},
        },
    }
    encoded = base64.b64encode(encode_json(inner, "compact").encode()).decode()
    headers = [["Content-Type", "application/json"], ["X-VERIFY", MARK]]
    body = encode_json({"request": encoded}, "spaced" if number % 3 == 2 else "compact")
    return Template("plural.v2-xverify", "POST", "/api/v2/accept/payment", headers, body, "header", keys)


def plural_v2_xverify_webhook(rng: random.Random, number: int) -> Template:
    keys = plural_keys(rng, number)
    ascii_only = number % 3 == 0
    record: dict[str, Any] = {
        "unique_merchant_txn_id": f"txn_{rng.randrange(10**9)}",
        "pine_pg_transaction_id": text_of(rng, "123456789", 7),
        "amount_in_paisa": str(rng.randrange(100, 10**6)),
        "payment_status": "CAPTURED",
        "customer_name": "Asha Rao" if ascii_only else rng.choice(FIRST) + " Peña",
        "product": "A4 pads" if ascii_only else "pads 1/2 <b> & 'c'",
        "mobile_no": "",
        "acquirer_name": "HDFC",
        "bank": {},
        "refund_amount": 0,
    }
    body = encode_json(
        {"event_name": "payment.captured", "merchant_response": record}, "spaced" if ascii_only else "compact"
    )
    headers = [["Content-Type", "application/json"], ["X-verify", MARK]]
    return Template(
        "plural.v2-xverify-webhook",
        "POST",
        "/hooks/pinepg",
        headers,
        body,
        "header",
        keys,
        compact=not ascii_only,
    )


def plural_v2_kv(rng: random.Random, number: int) -> Template:
    keys = plural_keys(rng, number)
    if number % 2:  # inquiry, capture, refund
        pairs = [
            ("ppc_MerchantID", keys["merchant_id"]),
            ("ppc_MerchantAccessCode", text_of(rng, "abcdef0123456789", 16)),
            ("ppc_PinePGTxnStatus", "4"),
            ("ppc_TransactionType", "3"),
            ("ppc_UniqueMerchantTxnID", f"txn_{rng.randrange(10**9)}"),
            ("ppc_Parent_TxnStatus", "0"),
            ("ppc_ParentTxnResponseCode", "1"),
            ("ppc_Parent_TxnResponseMessage", rng.choice(("SUCCESS", "Café & bar"))),
            ("ppc_Amount", str(rng.randrange(100, 10**6))),
            ("ppc_CustomerName", rng.choice(LATIN_FIRST) + " " + rng.choice(("Rao", "Peña"))),
            ("ppc_UdfField1", " padded " if number % 3 else ""),
            ("ppc_ReturnURL", "https://shop.example/r?a=1"),
        ]
        secret, kind = "ppc_DIA_SECRET", "ppc_DIA_SECRET_TYPE"
    else:
        pairs = [
            ("unique_merchant_txn_id", f"txn_{rng.randrange(10**9)}"),
            ("payment_status", "CAPTURED"),
            ("Acquirer_Response_Code", "00"),
            ("acquirer_name", rng.choice(("HDFC", "Crédit & Co", "Axis / 50%"))),
            ("mobile_no", rng.choice(("", "+919999999999"))),
            ("amount_in_paisa", str(rng.randrange(100, 10**6))),
            ("refund_amount_in_paisa", "0"),
            ("payment_response_code", "1"),
            ("message", "TXN <ok>, isn't it"),
        ]
        if number % 4 == 2:
            pairs += [(f"udf_field_{i}", text_of(rng, "abc 123", 9).strip() or "x") for i in range(1, 45)]
        if number % 8 == 4:
            pairs += [("12", "twelve"), ("3", "three")]
        secret, kind = "dia_secret", "dia_secret_type"
    rng.shuffle(pairs)
    names = rng.sample([name for name, value in pairs if value], 3)
    pairs += [(kind, "SHA256"), (secret, MARK)]
    target = "/api/PG/V2" if number % 2 else "/return"
    if number % 4 == 0:
        target += "?session=9f"
    headers = [["Content-Type", "application/x-www-form-urlencoded"]]
    return Template("plural.v2-kv", "POST", target, headers, form(pairs), "form", keys, names=names)


def paykun_checkout(rng: random.Random, number: int) -> Template:
    keys = paykun_keys(rng)
    fields = {
        "order_no": text_of(rng, "0123456789", 12),
        "product_name": rng.choice(("Café crème", "Widget № 5", "धन्या tea")),
        "amount": f"{rng.randrange(10, 9000)}.00",
        "currency": "INR",
        "success_url": "https://shop.example/payment_success",
        "failure_url": "https://shop.example/payment_failed",
        "customer_name": rng.choice(FIRST) + " Rao",
        "customer_email": f"buyer{rng.randrange(99)}@example.com",
        "customer_phone": "9999999999",
    }
    if number % 2:
        fields |= {"udf_1": f"ref-{rng.randrange(10**6)}"}
    pairs = [
        ("encrypted_request", MARK),
        ("merchant_id", keys["merchant_id"]),
        ("access_token", keys["access_token"]),
    ]
    headers = [["Content-Type", "application/x-www-form-urlencoded"]]
    iv = base64.b64encode(rng.randbytes(16)).decode()
    return Template(
        "paykun.checkout",
        "POST",
        "/payment",
        headers,
        form(pairs),
        "form",
        keys,
        inputs={"fields": fields, "iv_base64": iv},
    )


MAKERS = {
    "paykun.request": paykun_request,
    "paykun.response": paykun_response,
    "paykun.webhook": paykun_webhook,
    "paykun.mobile": paykun_mobile,
    "plural.webhook": plural_webhook,
    "plural.callback": plural_callback,
    "plural.v2-xverify": plural_v2_xverify,
    "plural.v2-xverify-webhook": plural_v2_xverify_webhook,
    "plural.v2-kv": plural_v2_kv,
    "paykun.checkout": paykun_checkout,
}


def pool(scheme: str, seed: int, count: int) -> list[Template]:
    """Give `count` messages of a scheme; the same ones for the same seed."""
    rng = random.Random(f"{seed}/{scheme}")
    return [MAKERS[scheme](rng, number) for number in range(count)]
