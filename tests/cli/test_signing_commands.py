"""`sign`, `verify`, `explain`, `encrypt` and `decrypt`: every way in, what they print, and their codes."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.signing.vectors import message_of, vectors

from payproof.cli.main import main

OPENAPI = Path(__file__).parents[2] / "openapi"
KEY = "0123456789ABCDEF0123456789ABCDEF"
S1 = "45386a508143c1010da341a4bf493d61997c6aed93e16abd6c21c7c7c698cd0fa588c1b9542e6855cc03e60ad7b478e691c60e119368c605b6bf04b1541e1edb"  # noqa: E501
S2 = "7090d5d4e539477674da622aa82330801ba9057a58eafd88598a236ee90762f5ced0117bf0e648d27450fd14566abd7f23aeaf04671011fee2a70790bc338981"  # noqa: E501
REFUND = '{"refund_amount":"10.50","remarks":"Customer returned item"}'
CASES = {f"{scheme} {case['id']}": case for scheme, case in vectors()}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command with the vectors' key in the environment, and give code, output and errors."""
    monkeypatch.setenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def call(*arguments: str, stdin: str | bytes = b"") -> tuple[int, str, str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        capfd.readouterr()
        code = main(list(arguments))
        done = capfd.readouterr()
        return code, done.out, done.err

    return call


def body_of(name: str) -> str:
    return message_of(CASES[name]).body.decode()


def test_a_json_body_is_signed(run: Run) -> None:
    assert run("sign", "paykun.request", stdin=REFUND) == (0, S1 + "\n", "")


def test_fields_as_lines_and_form_text_are_signed(run: Run) -> None:
    lines = "refund_amount=10.50\nremarks=Customer returned item\n"
    assert run("sign", "paykun.request", stdin=lines)[1] == S1 + "\n"
    assert (
        run("sign", "paykun.request", stdin="refund_amount=10.50&remarks=Customer+returned%20item")[1]
        == S1 + "\n"
    )


def test_a_query_is_signed_where_the_source_says_so(run: Run) -> None:
    asked = ("sign", "paykun.request", "--source", "query")
    assert run(*asked, stdin="page_number=1&limit=10")[1] == S2 + "\n"
    raw = "GET /v1/merchant/orders/7?page_number=1&limit=10 HTTP/1.1\r\nHost: h.example\r\n\r\n"
    assert run(*asked, stdin=raw)[1] == S2 + "\n"


def test_a_raw_request_is_read_where_its_operation_signs(run: Run) -> None:
    raw = "GET /v1/merchant/orders/7?page_number=1&limit=10{} HTTP/1.1\r\nHost: h.example\r\n\r\n"
    assert run("sign", "paykun.request", stdin=raw.format(""))[1] == S2 + "\n"
    assert "canonical  6 bytes" in run("explain", "paykun.request", stdin=raw.format(""))[1]
    assert run("verify", "paykun.request", stdin=raw.format(f"&signature={S2}"))[0] == 0
    # What is chosen goes before what the operation says.
    assert run("sign", "paykun.request", "--source", "body", stdin=raw.format(""))[0] == 3


@pytest.mark.parametrize("form", [str, str.lower, lambda key: base64.b64encode(key.encode()).decode()])
def test_a_key_sent_as_the_signature_is_not_shown(run: Run, form: Callable[[str], str]) -> None:
    body = json.dumps({**json.loads(REFUND), "signature": form(KEY)})
    code, out, err = run("verify", "paykun.request", "--explain", stdin=body)
    assert code == 1
    assert form(KEY)[:16] not in out + err
    assert re.search(r"received   <[a-z ]*encryption_key>", out)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (REFUND, REFUND[:-1] + ',"signature":"' + S1 + '"}'),
        ("refund_amount=10.50&remarks=Customer+returned%20item", "&signature=" + S1 + "\n"),
        (
            f"POST /x HTTP/1.1\r\nHost: h\r\n\r\n{REFUND}",
            f'Content-Length: {len(REFUND) + 143}\r\n\r\n{REFUND[:-1]},"signature":"{S1}"}}',
        ),
    ],
    ids=["json", "form", "http"],
)
def test_the_signature_is_attached_in_the_form_given(run: Run, given: str, expected: str) -> None:
    code, out, _ = run("sign", "paykun.request", "--attach", stdin=given)
    assert code == 0
    assert out.endswith(expected)
    assert run("verify", "paykun.request", stdin=out)[0] == 0


def test_a_file_is_read_by_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "refund.json").write_text(REFUND)
    assert run("sign", "paykun.request", str(tmp_path / "refund.json"))[1] == S1 + "\n"
    code, out, err = run("sign", "paykun.request", str(tmp_path / "none.json"))
    assert (code, out) == (3, "")
    assert "cannot be read" in err


@pytest.mark.parametrize(
    ("name", "code"),
    [("S5", 0), ("body-changed", 1), ("missing", 1), ("look-alike", 1), ("null", 1)],
)
def test_a_response_is_verified(run: Run, name: str, code: int) -> None:
    name = "signature-null" if name == "null" else name
    case = CASES[f"paykun.response transaction/{name}"]
    found, out, err = run("verify", "paykun.response", stdin=body_of(f"paykun.response transaction/{name}"))
    assert (found, err) == (code, "")
    assert out.startswith(case["reason"] + ": ")
    assert ("try: " in out) == bool(code)


def test_a_verdict_comes_as_json_too(run: Run) -> None:
    code, out, _ = run("verify", "paykun.request", "--format", "json", stdin=REFUND)
    assert code == 1
    assert json.loads(out)["reason"] == "missing-signature"


def test_the_transaction_sample_explains_to_the_published_canonical_string(run: Run) -> None:
    case = CASES["paykun.response transaction/S5"]
    code, out, _ = run("explain", "paykun.response", stdin=body_of("paykun.response transaction/S5"))
    assert code == 0
    assert f"\n  {case['canonical']}\n" in out
    assert f"signature  {case['signature']}\n" in out
    assert f"digest     hmac-sha512 {case['digests'][0]}\n" in out
    assert "key        encryption_key (text) #" in out
    assert KEY not in out


def test_the_sample_in_the_document_explains_with_the_shipped_test_keys(run: Run) -> None:
    from payproof.spec import load

    media = (
        load(OPENAPI / "paykun").operations["getTransaction"].responses["200"]["content"]["application/json"]
    )
    samples = (
        [media["example"]] if "example" in media else [row["value"] for row in media["examples"].values()]
    )
    canonical = CASES["paykun.response transaction/S5"]["canonical"]
    shown = [run("explain", "paykun.response", "--test-keys", stdin=json.dumps(row))[1] for row in samples]
    assert any(f"\n  {canonical}\n" in out for out in shown)


def test_an_explanation_comes_as_json_too(run: Run) -> None:
    _, out, _ = run("explain", "paykun.request", "--format", "json", stdin=REFUND)
    made = json.loads(out)
    assert made["canonical"] == "10.50|Customer returned item|#"
    assert made["fields"][0] == {"name": "refund_amount", "text": "10.50"}
    assert made["signature"] == S1


def test_invisible_characters_are_shown_and_none_reaches_the_terminal(run: Run) -> None:
    body = '{"a":" x\\u001b[31m\\u00a0\\u202e\\u0000\\\\ ","\\u001b":"z"}'
    code, out, _ = run("explain", "paykun.request", stdin=body)
    assert code == 0
    assert "\\x20x\\x1b[31m\\xa0\\u202e\\x00\\\\\\x20" in out
    assert all(letter.isprintable() or letter == "\n" for letter in out)


def test_a_key_that_stands_in_the_message_is_masked_unless_it_is_a_test_key(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYPROOF_PAYKUN_ACCESS_TOKEN", "SECRETTOKEN")
    body = '{"access_token":"SECRETTOKEN","timestamp":"1760000000000"}'
    for form in ("text", "json"):
        code, out, _ = run("explain", "paykun.mobile", "--format", form, stdin=body)
        assert code == 0
        assert "SECRETTOKEN" not in out
        assert "<access_token>1760000000000" in out


def test_the_right_signature_of_a_failed_message_is_shown_for_test_keys_only(run: Run) -> None:
    wrong = REFUND[:-1] + ',"signature":"0"}'
    _, hidden, _ = run("verify", "paykun.request", "--explain", stdin=wrong)
    _, shown, _ = run("verify", "paykun.request", "--explain", "--test-keys", stdin=wrong)
    assert "10.50|Customer returned item|#" in hidden
    assert S1 not in hidden
    assert S1 in shown


def test_test_keys_win_over_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY", "a real key")
    assert run("sign", "paykun.request", "--test-keys", stdin=REFUND)[1] == S1 + "\n"


def test_a_key_that_replaces_one_of_a_test_bed_is_no_test_key(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY", "a real key")
    bed = str(OPENAPI / "paykun" / "testbed.yaml")
    message = REFUND[:-1] + ',"signature":"0"}'
    _, out, _ = run("verify", "paykun.request", "--testbed", bed, "--explain", stdin=message)
    assert "10.50|Customer returned item|#" in out
    assert re.search(r"[0-9a-f]{64}", out) is None


def test_a_missing_key_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY")
    code, out, err = run("sign", "paykun.request", stdin=REFUND)
    assert (code, out) == (2, "")
    assert "encryption_key" in err


def test_a_profile_signs_as_an_sdk_does_and_a_switch_as_it_says(run: Run) -> None:
    body = '{"a":true}'
    assert "\n  true|#\n" in run("explain", "paykun.request", "--profile", "paykun-node", stdin=body)[1]
    assert "\n  1|#\n" in run("explain", "paykun.request", stdin=body)[1]
    switched = run("explain", "paykun.request", "--switch", "request-scalars=javascript", stdin=body)
    assert "\n  true|#\n" in switched[1]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("paykun.none",), "no signing scheme"),
        (("nobody.request",), "no gateway"),
        (("../x.request",), "no signing scheme's name"),
        (("paykun.request", "--profile", "x"), "no profile"),
        (("paykun.request", "--switch", "x=y"), "no switch"),
        (("paykun.request", "--switch", "x"), "does not set a switch"),
        (("paykun.request", "--header", "x"), "no header"),
        (("paykun.request", "--test-keys", "--merchant", "x"), "no merchant"),
        (("paykun.checkout",), "it does not sign"),
    ],
)
def test_what_does_not_fit_is_said_with_code_2(run: Run, arguments: tuple[str, ...], what: str) -> None:
    code, out, err = run("explain", *arguments, stdin=REFUND)
    assert (code, out) == (2, "")
    assert what in err


OFFICIAL = CASES["plural.webhook webhook/official"]


def webhook(now: str, *more: str) -> list[str]:
    headers = [f"--header={name}: {value}" for name, value in OFFICIAL["message"]["headers"]]
    return ["verify", "plural.webhook", *headers, *(["--now", now] if now else []), *more]


@pytest.mark.parametrize(
    ("now", "more", "code", "reason"),
    [
        ("1728543028", (), 0, "valid"),
        ("2024-10-10T06:50:28+00:00", (), 0, "valid"),
        ("", ("--no-freshness",), 0, "valid-time-unchecked"),
        ("", (), 1, "stale"),
        ("1", (), 1, "future"),
    ],
)
def test_a_webhook_is_judged_at_a_moment(
    run: Run, monkeypatch: pytest.MonkeyPatch, now: str, more: tuple[str, ...], code: int, reason: str
) -> None:
    if not (OPENAPI / "plural" / "openapi.yaml").exists():
        pytest.skip("openapi/plural is not there yet")
    monkeypatch.setenv("PAYPROOF_PLURAL_WEBHOOK_SECRET", "abc1234")
    found, out, _ = run(*webhook(now, *more), stdin='{"payload":"payload"}')
    assert (found, out.split(":")[0]) == (code, reason)


@pytest.mark.parametrize("now", ["soon", "nan", "inf", "2024-13-01"])
def test_what_is_no_moment_is_refused(run: Run, now: str) -> None:
    code, _, err = run("verify", "paykun.request", "--now", now, stdin=REFUND)
    assert code == 2
    assert "no moment" in err


E1 = "eyJpdiI6IkFBRUNBd1FGQmdjSUNRb0xEQTBPRHc9PSIs"
FIELDS = "amount=10\norder_no=ORDER00001\nproduct_name=Widget\nudf_1=\n"


def test_what_is_encrypted_is_decrypted_again(run: Run) -> None:
    code, sealed, _ = run("encrypt", "paykun.checkout", stdin=FIELDS)
    assert code == 0
    assert run("decrypt", "paykun.checkout", stdin=sealed) == (
        0,
        "amount=10\norder_no=ORDER00001\nproduct_name=Widget\n",
        "",
    )
    again = run("encrypt", "paykun.checkout", stdin=FIELDS)[1]
    assert again != sealed


def test_a_known_iv_reproduces_the_published_request(run: Run) -> None:
    case = next(case for _, case in vectors(envelopes=True) if case["id"] == "checkout/E2-compact")
    fields = json.dumps(dict(case["fields"]))
    arguments = ("encrypt", "paykun.checkout", "--test-keys", "--iv", bytes(range(16)).hex())
    assert run(*arguments, stdin=fields)[1] == case["encrypted_request"] + "\n"
    assert f"mac         {case['mac']}\n" in run(*arguments, "--explain", stdin=fields)[1]
    code, _, err = run("encrypt", "paykun.checkout", "--iv", "00" * 16, stdin=fields)
    assert code == 2
    assert "test keys" in err


def test_a_request_is_found_in_the_form_that_carries_it(run: Run) -> None:
    case = next(case for _, case in vectors(envelopes=True) if case["id"] == "checkout/E2-compact")
    body = message_of(case).body.decode()
    raw = f"POST /payment HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    for given in (
        body,
        raw,
        case["encrypted_request"],
        json.dumps({"encrypted_request": case["encrypted_request"]}),
    ):
        code, out, _ = run("decrypt", "paykun.checkout", stdin=given)
        assert (code, out.splitlines()[0]) == (0, "amount=10")


@pytest.mark.parametrize("name", ["mac-changed", "not-base64", "value-empty", "serialised-twice"])
def test_a_broken_layer_is_named_with_code_1(run: Run, name: str) -> None:
    case = next(case for _, case in vectors(envelopes=True) if case["id"] == f"checkout/{name}")
    code, out, _ = run("decrypt", "paykun.checkout", stdin=case["encrypted_request"])
    assert code == 1
    assert out.startswith(case["reason"] + ": ")


@pytest.mark.parametrize("given", ["", "[1]", '{"a":{"b":1}}', "x", "{"])
def test_what_holds_no_fields_is_unreadable(run: Run, given: str) -> None:
    code, _, err = run("encrypt", "paykun.checkout", stdin=given)
    assert code == 3
    assert "there are no fields" in err


def test_commands_that_verify_import_nothing_heavy(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    program = """
import sys
from payproof.cli.main import main
code = main(["verify", "paykun.response", sys.argv[1]])
heavy = {"httpx", "jsonschema", "jsonschema_rs", "cryptography", "uvicorn", "vcr", "pytest", "hypothesis"}
print(code, sorted(heavy & set(sys.modules)))
"""
    (tmp_path / "s5.json").write_text(body_of("paykun.response transaction/S5"))
    environment = {**os.environ, "PAYPROOF_PAYKUN_ENCRYPTION_KEY": KEY, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "s5.json")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["valid: the signature is right", "0 []"], done.stderr


def test_a_body_that_is_not_json_is_unreadable_input_and_its_place_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"a":\n "secret" "b"}')
    assert main(["explain", "paykun.request", str(file), "--test-keys"]) == 3
    said = capsys.readouterr().err
    assert "line 2 column" in said
    assert "secret" not in said


@pytest.mark.parametrize("command", ["sign", "verify", "explain", "diagnose"])
def test_a_place_that_is_none_is_wrong_usage_and_names_the_known_ones(run: Run, command: str) -> None:
    code, _, err = run(command, "paykun.request", "--source", "nowhere", stdin=REFUND)
    assert (code, "at:  --source" in err) == (2, True)
    assert "known: body, query, form, return-url, headers, and /json/pointer" in err
