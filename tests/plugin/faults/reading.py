"""Faults in what a client makes of answers, and of there being none."""

# The code of examples keeps the lines it has on the page.
# ruff: noqa: E501

from __future__ import annotations

from tests.plugin.faults.fault import Fault

TRANSACTION = '    reply = shop.get(f"/merchant/transaction/{transaction}").json()\n'
PAID_TEST = """\
@PAYKUN
def test_it(payproof_sandbox):
    failed = payproof_sandbox.role("failed-transaction")["transaction_id"]
    assert not is_paid(Shop(payproof_sandbox), failed), "`status: true` says that a record was found, not paid"
"""
CODE = """\
def call(shop, fields):
    return shop.post(REFUND, shop.signed(fields)).json()["errors"]


"""
CODES_TEST = """\
@PAYKUN
def test_it(payproof_sandbox):
    shop = Shop(payproof_sandbox)
    assert code(call(shop, {"refund_amount": "999999.00", "remarks": "x"})) == "refundNotAllowed"
    missing = code(call(shop, {"refund_amount": "", "remarks": "x"}))
    assert missing == "validationError"
"""
MENDED_CODE = (
    CODE + "def code(errors):\n    first = errors[0] if isinstance(errors, list) else errors\n"
    '    return first["errorCode"]'
)
# An empty amount is a fault of its own; here it is how a validation error is asked for.
CODES_TEST = CODES_TEST.replace("@PAYKUN\n", '@pytest.mark.payproof("paykun", allow=["request-schema"])\n')
TRUST_TEST = """\
@pytest.mark.payproof("paykun", defects=["stale-response-signature"], allow=["response-signature-wrong"])
def test_it(payproof_sandbox):
    with pytest.raises(ValueError):
        status(Shop(payproof_sandbox), "88253-41453-72735-05390")
"""
STATUS = (
    'def status(shop, transaction):\n    reply = shop.get(f"/merchant/transaction/{transaction}").json()\n'
)
RETRY_TEST = """\
@pytest.mark.payproof("paykun", fail_on="warning")
def test_it(payproof_sandbox):
    payproof_sandbox.fail_next("refund", kind="truncate")
    call(Shop(payproof_sandbox))
"""
RETRY = """\
def call(shop):
    body = shop.signed({"refund_amount": "1.50", "remarks": "broken"})
    for _ in range(2):
        try:
            return shop.post(REFUND, body)
        except requests.RequestException:
            %s
"""
LATE_TEST = """\
@PAYKUN
def test_it(payproof_sandbox, payproof_webhook):
    orders = {}
    for status in ("Failed", "Success"):
        payproof_webhook(status=status).to(lambda body: update(orders, json.loads(body)["transaction"]))
    assert list(orders.values()) == ["Success"], "a payment that failed can succeed hours later"
"""
PAGES_TEST = """\
@PAYKUN
def test_it(payproof_sandbox):
    shop = Shop(payproof_sandbox)
    found = attempts(shop, payproof_sandbox.role("paged-order")["order_id"])
    assert len(found) == 12, "one order can have several pages of attempts"
"""
PAGE = """\
def page(shop, order, number):
    rows = {"page_number": number, "limit": 10}
    rows["signature"] = sign(shop.keys["encryption_key"], rows.values())
    return shop.get(f"/merchant/orders/{order}", rows).json()["data"]


"""
UNKNOWN_TEST = """\
@PAYKUN
def test_it(payproof_sandbox):
    unknown = payproof_sandbox.role("unknown-transaction")["transaction_id"]
    assert find(Shop(payproof_sandbox), unknown) is None, "an unknown id is answered with 400, not 404"
"""
FIND = 'def find(shop, transaction):\n    reply = shop.get(f"/merchant/transaction/{transaction}")\n'
READING = (
    Fault(
        "status-true-means-paid",
        "`status: true` of the envelope is taken for paid",
        f'def is_paid(shop, transaction):\n{TRANSACTION}    return reply["status"]',
        f'def is_paid(shop, transaction):\n{TRANSACTION}    return reply["data"]["transaction"]["status"] == "Success"',
        "not paid",
        PAID_TEST,
    ),
    Fault(
        "errors-always-an-object",
        "`errors` is read as an object, which validation errors are not",
        CODE + 'def code(errors):\n    return errors["errorCode"]',
        MENDED_CODE,
        '"errors":[{',
        CODES_TEST,
    ),
    Fault(
        "errors-always-a-list",
        "`errors` is read as a list, which refusals are not",
        CODE + 'def code(errors):\n    return errors[0]["errorCode"]',
        MENDED_CODE,
        '"errors":{',
        CODES_TEST,
    ),
    Fault(
        "reply-not-verified",
        "A signed reply is believed without looking at its signature",
        STATUS + '    return reply["data"]["transaction"]["status"]',
        STATUS
        + '    found = reply["data"]["transaction"]\n    given, texts = found.pop("signature"), []\n'
        + "    for one in found.values():\n"
        + "        texts += one.values() if isinstance(one, dict) else [one]\n"
        + '    if not hmac.compare_digest(given, sign(shop.keys["encryption_key"], texts)):\n'
        + '        raise ValueError("the reply is forged")\n    return found["status"]',
        "DID NOT RAISE",
        TRUST_TEST,
    ),
    Fault(
        "refund-repeated-blindly",
        "A refund whose answer got lost is sent again at once",
        RETRY % "continue",
        RETRY
        % 'shop.get(f"/merchant/transaction/{TRANSACTION}")\n            return None  # for a person to decide',
        "write-repeated-blindly",
        RETRY_TEST,
    ),
    Fault(
        "no-late-authorisation",
        "Failed is taken for final",
        'def update(orders, paid):\n    orders.setdefault(paid["payment_id"], paid["status"])',
        'def update(orders, paid):\n    if orders.get(paid["payment_id"]) != "Success":\n'
        '        orders[paid["payment_id"]] = paid["status"]',
        "can succeed hours later",
        LATE_TEST,
    ),
    Fault(
        "first-page-only",
        "Only the first page of a list is read",
        PAGE + 'def attempts(shop, order):\n    return page(shop, order, 1)["orders"]',
        PAGE
        + "def attempts(shop, order):\n    found, number, last = [], 0, False\n    while not last:\n"
        + '        number += 1\n        data = page(shop, order, number)\n        found += data["orders"]\n'
        + '        last = data["is_last"]\n    return found',
        "several pages",
        PAGES_TEST,
    ),
    Fault(
        "waits-for-404",
        "An unknown transaction is expected to answer 404",
        FIND
        + '    return None if reply.status_code == 404 else reply.json().get("data", "an error taken for data")',
        FIND + '    return reply.json()["data"] if reply.status_code == 200 else None',
        "400, not 404",
        UNKNOWN_TEST,
    ),
)
