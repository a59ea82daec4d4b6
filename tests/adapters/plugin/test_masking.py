"""What a failure shows of an exchange: no key, no member marked secret, in no encoding."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from payproof import gateway
from payproof.adapters.guard.guard import Guard
from payproof.adapters.guard.hub import message
from payproof.adapters.plugin.masking import Hidden
from payproof.adapters.plugin.wording import told
from payproof.model import Finding, Interaction, Location, Severity
from payproof.run.exchanges import Exchanges
from payproof.spec.testbed import Masked

KEY, TOKEN = "SeCrEtEncKey/With+Slash012345678", "TOKENsecret000111222333444555666"
OWN = {
    "paykun": {"merchant_id": "123456789012345", "access_token": TOKEN, "encryption_key": KEY},
    "plural": {"client_id": "real-client-id", "client_secret": "REALCLIENTSECRET0123"},
}
URLS = {"paykun": "https://api.paykun.com/v1", "plural": "https://pluraluat.v2.pinepg.in/api"}
LIVE = "eyJhbGciOiJIUzI1NiJ9.SECRETSECRET.sig"
JSON = {"Content-Type": "application/json"}


def guard_of(name: str, *, known: bool) -> Guard:
    found = gateway.load(name)
    bed = found.testbed
    if known:
        bed = replace(bed, merchants={"given": Masked(OWN[name]), **bed.merchants}, test_keys=False)
    return Guard(found, Exchanges(found.spec, bed, diagnose=False), set())


def shown(
    name: str, target: str, sent: Any = None, got: Any = None, *, known: bool = True, **headers: str
) -> str:
    """Give what a failure says of one exchange."""
    guard = guard_of(name, known=known)
    kind = {"Content-Type": headers.pop("kind", "application/json")}
    body = sent if sent is None or isinstance(sent, str) else json.dumps(sent)
    request = message(
        method="GET" if sent is None else "POST",
        url=URLS[name] + target,
        headers={**kind, **headers},
        body=body,
    )
    answer = message(headers=JSON, body=json.dumps(got or {}), status=200)
    guard.extra.append(guard.exchanges.named(Interaction(request, answer)))
    return told(guard, guard.findings())


@pytest.mark.parametrize("known", [True, False])
def test_a_credential_in_the_path_is_hidden_in_finding_and_call(known: bool) -> None:
    text = shown("paykun", f"/merchant/transactions/{TOKEN}", known=known, AccessToken=TOKEN)
    assert text.count("/merchant/transactions/<access_token>") == 2
    bearer = shown("plural", f"/nothing/{LIVE}", known=known, Authorization=f"Bearer {LIVE}")
    assert bearer.count("/nothing/<access_token>") == 2


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY, safe=""),
        quote(KEY),
        quote(KEY, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
        KEY.lower(),
        KEY.encode().hex(),
        base64.b64encode(f"merchant:{KEY}".encode()).decode(),
    ],
)
def test_a_key_is_hidden_in_every_form(form: str) -> None:
    text = shown("paykun", f"/merchant/transaction/1/{form}?of={form}&AccessToken={TOKEN}", {"a": form})
    assert "AccessToken=<secret>" in text
    # Letters at the edges of a Base64 text belong to its neighbours too.
    assert not any(form[at : at + 8] in text for at in range(16, len(form) - 8))
    assert "With" not in text


@pytest.mark.parametrize("sign", ["\\/", "%2f", "%2F"])
def test_a_key_full_of_signs_is_hidden_when_they_are_written_otherwise(sign: str) -> None:
    key = "ab/cd/ef/gh/ij/kl/mn/op"
    guard = guard_of("paykun", known=True)
    guard.exchanges.testbed = replace(
        guard.exchanges.testbed, merchants={"given": Masked({"encryption_key": key})}
    )
    assert Hidden(guard).text(f"<{key.replace('/', sign)}>") == "<<encryption_key>>"


def test_a_secret_sent_as_another_field_is_hidden_in_expected_got_and_message() -> None:
    mixed = {
        "client_id": "real-client-id",
        "client_secret": "client_credentials",
        "grant_type": OWN["plural"]["client_secret"],
    }
    text = shown("plural", "/auth/v1/token", mixed)
    assert "REALCLIENT" not in text
    assert 'got:      "<client_secret>"' in text
    assert 'expected: "client_credentials"' in text


PAID = {
    "payments": [
        {
            "payment_method": "CARD",
            "payment_option": {
                "card_details": {
                    "card_number": "4111111111111111",
                    "cvv": "123",
                    "registered_mobile": 9876543210,
                }
            },
        }
    ]
}


@pytest.mark.parametrize("known", [True, False])
def test_members_that_the_spec_marks_are_hidden_whosever_the_keys(known: bool) -> None:
    order = "/pay/v1/orders/v1-240101000000-aa-Ab12Cd/payments"
    text = shown("plural", order, PAID, known=known, Authorization=f"Bearer {LIVE}")
    assert '"card_number": "<card>", "cvv": "<cvv>"' in text
    assert '"payment_method": "CARD"' in text
    assert not any(secret in text for secret in ("41111111", '"123"', "SECRETSECRET"))
    token = {"access_token": LIVE, "expires_at": "2030-01-01T00:00:00Z"}
    text = shown("plural", "/auth/v1/token", {"client_id": "x"}, token, known=known)
    assert '200 {"access_token": "<access_token>", "expires_at": "2030-01-01T00:00:00Z"}' in text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "order=1&access_token=abc-123-x&cvv=123"),
        ("application/json", '{"access_token": "abc-123-x", "cvv": "123", broken'),
        ("text/xml", "<a><access_token>abc-123-x</access_token><cvv>123</cvv></a>"),
        ("text/plain", "access_token: abc-123-x; cvv=123"),
    ],
)
def test_what_is_no_json_is_hidden_by_its_names(kind: str, body: str) -> None:
    text = shown("plural", "/auth/v1/token", body, kind=kind)
    assert "abc-123-x" not in text
    assert "<cvv>" in text
    assert "123" not in text.rpartition("sent:")[2]


def test_published_test_keys_are_shown() -> None:
    key = gateway.load("paykun").testbed.merchants["main"]["access_token"]
    text = shown("paykun", f"/merchant/x/{key}?token={key}", {"token": key}, known=False, AccessToken=key)
    assert text.count(f"/merchant/x/{key}") == 2
    assert f"?token={key}" in text
    assert f'{{"token": "{key}"}}' in text


def test_a_secret_across_the_cut_of_a_long_body_is_hidden() -> None:
    for before in range(1960, 2001, 4):
        text = shown("paykun", "/merchant", json.dumps({"a": "-" * before + KEY}))
        assert not any(KEY[at : at + 5] in text for at in range(len(KEY) - 5))


def test_the_password_of_a_url_is_hidden() -> None:
    guard = guard_of("paykun", known=False)
    request = message(method="GET", url="https://me:hush@api.paykun.com/v1/nothing", headers=())
    assert Hidden(guard).target(Interaction(request, None)) == "https://<secret>@api.paykun.com/v1/nothing"


def test_every_text_of_a_finding_is_hidden() -> None:
    finding = Finding(
        rule="request-schema",
        severity=Severity.ERROR,
        location=Location("x", "request", f"/{KEY}"),
        message=KEY,
        hint=KEY,
        expected=KEY,
        actual=KEY,
        reproduce=f"curl {KEY}",
        details={"rows": [{KEY: KEY}], "count": 1},
    )
    made = Hidden(guard_of("paykun", known=True)).finding(finding)
    assert KEY not in repr(made)
    assert made.details == {"rows": [{"<encryption_key>": "<encryption_key>"}], "count": 1}


def test_large_bodies_of_any_kind_are_told_in_time() -> None:
    began = time.process_time()
    for body in ("a" * 2_000_000, "a=" * 90_000, "<a" * 90_000, json.dumps([{"token": "x"}] * 9000)):
        assert len(shown("paykun", "/merchant", body)) < 3000
    assert time.process_time() - began < 10
