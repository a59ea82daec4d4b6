"""What is written holds nobody's data in any encoding, and keeps every verdict."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cassettes.canaries import (
    CANARIES,
    PAYKUN,
    REAL,
    TEST_KEYS,
    all_traffic,
    checkout,
    link,
    listing,
    recipe,
    redactor,
    status_call,
    webhook,
)

from payproof.cassettes.journal import Journal, recover
from payproof.cassettes.journal_lines import entry_line
from payproof.cassettes.read import read
from payproof.cassettes.redaction.pseudonyms import Pseudonyms, is_test_card, luhn
from payproof.cassettes.redaction.traces import encodings, shown
from payproof.errors import UsageError
from payproof.model import Interaction, Message
from payproof.signing import Envelope, Keys, open_envelope, scheme_for, verify
from payproof.signing.fields import find, parse_form
from payproof.spec import match, validate

TEST = Keys.of(TEST_KEYS, test=True)
SECRETS = [*CANARIES.values(), *REAL.values()]


@pytest.fixture(scope="module")
def clean() -> list[Interaction]:
    made = redactor()
    return [made.redact(one) for one in all_traffic()]


def test_no_canary_stands_in_the_files_in_any_encoding(tmp_path: Path, clean: list[Interaction]) -> None:
    path, export = tmp_path / "j.ndjson", tmp_path / "c.yaml"
    with Journal(path, {"gateway": "paykun"}) as journal:
        for one in clean:
            journal.append(one)
    recover(path, export)
    for file in (path, export):
        assert shown(file.read_bytes(), SECRETS) == []
        assert len(list(read(file))) == len(clean)
    # What is encrypted is looked at as well.
    (sealed,) = [one for one in clean if one.operation == "openCheckout"]
    opened = open_envelope(_envelope(), _field(sealed), TEST)
    assert opened.ok
    assert shown(opened.plaintext, SECRETS) == []


def test_the_search_would_find_each_canary_in_what_was_not_redacted() -> None:
    raw = "\n".join(repr((one.request, one.response)) for one in all_traffic()).encode()
    assert set(shown(raw, SECRETS)) >= set(REAL.values()) - {REAL["encryption_key"]} | {CANARIES["email"]}
    for value in SECRETS:
        for form in encodings(value):
            assert shown(b"<<" + form + b">>", [value]) == [value]


def _envelope() -> Envelope:
    found = scheme_for(PAYKUN, PAYKUN.operations["openCheckout"], "request")
    assert isinstance(found, Envelope)
    return found


def _field(interaction: Interaction) -> str:
    return str(find(parse_form(interaction.request.body), "encrypted_request"))


def test_signatures_verify_under_the_test_key(clean: list[Interaction]) -> None:
    status, orders, made_link, _, hook, _ = clean
    assert status.response is not None
    assert verify(recipe("getTransaction", "response"), status.response, TEST)
    assert verify(recipe("listOrderTransactions", "request"), orders.request, TEST)
    assert verify(recipe("createPaymentLink", "request"), made_link.request, TEST)
    assert verify(recipe("paymentUpdate", "webhook"), hook.request, TEST)
    assert [one.tags["verdicts"].get("request", {}).get("ok") for one in clean[1:5]] == [True] * 4


@pytest.mark.parametrize("make", [status_call, listing, link, webhook])
def test_an_invalid_signature_stays_invalid(make: object) -> None:
    interaction = make()  # type: ignore[operator]
    part = "response" if make is status_call else "request"
    message = getattr(interaction, part)
    # The right signature of other bytes: its form is right and its value is not.
    name = b"Venkataraman" if b"Venkataraman" in message.body else b""
    changed = (
        replace(message, body=message.body.replace(name, b"Venkataramani"))
        if name
        else replace(message, target=message.target.replace("limit=10", "limit=11"))
    )
    made = redactor().redact(replace(interaction, **{part: changed}))
    kept = getattr(made, part)
    verdict = made.tags["verdicts"][part]
    assert (verdict["ok"], verdict["reason"]) == (False, "mismatch")
    where = "webhook" if make is webhook else part
    assert verify(recipe(made.operation, where), kept, TEST).reason == "mismatch"


def test_a_missing_signature_stays_missing() -> None:
    interaction = link()
    body = json.loads(interaction.request.body)
    del body["signature"]
    made = redactor().redact(
        replace(interaction, request=replace(interaction.request, body=json.dumps(body).encode()))
    )
    assert made.tags["verdicts"]["request"]["reason"] == "missing-signature"
    assert verify(recipe("createPaymentLink", "request"), made.request, TEST).reason == "missing-signature"


def test_duplicate_keys_stay_as_they_were() -> None:
    interaction = link()
    body = interaction.request.body.replace(b'"note":', b'"amount": 7, "note":')
    made = redactor().redact(replace(interaction, request=replace(interaction.request, body=body)))
    assert made.tags["verdicts"]["request"]["reason"] == "duplicate-keys"
    assert verify(recipe("createPaymentLink", "request"), made.request, TEST).reason == "duplicate-keys"


def test_the_reading_that_fitted_is_kept() -> None:
    made = redactor().redact(link({"request-scalars": "javascript"}))
    verdict = made.tags["verdicts"]["request"]
    assert (verdict["ok"], verdict["point"]) == (True, "request-scalars=javascript")
    other = recipe("createPaymentLink", "request", {"request-scalars": "javascript"})
    assert verify(other, made.request, TEST)
    assert not verify(recipe("createPaymentLink", "request"), made.request, TEST)


def test_without_the_key_a_signature_is_unverifiable_and_not_kept() -> None:
    made = redactor(keys=False).redact(status_call())
    verdict = made.tags["verdicts"]["response"]
    assert (verdict["ok"], verdict["unverifiable"]) == (None, True)
    assert made.response is not None
    assert verify(recipe("getTransaction", "response"), made.response, TEST).reason == "mismatch"
    old = status_call().response
    assert old is not None
    assert json.loads(old.body)["data"]["transaction"]["signature"].encode() not in made.response.body


def test_without_the_key_an_encrypted_request_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        redactor(keys=False).redact(checkout())


def test_an_envelope_that_does_not_open_stays_broken() -> None:
    interaction = checkout()
    form = parse_form(interaction.request.body)
    sealed = _field(interaction)
    body = interaction.request.body.replace(b"encrypted_request=", b"encrypted_request=ZXlK")
    made = redactor().redact(replace(interaction, request=replace(interaction.request, body=body)))
    assert len(form) == 3
    assert sealed
    assert made.tags["verdicts"]["request"]["ok"] is False
    assert not open_envelope(_envelope(), _field(made), TEST).ok


def test_credentials_become_the_test_keys_and_wrong_ones_stay_wrong() -> None:
    made = redactor().redact(status_call())
    assert made.request.header("AccessToken") == TEST_KEYS["access_token"]
    assert made.request.header("MerchantId") == TEST_KEYS["merchant_id"]
    wrong = status_call().request.with_header("AccessToken", "0" * 31 + "F")
    kept = redactor().redact(replace(status_call(), request=wrong)).request.header("AccessToken")
    assert kept not in (TEST_KEYS["access_token"], "0" * 31 + "F")


def test_the_schema_is_kept(clean: list[Interaction]) -> None:
    for before, after in zip(all_traffic()[:3], clean, strict=False):
        found = match(PAYKUN, after.request)
        assert found is not None
        old = [
            (one.pointer, one.keyword) for one in validate.request(PAYKUN, found.operation, before.request)
        ]
        new = [(one.pointer, one.keyword) for one in validate.request(PAYKUN, found.operation, after.request)]
        assert new == old
        assert before.response is not None
        assert after.response is not None
        old = [(p.pointer, p.keyword) for p in validate.response(PAYKUN, found.operation, before.response)]
        new = [(p.pointer, p.keyword) for p in validate.response(PAYKUN, found.operation, after.response)]
        assert new == old


def test_equal_values_have_equal_stand_ins_across_entries(clean: list[Interaction]) -> None:
    assert clean[0].response is not None
    shown_mail = json.loads(clean[0].response.body)["data"]["transaction"]["customer"]["email_id"]
    assert shown_mail.endswith("@example.com")
    assert json.loads(clean[2].request.body)["customer_email"] == shown_mail
    assert shown_mail.replace("@", "%40") in clean[1].request.target


def test_two_recordings_have_different_stand_ins() -> None:
    one, other = Pseudonyms(b"a" * 32), Pseudonyms(b"b" * 32)
    assert one.of("phone", "9845317264") != other.of("phone", "9845317264")


def test_what_is_documented_and_nobodys_stays(clean: list[Interaction]) -> None:
    assert clean[0].response is not None
    held = json.loads(clean[0].response.body)["data"]["transaction"]
    assert (held["payment_id"], held["status"], held["order"]["gross_amount"]) == (
        "88253-41453-72735-05391",
        "Success",
        11,
    )
    assert clean[0].request.target.endswith("/88253-41453-72735-05391")
    assert held["shipping"]["address"] is None


def test_the_length_of_a_changed_body_is_told_right(clean: list[Interaction]) -> None:
    assert clean[3].request.header("content-length") == str(len(clean[3].request.body))


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_a_shape_keeps_length_and_kinds_of_letters(text: str) -> None:
    made = Pseudonyms(b"k" * 32).shaped(text)
    assert len(made) == len(text)
    for old, new in zip(text, made, strict=True):
        assert old.isdigit() == new.isdigit() or not old.isascii()
        assert not old.isascii() or (old.isupper(), old.islower()) == (new.isupper(), new.islower())


@given(st.integers(12, 19).flatmap(lambda size: st.text("0123456789", min_size=size, max_size=size)))
def test_a_card_becomes_a_test_card_of_its_length(digits: str) -> None:
    made = Pseudonyms(b"k" * 32).of("card", digits)
    assert len(made) == len(digits)
    assert luhn(made)
    assert is_test_card(made)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/html"]),
)
def test_no_body_makes_it_raise_or_depend_on_luck(body: bytes, media_type: str) -> None:
    message = Message("", "", (("Content-Type", media_type),), body, 200)
    interaction = replace(status_call(), response=message)
    assert redactor().redact(interaction) == redactor().redact(interaction)


WRAPS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in a sentence": lambda text: f"sorry, {text}, no",
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"id={text};".encode()).decode(),
    "base64 unpadded, url": lambda text: (
        base64.urlsafe_b64encode(f"??{text}>>".encode()).decode().rstrip("=")
    ),
    "hex": lambda text: text.encode().hex(),
    "hex upper": lambda text: text.encode().hex().upper(),
    "reversed": lambda text: text[::-1],
    "percent": lambda text: quote(text, safe=""),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps({"a": [text]}),
    "json in base64": lambda text: base64.b64encode(json.dumps({"a": text}).encode()).decode(),
    "html": lambda text: f"<b>{html.escape(text)}</b>",
    "upper case": lambda text: text.upper(),
}
PLACES = ["message", "customer", "custom_field_1", "product_name", "unknown", "header", "query", "cookie"]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["email", "phone", "name", "card", "spaced_card", "upi", "accented", "address"]),
    st.sampled_from(sorted(WRAPS)),
    st.sampled_from(PLACES),
)
def test_what_is_personal_somewhere_stands_nowhere_in_any_wrapping(kind: str, wrap: str, place: str) -> None:
    value, wrapped = CANARIES[kind], WRAPS[wrap](CANARIES[kind])
    interaction = status_call()
    assert interaction.response is not None
    body = json.loads(interaction.response.body)
    held = body["data"]["transaction"]
    # One field by which it is known to be somebody's: the others have to be found by it.
    held["customer"]["name"] = value
    if place == "message":
        body["data"]["message"] = wrapped
    elif place == "customer":
        held["customer"]["email_id"] = wrapped
    elif place in ("custom_field_1", "unknown"):
        held[place] = wrapped
    elif place == "product_name":
        held["order"]["product_name"] = wrapped
    request, headers = interaction.request, interaction.response.headers
    if place == "header":
        headers = (*headers, ("X-Note", quote(wrapped)))
    elif place == "cookie":
        headers = (*headers, ("Set-Cookie", quote(wrapped)))
    elif place == "query":
        request = replace(request, target=f"{request.target}?q={quote(wrapped)}")
    response = replace(interaction.response, headers=headers, body=json.dumps(body).encode())
    made = redactor().redact(replace(interaction, request=request, response=response))
    assert shown(entry_line(made), [value]) == []
