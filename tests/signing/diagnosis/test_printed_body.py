"""A body that was put into the signed text without being written as JSON is named."""

from __future__ import annotations

import base64
import json

import pytest
from tests.signing.diagnosis.wrong import PLURAL, SECRET, V2, asked, first, hook, mac

from payproof.model import Message

SENT = '{"event": "PAID", "n": 12.50, "ok": true, "data": {"note": "it\'s é", "gone": null, "o": {}}}'
PARSED = json.loads(SENT)
HEAD = "msg_1.1700000000."


def _hooked(text: str, sent: str = SENT) -> list[set[str]]:
    signed = base64.b64encode(bytes.fromhex(mac(HEAD + text, SECRET, "sha256"))).decode()
    return first(asked(hook("v1," + signed, sent), "plural.webhook", PLURAL))


PRINTED = [
    ("object-object", "[object Object]"),
    ("php-array", "Array"),
    ("python-repr", f"{PARSED}"),
    ("python-bytes", f"{SENT.encode()}"),
    ("java-string", "{event=PAID, n=12.5, ok=true, data={note=it's é, gone=null, o={}}}"),
    ("go-print", "map[data:map[gone:<nil> note:it's é o:map[]] event:PAID n:12.5 ok:true]"),
    ("node-buffer", '{"type":"Buffer","data":[' + ",".join(map(str, SENT.encode())) + "]}"),
    ("json-string", json.dumps(SENT, ensure_ascii=False)),
    ("json-string-ascii", json.dumps(SENT)),
    ("undefined", "undefined"),
    ("empty-object", "{}"),
    ("null", "null"),
    ("none", "None"),
    ("nothing", ""),
]


@pytest.mark.parametrize(("choice", "text"), PRINTED, ids=[choice for choice, _ in PRINTED])
def test_what_a_language_makes_of_a_body_is_named(choice: str, text: str) -> None:
    (cause,) = _hooked(text)
    assert f"body-text/{choice}" in cause


def test_a_list_prints_its_items_in_javascript() -> None:
    (cause,) = _hooked("1,[object Object],", '[1, {"a": 2}, null]')
    assert "body-text/object-object" in cause


def test_a_body_that_is_no_json_still_has_bytes_to_print() -> None:
    (cause,) = _hooked("b'a=1&b=2'", "a=1&b=2")
    assert "body-text/python-bytes" in cause


def test_the_printed_body_is_put_in_base64_where_the_scheme_does_so() -> None:
    received = mac(base64.b64encode(str(PARSED).encode()), bytes.fromhex(V2), "sha256").upper()
    message = Message("POST", "/", (("X-Verify", received),), SENT.encode())
    (cause,) = first(asked(message, "plural.v2-xverify-webhook", PLURAL))
    assert "body-text/python-repr" in cause


WRITTEN = [
    ("gson-default", '{"u":"a\\u003d1\\u0026b","n":1.50}', '{"u": "a=1&b", "n": 1.50, "x": null}'),
    ("gson-default-doubles", '{"u":"a\\u003d1\\u0026b","n":2.0}', '{"u": "a=1&b", "n": 2, "x": null}'),
    ("pretty-php+empty-object-as-array", '{\n    "u": "a\\/b",\n    "o": []\n}', '{"u": "a/b", "o": {}}'),
    ("pretty-4+empty-object-as-array", '{\n    "u": "a/é",\n    "o": []\n}', '{"u": "a/é", "o": {}}'),
]


@pytest.mark.parametrize(("choice", "text", "sent"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_what_one_call_of_a_json_library_does_is_one_mistake(choice: str, text: str, sent: str) -> None:
    (cause,) = _hooked(text, sent)
    assert f"body-text/{choice}" in cause
