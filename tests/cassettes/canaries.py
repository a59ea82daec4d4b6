"""Traffic full of secrets and personal data that must not be written, with keys of their own."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote, urlencode

from payproof.cassettes.redaction.redact import Policy, Redactor
from payproof.model import Interaction, Message
from payproof.signing import Envelope, Keys, Recipe, scheme_for, seal, sign_message
from payproof.spec import Spec, load
from payproof.spec.testbed import load_testbed

OPENAPI = Path(__file__).parents[2] / "openapi"
PAYKUN = load(OPENAPI / "paykun")
TEST_KEYS = dict(load_testbed(OPENAPI / "paykun" / "testbed.yaml").merchants["main"])
REAL = {
    "merchant_id": "835162940718253",
    "access_token": "C4F7E1A90B6D2358C4F7E1A90B6D2359",
    "encryption_key": "7D1E9A3C5B8F2046E7D1A3C95B8F2047",
}
REAL_KEYS = Keys.of(REAL)
#: Every value here has to be gone; each comes up in several places and encodings.
CANARIES = {
    "email": "saraswati.venkat+pk@realmail.co.in",
    "phone": "+91 98453 17264",
    "plain_phone": "9845317264",
    "name": "Saraswati Venkataraman",
    "card": "5264190112345672",
    "spaced_card": "4539 5787 6362 1486",
    "upi": "saraswati.v@okhdfcbank",
    "address": "14B Lavelle Road, Bengaluru",
    "accented": "Zoë Brontë-Iyer",
    "cookie": "sess-91bd77e0a4",
    "unknown": "PAN ABCPV1234K",
    "cvv_context": "Basic c2FyYTpodW50ZXIy",
}
SECRET = bytes(range(32))


def redactor(*, keys: bool = True, unknown: str = "personal", spec: Spec | None = PAYKUN) -> Redactor:
    return Redactor(
        Policy(spec, TEST_KEYS, SECRET, REAL if keys else None, unknown)  # type: ignore[arg-type]
    )


def recipe(operation: str, part: str, switches: dict[str, str] | None = None) -> Recipe:
    holder = PAYKUN.webhooks[operation] if part == "webhook" else PAYKUN.operations[operation]
    found = scheme_for(PAYKUN, holder, part, switches)
    assert isinstance(found, Recipe)
    return found


def transaction(keys: Keys = REAL_KEYS) -> Message:
    """Give a signed status reply about a person."""
    held = {
        "payment_id": "88253-41453-72735-05391",
        "merchant_email": CANARIES["email"],
        "merchant_id": REAL["merchant_id"],
        "status": "Success",
        "status_flag": 1,
        "payment_mode": "WALLET",
        "order": {
            "order_id": "15707057419885",
            "product_name": f"Gift for {CANARIES['name']}",
            "gross_amount": 11,
            "gateway_fee": 0.22,
            "tax": 0.04,
        },
        "customer": {
            "name": CANARIES["name"],
            "email_id": CANARIES["email"],
            "mobile_no": CANARIES["plain_phone"],
        },
        "shipping": dict.fromkeys(("address", "city", "state", "country", "pincode")),
        "billing": {
            "address": CANARIES["address"],
            "city": None,
            "state": None,
            "country": None,
            "pincode": None,
        },
        "custom_field_1": base64.b64encode(CANARIES["email"].encode()).decode(),
        "custom_field_2": json.dumps({"who": CANARIES["accented"], "card": CANARIES["card"]}),
        "custom_field_3": quote(f"mail={CANARIES['email']}&tel={CANARIES['phone']}", safe=""),
        "custom_field_4": CANARIES["name"][::-1],
        "custom_field_5": CANARIES["plain_phone"].encode().hex(),
        "date": "1581769083",
        "internal_note": CANARIES["unknown"],
        "debug": {"upi": CANARIES["upi"], "pan": CANARIES["spaced_card"], "n": 5264190112345672},
    }
    body = {"status": True, "data": {"message": f"Found {CANARIES['upi']}", "transaction": held}}
    headers = (
        ("Content-Type", "application/json"),
        ("Set-Cookie", f"sid={CANARIES['cookie']}; Path=/"),
        ("X-Trace", CANARIES["email"]),
    )
    return sign_message(
        recipe("getTransaction", "response"), Message("", "", headers, json.dumps(body).encode(), 200), keys
    )


def credentials() -> tuple[tuple[str, str], ...]:
    return (
        ("Host", "api.paykun.com"),
        ("MerchantId", REAL["merchant_id"]),
        ("AccessToken", REAL["access_token"]),
        ("Cookie", CANARIES["cookie"]),
        ("Authorization", CANARIES["cvv_context"]),
    )


def status_call() -> Interaction:
    target = "https://api.paykun.com/v1/merchant/transaction/88253-41453-72735-05391"
    return Interaction(Message("GET", target, credentials()), transaction(), started_s=1795229754.0)


def listing() -> Interaction:
    """Give a signed query that holds an e-mail address."""
    query = urlencode(
        {"page_number": 1, "limit": 10, "customer_email": CANARIES["email"], "ref": CANARIES["unknown"]}
    )
    target = f"https://api.paykun.com/v1/merchant/orders/0000000030?{query}"
    request = sign_message(
        recipe("listOrderTransactions", "request"), Message("GET", target, credentials()), REAL_KEYS
    )
    errors = {"errorMessage": f"no orders of {CANARIES['email']}", "errorCode": "dataNotFound"}
    body = json.dumps({"status": False, "errors": errors}).encode()
    return Interaction(request, Message("", "", (("Content-Type", "application/json"),), body, 400))


def link(switches: dict[str, str] | None = None) -> Interaction:
    """Give a signed body about a person, with a boolean in it."""
    body = {
        "amount": 100,
        "currency": "INR",
        "payment_for": f"call {CANARIES['phone']}",
        "for_single_customer": True,
        "customer_email": CANARIES["email"],
        "customer_mono": CANARIES["plain_phone"],
        "customer_fname": "Saraswati",
        "customer_lname": "Venkataraman",
        "notify_by_email": False,
        "notify_by_sms": False,
        "can_expire": False,
        "expiry_date": "",
        "receipt_no": CANARIES["card"],
        "note": f"card {CANARIES['spaced_card']}",
    }
    headers = (*credentials(), ("Content-Type", "application/json"))
    message = Message(
        "POST",
        "https://api.paykun.com/v1/merchant/payment/link/create",
        headers,
        json.dumps(body, ensure_ascii=False).encode(),
    )
    signed = sign_message(recipe("createPaymentLink", "request", switches), message, REAL_KEYS)
    answer = f"<html>Sorry {CANARIES['name']}, {CANARIES['email']}</html>".encode()
    return Interaction(signed, Message("", "", (("Content-Type", "text/html"),), answer, 502))


def checkout() -> Interaction:
    """Give an encrypted request."""
    envelope = scheme_for(PAYKUN, PAYKUN.operations["openCheckout"], "request")
    assert isinstance(envelope, Envelope)
    fields = [
        ("order_no", "15707057419885"),
        ("product_name", "Gift"),
        ("amount", "100"),
        ("customer_name", CANARIES["name"]),
        ("customer_email", CANARIES["email"]),
        ("customer_phone", CANARIES["plain_phone"]),
        ("success_url", f"https://shop.example/ok?who={quote(CANARIES['email'])}"),
        ("failure_url", "https://shop.example/no"),
        ("mystery", CANARIES["unknown"]),
    ]
    sealed = seal(envelope, fields, REAL_KEYS, iv=bytes(16)).text
    form = {
        "encrypted_request": sealed,
        "merchant_id": REAL["merchant_id"],
        "access_token": REAL["access_token"],
    }
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "1"))
    request = Message("POST", "https://checkout.paykun.com/payment", headers, urlencode(form).encode())
    page = f"<title>{CANARIES['name']}</title>".encode()
    return Interaction(request, Message("", "", (("Content-Type", "text/html"),), page, 200))


def webhook() -> Interaction:
    inner = json.loads(transaction().body)["data"]["transaction"]
    body = json.dumps({"transaction": {**inner, "signature": ""}}, indent=1).encode()
    message = Message("POST", "https://shop.example/hook", (("Content-Type", "application/json"),), body)
    signed = sign_message(recipe("paymentUpdate", "webhook"), message, REAL_KEYS)
    return Interaction(signed, Message(status=200, body=b"true"), operation="paymentUpdate")


def elsewhere() -> Interaction:
    """Give a request that the spec does not know."""
    body = urlencode({"who": CANARIES["name"], "mail": CANARIES["email"], "vpa": CANARIES["upi"]}).encode()
    headers = (*credentials(), ("Content-Type", "application/x-www-form-urlencoded"))
    target = (
        f"/v9/customers/{quote(CANARIES['email'])}/{CANARIES['plain_phone']}?token={REAL['access_token']}"
    )
    echo = {"echo": base64.b64encode(f"x{CANARIES['name']}y{REAL['encryption_key']}".encode()).decode()}
    answer = Message("", "", (("Content-Type", "application/json"),), json.dumps(echo).encode(), 404)
    return Interaction(Message("PUT", target, headers, body), answer)


def all_traffic() -> list[Interaction]:
    return [status_call(), listing(), link(), checkout(), webhook(), elsewhere()]
