"""The Plural vectors: the official webhook one first, then ours for every scheme."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from byhand import Rows, base64_text, bytes_member, form_text, hmac_hex, json_object, message, pairs_text
from shapes import ABSENT, Case, Shape, Signed, tampered

OFFICIAL = "developer.pluralonline.com/docs/webhook-signature-verification; read 2026-11-20"
REFERENCE = "facts on Plural, 3.3 and 4; read 2026-11-20"
OURS = "this project, invented values"
HEX_KEY = "00112233445566778899aabbccddeeff"
FORM = [["Content-Type", "application/x-www-form-urlencoded"]]
JSON = [["Content-Type", "application/json"]]
EVENT = (
    '{"event_type":"ORDER_PROCESSED","data":{"order_id":"v1-240101000000-aa-Ab12Cd","status":"PROCESSED"}}'
)
NOW_S = 1700000000


def webhook_sign(key: bytes, text: bytes) -> Signed:
    made = bytes.fromhex(hmac_hex(key, text, "sha256"))
    return [made.hex()], "v1," + base64_text(made)


def webhook_case(
    name: str,
    comment: str,
    *,
    secret: str = "plural-test-secret",
    id_: str | None = "msg_test0001",
    time: str | None = str(NOW_S),
    body: str | bytes = EVENT,
    carried: Any = None,
    signed_body: str | bytes | None = None,
    headers: list[list[str]] | None = None,
    result: str = "valid",
    reason: str = "",
    flags: tuple[str, ...] = (),
    now_s: float | None = NOW_S,
    source: str = OURS,
    form: str = "text",
) -> Case:
    """Give one case over `id.timestamp.body`; `carried` None is the right signature of what is sent."""
    raw = body.encode() if isinstance(body, str) else body
    key = secret.encode() if form == "text" else base64.b64decode(secret)
    text = b".".join([(id_ or "").encode(), (time or "").encode(), raw])
    covered = text if signed_body is None else text[: len(text) - len(raw)] + _bytes(signed_body)
    right = webhook_sign(key, covered)[1]
    sent = list(JSON)
    sent += [] if id_ is None else [["webhook-id", id_]]
    sent += [] if time is None else [["webhook-timestamp", time]]
    given = right if carried is None else carried(right) if callable(carried) else carried
    sent += [] if given is ABSENT else [["webhook-signature", given]]
    made: Case = {
        "id": f"webhook/{name}",
        "comment": comment,
        "key": {"webhook_secret": secret},
        "message": message("POST", "/payments/plural", sent + (headers or []), raw),
    }
    if form != "text":
        made["recipe"] = {"key": {"role": "webhook_secret", "form": form}}
    if id_ is not None and time is not None:
        made |= bytes_member("canonical", text)
        if "canonical" in made:
            parts = [["header webhook-id", id_], ["header webhook-timestamp", time], ["body", raw.decode()]]
            made["fields"] = parts
        hashed, signature = webhook_sign(key, text)
        made |= {"key_hex": key.hex(), "digests": hashed, "signature": signature}
    made |= {
        "result": result,
        "reason": reason or ("mismatch" if result == "invalid" else "valid"),
        "flags": sorted(flags),
    }
    if now_s is not None:
        made["now_s"] = now_s
    return {**made, "source": source}


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def webhook_cases() -> Iterator[Case]:
    official: dict[str, Any] = {
        "secret": "abc1234",
        "id_": "msg_2nEfCaUDn9fynC9Kz2upo1QSydl",
        "time": "1728543028",
        "body": '{"payload":"payload"}',
        "now_s": 1728543028,
    }
    yield webhook_case("official", "the documented example", source=OFFICIAL, **official)
    yield webhook_case(
        "official-base64-text-key",
        "the Base64 text of the secret used as the key",
        source=REFERENCE,
        carried="v1,SJZqxPDwHX82b+nKGWp+2eAXZo4ygWnHf0juiYQK95c=",
        result="invalid",
        flags=("WrongKey",),
        **official,
    )
    yield webhook_case("ours", "our own vector", source=REFERENCE)
    yield webhook_case(
        "ours-base64-text-key",
        "our own vector, the Base64 text of the secret used as the key",
        source=REFERENCE,
        carried="v1,iM0aiSOLq6O9NUDBH3RHPnpuON4YROLIu0dSZNQY8IY=",
        result="invalid",
        flags=("WrongKey",),
    )
    yield webhook_case(
        "base64-key",
        "a secret that is given in Base64",
        secret="cGx1cmFsLXRlc3Qtc2VjcmV0",
        form="base64",
        flags=("KeyForm",),
    )
    yield from _webhook_signatures()
    yield from _webhook_bodies()
    yield from _webhook_headers()
    yield from _webhook_times()


def _webhook_signatures() -> Iterator[Case]:
    def wrong(name: str, comment: str, carried: Any, reason: str = "mismatch", *flags: str) -> Case:
        return webhook_case(
            name,
            comment,
            carried=carried,
            result="invalid",
            reason=reason,
            flags=("ModifiedSignature", *flags),
        )

    yield wrong("truncated", "the last character is cut off", lambda right: right[:-1])
    yield wrong("too-long", "a character too many", lambda right: right + "A")
    yield wrong(
        "other-letter-case", "Base64 in the other letter case", lambda right: "v1," + right[3:].swapcase()
    )
    yield wrong("empty", "an empty header", "", "empty-signature", "EmptySignature")
    yield wrong("blank", "a header of spaces", "   ", "empty-signature", "EmptySignature")
    yield wrong("version-only", "nothing after v1,", "v1,")
    yield wrong("missing", "no header", ABSENT, "missing-signature", "MissingSignature")
    yield wrong("no-version", "the version is missing", lambda right: right[3:], "malformed-signature")
    yield wrong(
        "equals-version", "v1= instead of v1,", lambda right: "v1=" + right[3:], "malformed-signature"
    )
    yield wrong("version-2", "another version", lambda right: "v2," + right[3:], "malformed-signature")
    yield wrong(
        "unpadded", "Base64 without its padding", lambda right: right.rstrip("="), "mismatch", "Base64"
    )
    yield wrong(
        "stray-bits",
        "the last letter carries bits that Base64 ignores",
        lambda right: right[:-2] + chr(ord(right[-2]) + 1) + "=",
        "mismatch",
        "Base64",
    )
    yield wrong(
        "url-alphabet",
        "the URL alphabet of Base64",
        lambda right: right.replace("+", "-").replace("/", "_"),
        "mismatch",
        "Base64",
    )
    yield wrong(
        "line-break",
        "a line break inside Base64",
        lambda right: right[:20] + "\n" + right[20:],
        "mismatch",
        "Base64",
    )
    yield wrong(
        "look-alike",
        "a full-width letter",
        lambda right: right[:8] + "Ａ" + right[9:],
        "malformed-signature",
        "LookAlike",
    )
    yield wrong("nul", "a NUL character at the end", lambda right: right + "\0", "mismatch", "Nul")
    yield wrong("hex", "the digest in hex", lambda right: "v1," + base64.b64decode(right[3:]).hex())
    wrong_one = "v1," + base64_text(bytes(32))
    yield webhook_case(
        "two-signatures",
        "the second of two fits",
        carried=lambda right: f"{wrong_one} {right}",
        result="acceptable",
        flags=("SeveralSignatures",),
    )
    yield webhook_case(
        "other-version-first",
        "an unknown version before the one that fits",
        carried=lambda right: f"v1a,xyz {right}",
        result="acceptable",
        flags=("SeveralSignatures",),
    )
    yield webhook_case(
        "sixteen-signatures",
        "the last of sixteen fits",
        carried=lambda right: " ".join([wrong_one] * 15 + [right]),
        result="acceptable",
        flags=("SeveralSignatures",),
    )
    yield wrong(
        "seventeen-signatures",
        "more than are looked at",
        lambda right: " ".join([wrong_one] * 16 + [right]),
        "too-many-signatures",
        "SeveralSignatures",
    )
    yield wrong(
        "comma-list", "two signatures with a comma between them", lambda right: f"{wrong_one},{right}"
    )


def _webhook_bodies() -> Iterator[Case]:
    changed = EVENT.replace("PROCESSED", "CANCELLED")
    yield webhook_case(
        "body-changed",
        "the body changed after signing",
        body=changed,
        signed_body=EVENT,
        result="invalid",
        flags=("ModifiedValue",),
    )
    yield webhook_case(
        "re-serialised",
        "the same JSON with spaces",
        body=json.dumps(json.loads(EVENT)),
        signed_body=EVENT,
        result="invalid",
        flags=("ModifiedValue",),
    )
    yield webhook_case(
        "newline-added",
        "a newline after the body",
        body=EVENT + "\n",
        signed_body=EVENT,
        result="invalid",
        flags=("ModifiedValue",),
    )
    yield webhook_case("empty-body", "no body", body="")
    yield webhook_case("not-json", "a body that is not JSON", body="not JSON: {", flags=("RawBytes",))
    yield webhook_case("not-utf-8", "bytes that are not UTF-8", body=b'{"a":"\xff\xc3"}', flags=("RawBytes",))
    yield webhook_case(
        "other-invalid-bytes",
        "other invalid bytes than those signed",
        body=b'{"a":"\xfe\xc3"}',
        signed_body=b'{"a":"\xff\xc3"}',
        result="invalid",
        flags=("RawBytes",),
    )
    yield webhook_case("nul-body", "a NUL byte in the body", body="a\0b", flags=("Nul",))
    yield webhook_case("crlf", "CR LF in the body", body='{\r\n"a": 1\r\n}\r\n', flags=("RawBytes",))
    yield webhook_case("bom", "a byte-order mark before the body", body="\ufeff{}", flags=("RawBytes",))
    yield webhook_case(
        "duplicate-keys",
        "keys that stand twice are covered, since the bytes are",
        body='{"a":1,"a":2}',
        flags=("DuplicateKey",),
    )
    yield webhook_case("unicode", "letters beyond ASCII", body='{"name":"धन्यवाद 😀"}', flags=("Unicode",))


def _webhook_headers() -> Iterator[Case]:
    base: dict[str, Any] = {"result": "invalid"}
    yield webhook_case(
        "other-key", "another secret", carried=webhook_sign(b"other", _text())[1], flags=("WrongKey",), **base
    )
    yield webhook_case(
        "id-changed",
        "another id",
        id_="msg_test0002",
        carried=webhook_sign(b"plural-test-secret", _text())[1],
        flags=("ModifiedValue",),
        **base,
    )
    yield webhook_case(
        "id-missing", "no webhook-id", id_=None, carried="v1,AAAA", reason="nothing-to-sign", **base
    )
    yield webhook_case(
        "time-missing", "no webhook-timestamp", time=None, carried="v1,AAAA", reason="nothing-to-sign", **base
    )
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        yield webhook_case(
            f"repeated-{name}",
            f"{name} stands twice",
            headers=[[name, "x"]],
            reason="repeated-header",
            flags=("RepeatedHeader",),
            **base,
        )
    yield webhook_case(
        "moved-dot",
        "a dot inside the id is as good as its end",
        id_="msg",
        time="1.1700000000",
        carried=webhook_sign(b"plural-test-secret", b"msg.1.1700000000." + EVENT.encode())[1],
        result="invalid",
        reason="malformed-time",
        flags=("Collision",),
    )
    yield webhook_case("unicode-id", "an id beyond ASCII", id_="msg_ü", flags=("Unicode",))


def _text() -> bytes:
    return f"msg_test0001.{NOW_S}.{EVENT}".encode()


def _webhook_times() -> Iterator[Case]:
    def at(name: str, comment: str, now_s: float | None, reason: str = "valid", **more: Any) -> Case:
        ok = reason.startswith("valid")
        return webhook_case(
            name,
            comment,
            now_s=now_s,
            result="valid" if ok else "invalid",
            reason=reason,
            flags=("Time",),
            **more,
        )

    yield at("unchecked", "no clock given", None, "valid-time-unchecked")
    yield at("oldest", "300 s old", NOW_S + 300)
    yield at("stale", "just over 300 s old", NOW_S + 300.5, "stale")
    yield at("newest", "300 s ahead", NOW_S - 300)
    yield at("future", "301 s ahead", NOW_S - 301, "future")
    yield at("time-text", "a time that is no number", NOW_S, "malformed-time", time="now")
    yield at("time-empty", "an empty time", NOW_S, "malformed-time", time="")
    yield at("time-fraction", "a fraction of a second", NOW_S, "malformed-time", time=f"{NOW_S}.0")
    yield at("time-negative", "a time before the epoch", NOW_S, "malformed-time", time="-5")
    yield at("time-arabic-indic", "digits that are not ASCII", NOW_S, "malformed-time", time="١٧٠٠٠٠٠٠٠٠")
    yield at("time-milliseconds", "milliseconds instead of seconds", NOW_S, "future", time=f"{NOW_S}000")
    bare = webhook_case(
        "time-uncovered-missing",
        "a scheme that checks a time which it does not sign",
        time=None,
        carried=webhook_sign(b"plural-test-secret", EVENT.encode())[1],
        result="invalid",
        reason="missing-time",
        flags=("Time",),
    )
    yield {**bare, "recipe": {"parts": {"list": ["body"]}}}
    yield at("time-huge", "a thousand digits", NOW_S, "malformed-time", time="9" * 1000)


def hex_sign(key: str, text: bytes) -> Signed:
    made = hmac_hex(bytes.fromhex(key), text, "sha256")
    return [made], made.upper()


def pairs_bytes(rows: Rows) -> bytes:
    return pairs_text(rows).encode()


def _wire(name: str, text: str) -> tuple[str, str, list[tuple[str, str]]]:
    return name, quote(text, safe=""), [(name, text)]


def _extra(name: str, carried: Any) -> list[str]:
    return [] if carried is ABSENT else [f"{name}={quote(carried, safe='')}"]


def posted_callback(rows: Rows, carried: Any) -> dict[str, Any]:
    return message("POST", "/return", FORM, form_text(rows, *_extra("signature", carried)))


def get_callback(rows: Rows, carried: Any) -> dict[str, Any]:
    return message("GET", f"/return?{form_text(rows, *_extra('signature', carried))}", [])


ORDER_ID = "v1-240101000000-aa-Ab12Cd"
CALLBACK: Rows = [_wire("order_id", ORDER_ID), _wire("status", "PROCESSED")]
FAILED: Rows = [
    _wire("status", "FAILED"),
    _wire("order_id", ORDER_ID),
    _wire("error_message", "Consumer Authentication required"),
    _wire("error_code", "USER_AUTHENTICATION_FAILED"),
]


def _hex_shape(name: str, role: str, rows: Rows, compose: Any, **more: Any) -> Shape:
    return Shape(
        name,
        {role: HEX_KEY},
        role,
        bytes.fromhex,
        rows,
        pairs_bytes,
        hex_sign,
        compose,
        OURS,
        ordered=False,
        insensitive=True,
        **more,
    )


def _sorted_fields(cases: Iterator[Case]) -> Iterator[Case]:
    for case in cases:
        if "fields" in case:
            case["fields"] = sorted(case["fields"], key=lambda row: row[0].encode())
        yield case


def callback_cases() -> Iterator[Case]:
    get = _hex_shape("return", "callback_secret", CALLBACK, get_callback)
    post = _hex_shape("posted", "callback_secret", CALLBACK, posted_callback)
    other = [_wire("order_id", ORDER_ID), _wire("payment_status", "AUTHORIZED")]
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
            rows=[_wire("b", "1"), _wire("A", "2"), _wire("a", "3"), _wire("Z", "4")],
        ),
        get.case(
            "ampersand",
            "an & inside a value is as good as a field's end",
            result="acceptable",
            rows=[_wire("a", "1&b=2")],
            carried=get.right([_wire("a", "1"), _wire("b", "2")]),
            flags=("Collision",),
        ),
        get.case(
            "unicode",
            "letters beyond ASCII",
            rows=[_wire("a", "धन्यवाद"), _wire("é", "1")],
            flags=("Unicode",),
        ),
        get.case("nul", "a NUL character inside a value", rows=[_wire("a", "x\0y")], flags=("Nul",)),
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
    yield from _sorted_fields(iter(cases))
    yield from _sorted_fields(tampered(get))
    yield from _sorted_fields(tampered(post))
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
    yield from _sorted_fields(
        iter([post.case("json", "posted as JSON", message=message("POST", "/return", JSON, as_json))])
    )


DIA: Rows = [
    _wire("Acquirer_Response_Code", "00"),
    _wire("acquirer_name", "HDFC"),
    _wire("amount_in_paisa", "100"),
]


def kv_message(rows: Rows, carried: Any) -> dict[str, Any]:
    extra = [*_extra("ppc_DIA_SECRET", carried), "ppc_DIA_SECRET_TYPE=SHA256"]
    return message("POST", "/api/PG/V2", FORM, form_text(rows, *extra))


def kv_cases() -> Iterator[Case]:
    kv = _hex_shape("inquiry", "v2_secret", DIA, kv_message)
    mobile = [_wire("mobile", "+919999999999"), _wire("msg", "A,B")]
    encoded = b"mobile=%2B919999999999&msg=A%2CB"
    order = [
        _wire("ppc_ParentTxnStatus", "1"),
        _wire("ppc_Parent_TxnStatus", "2"),
        _wire("ppc_MerchantID", "106600"),
    ]
    unkept = [_wire("mobile_no", ""), _wire("x", "0")]
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
    yield from _sorted_fields(iter(cases))
    yield from _sorted_fields(tampered(kv))


REQUEST = "eyJtZXJjaGFudF9kYXRhIjp7Im1lcmNoYW50X2lkIjoxfX0="


def xverify_message(rows: Rows, carried: Any) -> dict[str, Any]:
    headers = JSON + ([] if carried is ABSENT else [["X-VERIFY", carried]])
    return message("POST", "/api/v2/accept/payment", headers, json_object(rows))


def xverify_cases() -> Iterator[Case]:
    def text(rows: Rows) -> bytes:
        return rows[0][2][0][1].encode()

    rows: Rows = [("request", json.dumps(REQUEST), [("field request", REQUEST)])]
    shape = Shape(
        "create",
        {"v2_secret": HEX_KEY},
        "v2_secret",
        bytes.fromhex,
        rows,
        text,
        hex_sign,
        xverify_message,
        OURS,
        insensitive=True,
    )
    yield shape.case("ours", "the Base64 text is signed as it stands", source=REFERENCE)
    django: Rows = [("request", json.dumps(REQUEST + "\n"), [("field request", REQUEST + "\n")])]
    yield shape.case("django", "encodestring's newline is signed and sent", rows=django, source=REFERENCE)
    yield shape.case(
        "django-newline-lost",
        "encodestring's newline is signed but not sent",
        carried=shape.right(django),
        result="invalid",
        source=REFERENCE,
        flags=("ModifiedValue",),
    )
    yield shape.case(
        "json-signed",
        "the JSON is signed instead of its Base64 text",
        result="invalid",
        carried=hex_sign(HEX_KEY, base64.b64decode(REQUEST))[1],
    )
    yield shape.case(
        "no-request",
        "the signed field is not there",
        signable=False,
        result="invalid",
        reason="nothing-to-sign",
        message=message("POST", "/api/v2/accept/payment", [*JSON, ["X-VERIFY", "A" * 64]], '{"Request":"x"}'),
    )
    yield shape.case(
        "repeated-header",
        "X-VERIFY stands twice",
        result="invalid",
        reason="repeated-header",
        message=message(
            "POST", "/", [*JSON, ["X-VERIFY", shape.right(rows)], ["x-verify", "A"]], json_object(rows)
        ),
    )
    yield from tampered(shape)


def xverify_webhook_cases() -> Iterator[Case]:
    event = '{"event_name":"payment.captured","merchant_response":{"amount":"100","url":"https://x.example/a","name":"é"}}'

    def body(text: str) -> bytes:
        return base64.b64encode(text.encode())

    def case(name: str, comment: str, sent: str, signed: str | None = None, **more: Any) -> Case:
        covered = body(signed or sent)
        hashed, signature = hex_sign(HEX_KEY, covered)
        carried = more.pop("carried", signature)
        headers = JSON + ([] if carried is ABSENT else [["X-verify", carried]])
        made: Case = {
            "id": f"webhook/{name}",
            "comment": comment,
            "key": {"v2_secret": HEX_KEY},
            "message": message("POST", "/hook", headers, sent),
        }
        if more.pop("signable", True):
            made |= {
                "fields": [["body", covered.decode()]],
                "canonical": covered.decode(),
                "key_hex": HEX_KEY,
                "digests": hashed,
                "signature": signature,
            }
        return {**made, "result": "valid", "reason": "valid", "flags": [], "source": OURS, **more}

    bad = {"result": "invalid", "reason": "mismatch"}
    yield case("compact", "the body as it is, in Base64", event)
    yield case(
        "spaced",
        "the body is written compactly again before signing",
        json.dumps(json.loads(event), ensure_ascii=False),
        event,
    )
    yield case(
        "numbers",
        "number texts are kept",
        '{"a": 10.50, "b": [1E2, null, true]}',
        '{"a":10.50,"b":[1E2,null,true]}',
    )
    yield case(
        "escapes",
        "escapes are written as plain text again",
        '{"a":"\\u00e9\\/"}',
        '{"a":"é/"}',
        flags=["Escape"],
    )
    yield case("key-order", "key order is kept", '{"b":1,"a":2}')
    yield case(
        "value-changed",
        "a value changed after signing",
        event.replace("100", "101"),
        carried=hex_sign(HEX_KEY, body(event))[1],
        **bad,
    )
    yield case(
        "reordered",
        "keys change places after signing",
        '{"a":2,"b":1}',
        carried=hex_sign(HEX_KEY, body('{"b":1,"a":2}'))[1],
        **bad,
    )
    yield case(
        "lower-case",
        "lower-case hex, as one official plugin writes it",
        event,
        carried=hex_sign(HEX_KEY, body(event))[1].lower(),
        result="acceptable",
        source=REFERENCE,
    )
    yield case(
        "truncated",
        "the last character is cut off",
        event,
        carried=hex_sign(HEX_KEY, body(event))[1][:-1],
        **bad,
    )
    yield case(
        "look-alike",
        "a full-width letter",
        event,
        carried="Ａ" + hex_sign(HEX_KEY, body(event))[1][1:],
        result="invalid",
        reason="malformed-signature",
        flags=["LookAlike"],
    )
    yield case("empty", "an empty header", event, carried="", result="invalid", reason="empty-signature")
    yield case("missing", "no header", event, carried=ABSENT, result="invalid", reason="missing-signature")
    yield case("other-key", "another key", event, carried=hex_sign(HEX_KEY[::-1], body(event))[1], **bad)
    yield case(
        "not-json",
        "the body is not JSON",
        "{",
        carried="A" * 64,
        signable=False,
        result="invalid",
        reason="unreadable-body",
    )
