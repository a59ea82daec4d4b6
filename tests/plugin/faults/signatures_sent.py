"""Faults in how a client signs."""

# The code of examples keeps the lines it has on the page.
# ruff: noqa: E501

from __future__ import annotations

from tests.plugin.faults.fault import Fault
from tests.plugin.faults.requests_sent import GOOD_LINK, GOOD_QUERY, GOOD_REFUND


def signing(expression: str) -> str:
    return (
        "def call(shop):\n"
        '    key, fields = shop.keys["encryption_key"], {"refund_amount": "1.50", "remarks": "broken lamp"}\n'
        f"    signature = {expression}\n"
        '    shop.post(REFUND, {**fields, "signature": signature})'
    )


TEXT = '("".join(f"{one}|" for one in fields.values()) + "#")'
WRONG = "request-signature-wrong"
SIGNATURES = (
    Fault(
        "signed-in-another-order",
        "Values are signed in another order than they are sent in",
        signing("sign(key, [fields[name] for name in sorted(fields, reverse=True)])"),
        GOOD_REFUND,
        "in reverse order",
    ),
    Fault(
        "terminator-forgotten",
        "The hash sign at the end of the text is forgotten",
        signing(
            'hmac.digest(key.encode(), "".join(f"{one}|" for one in fields.values()).encode(), "sha512").hex()'
        ),
        GOOD_REFUND,
        "the last character of the text cut off",
    ),
    Fault(
        "joined-between",
        "The bar stands between values only, not after the last",
        signing('hmac.digest(key.encode(), ("|".join(fields.values()) + "#").encode(), "sha512").hex()'),
        GOOD_REFUND,
        "no separator after the last value",
    ),
    Fault(
        "other-hash",
        "SHA-256 is used where SHA-512 is documented",
        signing(f'hmac.digest(key.encode(), {TEXT}.encode(), "sha256").hex()'),
        GOOD_REFUND,
        "the cause: HMAC with SHA-256",
    ),
    Fault(
        "plain-hash",
        "A plain hash with the key appended instead of an HMAC",
        signing(f"hashlib.sha512({TEXT}.encode() + key.encode()).hexdigest()"),
        GOOD_REFUND,
        "plain SHA-512 of the text with the key appended",
    ),
    Fault(
        "key-decoded",
        "The key is decoded from hex where its text is the key",
        signing(f'hmac.digest(bytes.fromhex(key), {TEXT}.encode(), "sha512").hex()'),
        GOOD_REFUND,
        "the key hex-decoded",
    ),
    Fault(
        "other-credential-as-key",
        "The access token is used as the key",
        signing('sign(shop.keys["access_token"], fields.values())'),
        GOOD_REFUND,
        "the access token as the key",
    ),
    Fault(
        "names-signed-too",
        "Names are signed with the values",
        signing(
            'hmac.digest(key.encode(), ("".join(f"{name}={one}|" for name, one in fields.items()) + "#").encode(),'
            ' "sha512").hex()'
        ),
        GOOD_REFUND,
        "name=value in place of the values alone",
    ),
    Fault(
        "base64-for-hex",
        "The signature travels as Base64",
        signing(f'base64.b64encode(hmac.digest(key.encode(), {TEXT}.encode(), "sha512")).decode()'),
        GOOD_REFUND,
        "Base64 in place of lower-case hex",
    ),
    Fault(
        "upper-case-hex",
        "The signature travels in upper case",
        signing("sign(key, fields.values()).upper()"),
        GOOD_REFUND,
        "upper-case hex in place of lower-case hex",
    ),
    Fault(
        "booleans-as-python",
        "Booleans are signed as Python prints them",
        "def call(shop):\n"
        '    key, texts = shop.keys["encryption_key"], [str(one) for one in LINK_FIELDS.values()]\n'
        '    shop.post(LINK, {**LINK_FIELDS, "signature": sign(key, texts)})',
        GOOD_LINK,
        "as Python's str() prints them",
    ),
    Fault(
        "changed-after-signing",
        "The amount is rounded after signing",
        'def call(shop):\n    body = shop.signed({"refund_amount": "1.499", "remarks": "broken"})\n'
        '    shop.post(REFUND, {**body, "refund_amount": "1.50"})',
        GOOD_REFUND,
        WRONG,
    ),
    Fault(
        "unsigned",
        "A refund is not signed at all",
        'def call(shop):\n    shop.post(REFUND, {"refund_amount": "1.50", "remarks": "broken"})',
        GOOD_REFUND,
        "request-signature-missing",
    ),
    Fault(
        "query-signed-in-another-order",
        "The query's values are signed in another order than they stand in the URL",
        'def call(shop):\n    rows = {"page_number": 3, "limit": 10}\n'
        '    signature = sign(shop.keys["encryption_key"], [10, 3])\n'
        '    shop.get("/merchant/orders/0000000030", {**rows, "signature": signature})',
        GOOD_QUERY,
        "sign the fields in the order they are sent",
    ),
)
