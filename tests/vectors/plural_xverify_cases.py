"""The vectors of plural.v2-xverify and plural.v2-xverify-webhook: Base64 of JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from byhand import Rows, json_object, message
from plural_messages import (
    HEX_KEY,
    JSON,
    OURS,
    REFERENCE,
    hex_sign,
)
from shapes import ABSENT, Case, Shape, tampered

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
