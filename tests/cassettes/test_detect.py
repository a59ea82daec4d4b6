"""Cards, phones and secrets are found in running text, and ids, amounts and times are left alone."""

from __future__ import annotations

import base64
import json
import time

import pytest
from tests.cassettes.canaries import redactor, status_call
from tests.cassettes.test_lint import with_held

from payproof.cassettes.journal_lines import entry_line
from payproof.cassettes.redaction.detect import cards, spans
from payproof.cassettes.redaction.traces import shown

CARD, PHONE = "5264190112345672", "9845317264"
CARDS = [
    "4539 5787 6362 1486 12/27 cvv 123",
    "{card} 1227",
    "2 {card}",
    "4539.5787.6362.1486",
    "4539  5787  6362  1486",
    "4539\u00a05787\u00a06362\u00a01486",
    "4539/5787/6362/1486",
    "4539 5787-6362 1486",
    "card_{card}",
    "pan{card}x",
    "{card},1226,123",
    "paid by {card}.",
    "%B{card}^VENKAT/SARA^27121010000?",
    ";{card}=27121010000012345678?",
    "{card} 4539578763621486",
    "+1 415 555 0132 4539 5787 6362 1486",
]
PHONES = [
    "09845317264",
    "00919845317264",
    "984-531-7264",
    "98453.17264",
    "9845 317 264",
    "+91 (0) 98453 17264",
    "+91  9845317264",
    "9845317264 2 items",
    "ph_9845317264.",
    "+1 (415) 555-0132",
    "9845317264@ybl",
]
NOBODYS = [
    "88253-41453-72735-05391",
    "v1-240101000000-aa-Ab12Cd",
    "v1-8405071524-aa-qlAtAf",
    "1581769083",
    "2026-11-21T12:57:14.123456",
    "12345678901234.56",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.6099.109",
    "9f8405071524001a45395787636214860c",
    "status=Success&limit=10&notify_by_email=false",
]


@pytest.mark.parametrize("form", CARDS)
def test_a_card_is_found_whatever_stands_beside_it(form: str) -> None:
    found = cards(form.format(card=CARD))
    assert set(found) & {CARD, "4539578763621486"}
    assert len(found) == form.count("{card}") + form.count("4539")


@pytest.mark.parametrize("text", PHONES)
def test_a_phone_number_is_found_in_the_forms_people_write(text: str) -> None:
    digits = "".join(text[one.start : one.end] for one in spans(text) if one.kind in ("phone", "upi"))
    assert "".join(filter(str.isdigit, digits))[-10:] in (PHONE, "4155550132")


@pytest.mark.parametrize("text", NOBODYS)
def test_ids_times_and_amounts_are_nobodys(text: str) -> None:
    assert spans(text) == []


@pytest.mark.parametrize("text", ["1 ", "9", "4539 5787 ", "91 ", "98453 17264-", "a=b&", "+1 (", "://a:"])
def test_no_text_takes_more_than_linear_time(text: str) -> None:
    began = time.process_time()
    spans(text * (100_000 // len(text)))
    assert time.process_time() - began < 2


HELD = json.dumps({"customer_name": "Saraswati V", "password": "hunter2-xyzzy", "cvv": "917", "ok": "true"})
WITHIN = [
    HELD,
    " " + HELD,
    base64.b64encode(HELD.encode()).decode(),
    json.dumps([HELD]),
    "data:text/plain;base64," + base64.b64encode(HELD.encode()).decode(),
    "https://shop.in/cb?access_token=hunter2-xyzzy&customer_name=Saraswati+V",
    "https://sara:hunter2-xyzzy@shop.in/cb",
    "customer_name=Saraswati%20V&password=hunter2-xyzzy",
    "Bearer hunter2-xyzzy",
    "%B5264190112345672^V/S^2712 hunter%40shop.in password=hunter2-xyzzy",
]


@pytest.mark.parametrize("text", WITHIN)
def test_names_within_a_text_say_what_is_secret(text: str) -> None:
    made = redactor().redact(with_held(status_call(), custom_field_1=text))
    assert shown(entry_line(made), ["hunter2-xyzzy", "Saraswati V", '"917"', CARD]) == []
    assert "request" not in made.tags["verdicts"]


@pytest.mark.parametrize("name", ["User-Agent", "ETag", "Server", "Via"])
def test_a_header_that_everybody_knows_is_searched_like_any_text(name: str) -> None:
    agent = "shop/1.0 (a.b@realmail.co.in; Bearer abcdEFGH12345678)"
    interaction = status_call()
    request = interaction.request.with_header(name, agent)
    made = redactor().redact(interaction.__class__(request, interaction.response, started_s=1.0))
    assert shown(entry_line(made), ["a.b@realmail.co.in", "abcdEFGH12345678"]) == []
    assert f"request header/{name.lower()}" in made.tags["redacted"]
    kept = redactor().redact(status_call()).request.header("Host")
    assert kept == "api.paykun.com"
