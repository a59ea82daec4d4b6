"""Honest entries are written whatever their words are, and one odd name spoils no file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cassettes.canaries import PAYKUN, link, redactor, status_call

from payproof.cassettes.journal import Journal, recover
from payproof.cassettes.journal_lines import entry_line
from payproof.cassettes.read import read
from payproof.cassettes.redaction.redact import CannotRedact, Redactor
from payproof.cassettes.redaction.traces import shown
from payproof.cassettes.redaction.vocabulary import words
from payproof.model import Interaction, Message

JSON = (("Content-Type", "application/json"),)


def refused(body: Any, status: int = 422, **headers: str) -> Interaction:
    held = (*JSON, *((name.replace("_", "-"), value) for name, value in headers.items()))
    return replace(link(), response=Message("", "", held, json.dumps(body).encode(), status))


WORDS = [
    {"status": False, "errors": [{"field": "customer_email", "errorCode": "validationError"}]},
    {"failed_field": "customer_email"},
    {"missing": "MerchantId"},
    {"missing": "Content-Type"},
    {"op": "createPaymentLink"},
    {"x": "api.paykun.com"},
    {"x": PAYKUN.version},
    {"x": "paykun.request"},
    {"x": "missing-signature"},
    {"sort": "payment_link_id"},
    {"x": "own_field_2", "own_field_2": 1},
    {"ref": 100100, "y": "live"},
]


@pytest.mark.parametrize("body", WORDS, ids=json.dumps)
def test_a_value_that_equals_a_word_refuses_no_entry(body: Any) -> None:
    recording = redactor()
    later = status_call()
    assert later.response is not None
    for one in (refused(body), link(), later, refused({"amount": 100100})):
        recording.redact(one)


def test_words_of_the_spec_stay_as_they_are() -> None:
    made = redactor().redact(refused(WORDS[0], X_Payproof_Reason="missing-signature"))
    assert made.response is not None
    assert json.loads(made.response.body)["errors"][0]["field"] == "customer_email"
    assert made.response.header("X-Payproof-Reason") == "missing-signature"
    known = words(PAYKUN)
    assert {"customer_email", "AccessToken", "createPaymentLink", "paykun.request", "api.paykun.com"} <= known
    assert words(None) == frozenset()


@pytest.mark.parametrize("key", ["Saraswati_V8", "a.b@realmail.co.in", "ph_9845317264"])
def test_a_name_that_is_somebodys_is_gone_from_names_and_places(key: str) -> None:
    body = {key: "x1y2-77334", "customer_name": key}
    made = redactor().redact(refused(body))
    assert shown(entry_line(made), [key, "9845317264"]) == []


def test_a_value_that_was_not_replaced_still_refuses_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Redactor, "_signed", lambda self, judged, found, message: message)
    leaked = link().request
    monkeypatch.setattr(
        "payproof.cassettes.redaction.redact._measured",
        lambda message: replace(leaked, headers=()) if message.method else message,
    )
    with pytest.raises(CannotRedact):
        redactor().redact(link())


ODD = [
    ("GET", "transaction/1?%ff=1", b"{}"),
    ("GET", "transaction/%ff%fe", b"{}"),
    ("GET", "orders/0000000030?page_number=1&customer_email=Jos%e9%40x.in", b"{}"),
    ("GET", "transaction/1", b'{"\\ud83dx":"x1y2-77334"}'),
    ("POST", "transaction/1/refund", b'{"a":"\\ud83d","\\ud83d":1}'),
]


@pytest.mark.parametrize(("method", "path", "answer"), ODD)
def test_an_odd_name_is_recorded_and_exported(method: str, path: str, answer: bytes, tmp_path: Path) -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    sent = Message(method, f"https://api.paykun.com/v1/merchant/{path}", form, b"remarks=Jos%e9&%e9=1")
    made = redactor().redact(Interaction(sent, Message("", "", JSON, answer, 400), started_s=1.0))
    with Journal(tmp_path / "j.ndjson", {"gateway": "paykun"}) as journal:
        journal.append(made)
        # What an earlier version wrote holds the letters as they were.
        journal.append(replace(made, tags={**made.tags, "redacted": ["request query/\udcff"]}))
    assert recover(tmp_path / "j.ndjson", tmp_path / "c.yaml") == (2, False)
    assert len(list(read(tmp_path / "c.yaml"))) == 2
    assert not any("\udc80" <= letter <= "\udcff" for place in made.tags["redacted"] for letter in place)
