"""The vectors of paykun.request: S1-S4 and S6 of the reference, tampering, and what values trip over."""

from __future__ import annotations

from collections.abc import Iterator

from byhand import (
    PAYKUN_KEY,
    Rows,
    form_text,
    hmac_hex,
    json_object,
    message,
    row,
    text_row,
)
from paykun_messages import (
    FORM_HEADERS,
    FORM_ROWS,
    FORMS,
    JSON_HEADERS,
    LINKS,
    PAYMENT_ID,
    QUERIES,
    REFERENCE,
    REFUND,
    REFUNDS,
    link_message,
    link_rows,
    member,
    refund_message,
    sign512,
)
from shapes import Case, tampered

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
