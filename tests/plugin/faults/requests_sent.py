"""Faults in what a client sends."""

# The code of examples keeps the lines it has on the page.
# ruff: noqa: E501

from __future__ import annotations

from tests.plugin.faults.fault import Fault


def link(change: str) -> str:
    return (
        f"def call(shop):\n    fields = {{**LINK_FIELDS, {change}}}\n    shop.post(LINK, shop.signed(fields))"
    )


def refund(fields: str) -> str:
    return f"def call(shop):\n    shop.post(REFUND, shop.signed({fields}))"


def query(rows: str, path: str = "/merchant/orders/0000000030") -> str:
    head = f"def call(shop):\n    rows = {rows}\n"
    sign = '    rows["signature"] = sign(shop.keys["encryption_key"], rows.values())\n'
    return head + sign + f'    shop.get("{path}", rows)'


GOOD_REFUND = refund('{"refund_amount": "1.50", "remarks": "broken"}')
GOOD_QUERY = query('{"page_number": 1, "limit": 10}')
GOOD_LINK = link('"note": ""')
SHAPES = (
    Fault(
        "wrong-verb",
        "A refund is sent with another verb",
        'def call(shop):\n    shop.post(REFUND, shop.signed({"refund_amount": "1.50", "remarks": "x"}), method="PUT")',
        GOOD_REFUND,
        "PUT is not documented for this path",
    ),
    Fault(
        "wrong-path",
        "A path that looks right but is not documented",
        'def call(shop):\n    shop.post(REFUND + "s", shop.signed({"refund_amount": "1.50", "remarks": "x"}))',
        GOOD_REFUND,
        "no operation has this path",
    ),
    Fault(
        "base-path-forgotten",
        "The host is swapped and its base path lost",
        'def call(shop):\n    shop.base = shop.base.removesuffix("/v1")\n'
        '    shop.post("/v1" * 0 + REFUND, shop.signed({"refund_amount": "1.50", "remarks": "x"}))',
        GOOD_REFUND,
        "no operation has this path",
    ),
    Fault(
        "amount-as-float",
        "The refund's amount is a number where text is documented",
        refund('{"refund_amount": 1.5, "remarks": "broken"}'),
        GOOD_REFUND,
        "1.5 is not of type 'string'",
    ),
    Fault(
        "amount-as-text",
        "The link's amount is text where a number is documented",
        link('"amount": "250.5"'),
        GOOD_LINK,
        "'250.5' is not of type 'number'",
    ),
    Fault(
        "boolean-as-text",
        "A boolean is sent as the word",
        link('"can_expire": "false"'),
        GOOD_LINK,
        "'false' is not of type 'boolean'",
    ),
    Fault(
        "empty-field-left-out",
        "A field that must be present even when it is empty is left out",
        "def call(shop):\n    fields = {name: one for name, one in LINK_FIELDS.items() if one != ''}\n"
        "    shop.post(LINK, shop.signed(fields))",
        GOOD_LINK,
        "'note' is a required property",
    ),
    Fault(
        "null-for-empty",
        "null is sent where empty text is documented",
        link('"customer_email": None'),
        GOOD_LINK,
        "None is not of type 'string'",
    ),
    Fault(
        "customer-without-details",
        "A link for one customer names no customer",
        link('"for_single_customer": True'),
        link(
            '"for_single_customer": True, "customer_email": "a@b.example", "customer_mono": "9000000001", '
            '"customer_fname": "Asha", "customer_lname": "Rao"'
        ),
        "/customer_email",
    ),
    Fault(
        "notifies-nobody",
        "A link notifies by e-mail although it is for anyone",
        link('"notify_by_email": True'),
        GOOD_LINK,
        "/for_single_customer",
    ),
    Fault(
        "expiry-in-iso-form",
        "The expiry date is written as ISO 8601",
        link('"can_expire": True, "expiry_date": "2030-07-15T18:30:00"'),
        link('"can_expire": True, "expiry_date": "15-07-2030 18:30:00"'),
        "/expiry_date",
    ),
    Fault(
        "expiry-left-empty",
        "A link can expire and says not when",
        link('"can_expire": True'),
        link('"can_expire": True, "expiry_date": "15-07-2030 18:30:00"'),
        "/expiry_date",
    ),
    Fault(
        "page-number-missing",
        "The list is asked for with another name for the page",
        query('{"page": 1, "limit": 10}'),
        GOOD_QUERY,
        "the query parameter 'page_number' is missing",
    ),
    Fault(
        "limit-too-large",
        "More records are asked for than a page can have",
        query('{"page_number": 1, "limit": 500}'),
        GOOD_QUERY,
        "500 is greater than the maximum of 100",
    ),
    Fault(
        "token-missing",
        "A request lacks its access token",
        'def call(shop):\n    del shop.headers["AccessToken"]\n    shop.get(f"/merchant/transaction/{TRANSACTION}")',
        'def call(shop):\n    shop.get(f"/merchant/transaction/{TRANSACTION}")',
        "the header AccessToken is missing",
    ),
    Fault(
        "header-misspelt",
        "The merchant's id travels under another name",
        'def call(shop):\n    shop.headers["Merchant-Id"] = shop.headers.pop("MerchantId")\n'
        '    shop.get(f"/merchant/transaction/{TRANSACTION}")',
        'def call(shop):\n    shop.get(f"/merchant/transaction/{TRANSACTION}")',
        "the header MerchantId is missing",
    ),
    Fault(
        "body-as-text",
        "JSON is sent without saying that it is JSON",
        'def call(shop):\n    body = shop.signed({"refund_amount": "1.50", "remarks": "x"})\n'
        '    headers = {**shop.headers, "Content-Type": "text/plain"}\n'
        "    requests.post(shop.base + REFUND, data=json.dumps(body), headers=headers, timeout=5)",
        GOOD_REFUND,
        "text/plain",
    ),
)
