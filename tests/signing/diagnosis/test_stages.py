"""Each stage's mistakes are named from a signature that was made by hand."""

from __future__ import annotations

import base64
import json
import unicodedata
from typing import Any

import pytest
from tests.signing.diagnosis.wrong import (
    KEY,
    KEYS,
    PLURAL,
    SECRET,
    V2,
    asked,
    first,
    hook,
    mac,
    recipe,
    refund,
)

from payproof.model import Message
from payproof.signing import diagnose

BODY: dict[str, Any] = {"b": "Zoë / 1", "a": None, "n": 12.5, "t": True, "z": "", "d": {"x": "1", "y": "2"}}
RIGHT = "Zoë / 1||12.5|1||1|2|#"

FIELDS = [
    ("order/bytes", "|12.5|1||1|2|Zoë / 1|#".replace("|12.5|1||1|2|Zoë / 1|#", "|Zoë / 1|1|2|12.5|1||#")),
    ("order/reversed", "1|2||1|12.5||Zoë / 1|#"),
    ("excluded/empty-dropped", "Zoë / 1|12.5|1|1|2|#"),
    ("excluded/null-dropped", "Zoë / 1|12.5|1||1|2|#"),
    ("excluded/field-left-out", "|12.5|1||1|2|#"),
    ("text-edits/value-empty", "||12.5|1||1|2|#"),
    ("text-edits/value-empty", "Zoë / 1||12.5|1|||2|#"),
    ("excluded/signature-included", RIGHT[:-1] + "|#"),
    ("scalars/javascript", "Zoë / 1|null|12.5|true||1|2|#"),
    ("scalars/python", "Zoë / 1|None|12.5|True||1|2|#"),
    ("scalars/bool-as-text", "Zoë / 1||12.5|true||1|2|#"),
    ("scalars/two-decimals", "Zoë / 1||12.50|1||1|2|#"),
    ("nesting/php-array", "Zoë / 1||12.5|1||Array|#"),
    ("nesting/json-text", 'Zoë / 1||12.5|1||{"x":"1","y":"2"}|#'),
    ("nesting/object-object", "Zoë / 1||12.5|1||[object Object]|#"),
    ("escaping/percent", "Zo%C3%AB%20%2F%201||12.5|1||1|2|#"),
    ("parts/pairs", "b=Zoë / 1|a=|n=12.5|t=1|z=|x=1|y=2|#"),
    ("parts/names-and-values", "b|Zoë / 1|a||n|12.5|t|1|z||x|1|y|2|#"),
    ("join/no-end", RIGHT[:-1]),
    ("join/no-trailing-separator", RIGHT[:-2] + "#"),
    ("join/other-separator", RIGHT.replace("|", ",")),
    ("join/none", RIGHT.replace("|", "")),
    ("text-edits/cut-last-2", RIGHT[:-2]),
    ("text-edits/trailing-newline", RIGHT + "\n"),
    ("charset/nfd", unicodedata.normalize("NFD", RIGHT)),
]


@pytest.mark.parametrize(("label", "signed"), FIELDS, ids=[label for label, _ in FIELDS])
def test_a_mistake_over_fields_is_the_one_cause_named(label: str, signed: str) -> None:
    (cause,) = first(asked(refund(mac(signed), BODY)))
    assert label in cause


@pytest.mark.parametrize(
    ("language", "signed"), [("javascript", "||true||1.5|x|#"), ("python", "||True||1.5|x|#")]
)
def test_values_that_a_language_takes_for_nothing_may_be_blanked(language: str, signed: str) -> None:
    # `value || ''` in JavaScript, `value or ''` in Python.
    body = {"zero": 0, "no": False, "yes": True, "null": None, "n": 1.5, "s": "x"}
    (cause,) = first(asked(refund(mac(signed), body)))
    assert f"scalars/{language}-falsy-empty" in cause


def test_fields_that_belong_together_by_name_may_be_left_out_together() -> None:
    pairs = {"error_code": "E1", "error_message": "Declined", "order_id": "7", "status": "FAILED"}
    received = mac("order_id=7&status=FAILED", bytes.fromhex(V2), "sha256").upper()
    query = "&".join(f"{name}={value}" for name, value in pairs.items())
    message = Message("GET", f"/back?{query}&signature={received}")
    found = asked(message, "plural.callback", PLURAL)
    assert first(found) == [{"excluded/fields-left-out"}]
    assert "'error_'" in found.explanations[0].causes[0].says


@pytest.mark.parametrize(
    ("label", "signed"),
    [
        ("charset/latin-1", RIGHT.encode("latin-1")),
        ("charset/utf-8-bom", b"\xef\xbb\xbf" + RIGHT.encode()),
        ("charset/utf-16le", RIGHT.encode("utf-16-le")),
    ],
)
def test_another_charset_is_named(label: str, signed: bytes) -> None:
    (cause,) = first(asked(refund(mac(signed), BODY)))
    assert label in cause


def _paykun_form(signed: str) -> Message:
    sent = f"refund_amount=10.50&remarks=Broken+lamp&signature={mac(signed)}"
    head = (("Content-Type", "application/x-www-form-urlencoded"),)
    return Message("POST", "/v1/merchant/transaction/7/refund", head, sent.encode())


def test_a_value_that_was_empty_when_it_was_signed_is_one_mistake_in_any_form() -> None:
    said = "the value of the field 'remarks' empty when it was signed"
    for found in (
        asked(refund(mac("10.50||#"), {"refund_amount": "10.50", "remarks": "Broken lamp"})),
        asked(_paykun_form("10.50||#")),
    ):
        (cause,) = found.explanations[0].causes
        assert (cause.says, cause.change) == (
            said,
            "fill 'remarks' in before signing; sign the value that is sent",
        )


def test_an_empty_value_beside_another_mistake_is_two() -> None:
    sent = {"refund_amount": "10.50", "remarks": "Broken lamp"}
    causes = first(asked(refund(mac("10.50||#", name="sha256"), sent)))
    assert causes == [{"text-edits/value-empty"}, {"rounds/hmac-sha256"}]


def test_a_value_that_was_empty_when_pairs_were_signed_is_named() -> None:
    received = mac("note=&order_id=7", bytes.fromhex(V2), "sha256").upper()
    message = Message("GET", f"/back?order_id=7&note=a&signature={received}")
    (cause,) = first(asked(message, "plural.callback", PLURAL))
    assert "text-edits/value-empty" in cause


def test_an_empty_value_where_empty_ones_are_dropped_is_a_field_left_out() -> None:
    dropping = recipe("paykun.request").with_(drop="empty")
    (cause,) = first(diagnose(dropping, refund(mac("10.50|#")), KEYS))
    assert {"excluded/field-left-out", "text-edits/value-empty"} <= cause


def test_the_right_text_is_no_mistake() -> None:
    assert asked(refund(mac(RIGHT), BODY)).verdict.ok


def test_another_object_of_the_document_is_named() -> None:
    text = '{"status": true, "data": {"transaction": {"id": "7", "x": "1"'
    body = f'{text}, "signature": "{mac("1|#")}"}}}}}}'
    message = Message("GET", "/v1/merchant/transaction/7", (), body.encode())
    (cause,) = first(asked(message, "paykun.response"))
    assert "excluded/field-left-out" in cause


def test_a_hash_map_that_was_filled_before_fields_were_left_out_keeps_its_order() -> None:
    # Java's HashMap of 14 keys has 32 buckets; fewer keys are left after the empty ones are dropped.
    body = {**{f"n{at * 7}x": f"v{at}" for at in range(9)}, **{f"empty_{at}": "" for at in range(5)}}
    from payproof.signing.orders import hashmap_order

    kept = [name for name in body if body[name]]
    ordered = [kept[at] for at in hashmap_order(kept, 32)]
    assert ordered != [kept[at] for at in hashmap_order(kept)]
    causes = first(asked(refund(mac("".join(f"{body[name]}|" for name in ordered) + "#"), body)))
    assert [
        any(name in cause for cause in causes) for name in ("order/java-hashmap", "excluded/empty-dropped")
    ] == [
        True,
        True,
    ]


# -- whole texts


SENT = '{"event_type": "PAID", "z": 12.50, "data": {"url": "https://x/é", "o": {}, "e": null}}'
PARSED = json.loads(SENT)


def _signed(text: str, key: str = SECRET) -> str:
    return "v1," + base64.b64encode(bytes.fromhex(mac(text, key, "sha256"))).decode()


HEAD = "msg_1.1700000000."
BODIES = [
    (
        "body-text/reserialised-compact",
        HEAD
        + json.dumps(
            json.loads(SENT.replace("12.50", '"12.50"')), separators=(",", ":"), ensure_ascii=False
        ).replace('"12.50"', "12.50"),
    ),
    ("body-text/numbers-python+json-dumps", HEAD + json.dumps(PARSED)),
    ("body-text/numbers-python+json-dumps-sorted", HEAD + json.dumps(PARSED, sort_keys=True)),
    ("body-text/base64-plain", HEAD + base64.b64encode(SENT.encode()).decode()),
    ("parts/id-left-out", "1700000000." + SENT),
    ("parts/timestamp-left-out", "msg_1." + SENT),
    ("parts/body-only", SENT),
    ("order/parts-swapped", "1700000000.msg_1." + SENT),
    ("join/none", "msg_11700000000" + SENT),
    ("join/other-separator", "msg_1:1700000000:" + SENT),
    ("timing/timestamp-in-ms", "msg_1.1700000000000." + SENT),
    ("timing/timestamp-of-earlier-delivery", "msg_1.1699999995." + SENT),
    ("source/wrong-pointer", HEAD + '{"url":"https://x/é","o":{},"e":null}'),
    ("text-edits/trailing-newline", HEAD + SENT + "\n"),
]


@pytest.mark.parametrize(("label", "signed"), BODIES, ids=[label for label, _ in BODIES])
def test_a_mistake_over_a_whole_body_is_the_one_cause_named(label: str, signed: str) -> None:
    (cause,) = first(asked(hook(_signed(signed), SENT), "plural.webhook", PLURAL))
    assert label in cause


def test_the_id_of_an_earlier_delivery_is_named_when_it_is_given() -> None:
    message = hook(_signed("msg_0.1700000000." + SENT), SENT)
    earlier = Message(headers=(("webhook-id", "msg_0"), ("webhook-timestamp", "1690000000")))
    assert asked(message, "plural.webhook", PLURAL).proven is False
    (cause,) = first(asked(message, "plural.webhook", PLURAL, earlier=[earlier]))
    assert "timing/id-of-earlier-delivery" in cause


def test_base64_in_lines_is_named_where_base64_text_is_signed() -> None:
    inner = base64.b64encode(b'{"a": "' + b"x" * 90 + b'"}').decode()
    lines = base64.encodebytes(base64.b64decode(inner)).decode()
    received = mac(lines, bytes.fromhex(V2), "sha256").upper()
    message = Message("POST", "/", (("X-VERIFY", received),), json.dumps({"request": inner}).encode())
    (cause,) = first(asked(message, "plural.v2-xverify", PLURAL))
    assert "body-text/base64-lines" in cause


def test_a_query_that_is_signed_without_decoding_is_named() -> None:
    pairs = "order_id=7&note=a%20b"
    text = "note=a%20b&order_id=7"
    received = mac(text, bytes.fromhex(V2), "sha256").upper()
    message = Message("GET", f"/back?{pairs}&signature={received}")
    (cause,) = first(asked(message, "plural.callback", PLURAL))
    assert {"source/not-decoded", "escaping/percent"} & cause


def test_the_key_of_another_role_is_no_cause_where_it_is_the_right_one() -> None:
    assert asked(refund(mac("10.50|Late|#", KEY))).verdict.ok
