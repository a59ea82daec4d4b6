"""`payproof diagnose`: every way in, both formats, its codes, and no key in what it prints."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.signing.diagnosis.wrong import KEY, SECRET, TOKEN, mac

from payproof.cli.main import main

TEXT = "10.50|Late|#"
WRONG = mac(TEXT, KEY, "sha256")
BODY = f'{{"refund_amount":"10.50","remarks":"Late","signature":"{WRONG}"}}'
BARE = '{"refund_amount":"10.50","remarks":"Late"}'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command with keys in the environment, and give code, output and errors."""
    monkeypatch.setenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("PAYPROOF_PLURAL_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capfdbinary.readouterr()
        code = main(list(arguments))
        done = capfdbinary.readouterr()
        return code, done.out.decode(), done.err.decode()

    return call


def har(body: str) -> str:
    request = {
        "method": "POST",
        "url": "https://h.example/x",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "postData": {"text": body},
    }
    return json.dumps({"log": {"entries": [{"request": request, "response": {}}]}})


CASSETTE = f"""
version: 1
interactions:
- request:
    method: POST
    uri: https://h.example/v1/merchant/transaction/7/refund
    headers: {{Content-Type: [application/json]}}
    body: '{BODY}'
  response:
    status: {{code: 200, message: OK}}
    headers: {{}}
    body: {{string: '{{}}'}}
"""
FORMS = {
    "json": BODY,
    "http": f"POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n{BODY}",
    "form": f"refund_amount=10.50&remarks=Late&signature={WRONG}",
    "fields": f"refund_amount=10.50\nremarks=Late\nsignature={WRONG}\n",
    "har": har(BODY),
}


@pytest.mark.parametrize("form", FORMS)
def test_paykuns_pseudo_code_is_named_in_every_form_of_a_message(run: Run, form: str) -> None:
    code, out, err = run("diagnose", "paykun.request", stdin=FORMS[form])
    assert (code, err) == (1, "")
    assert "The signature was made with HMAC with SHA-256." in out
    assert "paykun-docs-pseudocode computes exactly this" in out


def test_an_entry_of_a_cassette_is_diagnosed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(CASSETTE)
    code, out, _ = run("diagnose", "paykun.request", "one.yaml")
    assert code == 1
    assert "HMAC with SHA-256" in out
    assert run("diagnose", "paykun.request", "one.yaml", "--entry", "2")[0] == 2


def test_plurals_base64_text_as_key_is_named(run: Run) -> None:
    body = '{"event_type":"PAID"}'
    digest = mac(f"msg_1.1700000000.{body}", base64.b64encode(SECRET.encode()), "sha256")
    signature = "v1," + base64.b64encode(bytes.fromhex(digest)).decode()
    raw = (
        "POST /hook HTTP/1.1\r\nwebhook-id: msg_1\r\nwebhook-timestamp: 1700000000\r\n"
        f"webhook-signature: {signature}\r\n\r\n{body}"
    )
    code, out, _ = run("diagnose", "plural.webhook", stdin=raw)
    assert code == 1
    assert "The signature was made with the Base64 text of the key." in out
    assert "webhook-base64-text-as-key computes exactly this" in out
    assert SECRET not in out


def test_the_signature_may_be_given_beside_the_message(run: Run) -> None:
    code, out, _ = run("diagnose", "paykun.request", "--signature", WRONG, stdin=BARE)
    assert code == 1
    assert "HMAC with SHA-256" in out
    assert run("diagnose", "paykun.request", "--signature", mac(TEXT), stdin=BARE)[0] == 0


def test_a_request_is_read_as_its_operation_signs_it(run: Run) -> None:
    wrong = mac("1|10|#", KEY, "sha256")
    raw = f"GET /v1/merchant/orders/7?page_number=1&limit=10&signature={wrong} HTTP/1.1\r\nHost: h\r\n\r\n"
    assert "HMAC with SHA-256" in run("diagnose", "paykun.request", stdin=raw)[1]


def test_a_valid_message_ends_with_0(run: Run) -> None:
    code, out, _ = run("diagnose", "paykun.request", stdin=BODY.replace(WRONG, mac(TEXT)))
    assert (code, out) == (0, "paykun.request: the signature is right\n")


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("PAYPROOF_PAYKUN_ACCESS_TOKEN", "with the access token as the key"),
        ("PAYPROOF_PAYKUN_SANDBOX_ENCRYPTION_KEY", "with the sandbox.encryption key as the key, of another"),
    ],
)
def test_other_keys_of_the_environment_are_tried(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, said: str
) -> None:
    monkeypatch.setenv(variable, TOKEN)
    code, out, _ = run("diagnose", "paykun.request", stdin=BODY.replace(WRONG, mac(TEXT, TOKEN)))
    assert code == 1
    assert said in out
    assert TOKEN not in out


def test_the_right_signature_is_shown_with_the_published_test_keys_only(run: Run) -> None:
    assert mac(TEXT) in run("diagnose", "paykun.request", "--test-keys", stdin=BODY)[1]
    assert mac(TEXT) not in run("diagnose", "paykun.request", stdin=BODY)[1]


def test_json_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("diagnose", "paykun.request", "--format", "json", "-o", "answer.json", stdin=BODY)
    assert (code, out) == (1, "")
    data = json.loads((tmp_path / "answer.json").read_text())
    assert data["explanations"][0]["causes"][0]["choice"] == "hmac-sha256"
    assert data["right_signature"] is None


def test_an_earlier_delivery_is_given_as_its_headers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "earlier.txt").write_text("webhook-id: msg_0\nwebhook-timestamp: 1600000000\n")
    digest = mac("msg_0.1700000000.{}", SECRET, "sha256")
    signature = "v1," + base64.b64encode(bytes.fromhex(digest)).decode()
    raw = (
        "POST /hook HTTP/1.1\r\nwebhook-id: msg_1\r\nwebhook-timestamp: 1700000000\r\n"
        f"webhook-signature: {signature}\r\n\r\n{{}}"
    )
    assert (
        "id of an earlier delivery"
        in run("diagnose", "plural.webhook", "--earlier", "earlier.txt", stdin=raw)[1]
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("paykun.nothing",), 2),
        (("paykun.request", "no-such-file"), 3),
        (("paykun.request", "--earlier", "no-such-file"), 3),
        (("nowhere.request",), 2),
    ],
)
def test_what_does_not_fit_is_told_by_the_code(run: Run, arguments: tuple[str, ...], code: int) -> None:
    assert run("diagnose", *arguments, stdin=BODY)[0] == code


def test_an_encrypted_request_is_peeled(run: Run) -> None:
    members = {"iv": base64.b64encode(bytes(16)).decode(), "value": base64.b64encode(bytes(32)).decode()}
    text = base64.b64encode(json.dumps(members).encode()).decode()
    code, out, _ = run("diagnose", "paykun.checkout", stdin=text)
    assert code == 1
    assert "no text member 'mac' in the JSON" in out


def test_the_fields_of_an_encrypted_request_are_held_against_the_spec(run: Run) -> None:
    order = dict.fromkeys(("amount", "failure_url", "order_no", "product_name", "success_url"), "1234567890")
    right = run("encrypt", "paykun.checkout", stdin=json.dumps(order))[1]
    assert run("diagnose", "paykun.checkout", stdin=right) == (0, "paykun.checkout: every layer holds\n", "")
    del order["order_no"]
    wrong = run("encrypt", "paykun.checkout", stdin=json.dumps(order))[1]
    code, out, _ = run("diagnose", "paykun.checkout", stdin=wrong)
    assert code == 1
    assert "its fields are not those of an order" in out
    assert "The encrypted request was made with no field 'order_no'" in out


def test_verify_with_explain_says_why_too(run: Run) -> None:
    code, out, _ = run("verify", "--explain", "paykun.request", stdin=BODY)
    assert code == 1
    assert "paykun-docs-pseudocode computes exactly this" in out
    assert mac(TEXT) not in out


CURL = """*   Trying 192.0.2.1:443...
> {line} HTTP/2
> Host: h.example
> Content-Type: application/json
>
< HTTP/2 400
< content-type: application/json
<
{{"status":false}}
"""


def test_what_curl_prints_of_a_request_is_diagnosed(run: Run) -> None:
    wrong = mac("1|10|#", KEY, "sha256")
    line = f"GET /v1/merchant/orders/7?page_number=1&limit=10&signature={wrong}"
    code, out, err = run("diagnose", "paykun.request", stdin=CURL.format(line=line))
    assert (code, err) == (1, "")
    assert "The signature was made with HMAC with SHA-256." in out


def test_the_body_that_curl_does_not_print_is_asked_for(run: Run) -> None:
    # What curl prints after the headers is the answer's body, never the request's.
    line = "POST /v1/merchant/transaction/7/refund"
    code, out, err = run("diagnose", "paykun.request", "--signature", WRONG, stdin=CURL.format(line=line))
    assert (code, out) == (2, "")
    assert "give the whole body as it travels" in err
