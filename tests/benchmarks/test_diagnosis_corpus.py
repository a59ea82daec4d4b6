"""The corpus of wrong signatures is what it promises to be, and its programs can also sign rightly."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

ROOT = Path(__file__).parents[2] / "benchmarks" / "diagnosis"
CORPUS: list[dict[str, Any]] = json.loads((ROOT / "corpus.json").read_text("utf-8"))
EXPLAINED = [case for case in CORPUS if case["kind"] != "unexplained"]
SCHEMES = [
    "paykun.request",
    "paykun.response",
    "paykun.webhook",
    "paykun.mobile",
    "paykun.checkout",
    "plural.webhook",
    "plural.callback",
    "plural.v2-xverify",
    "plural.v2-xverify-webhook",
    "plural.v2-kv",
]
SIGNED = [scheme for scheme in SCHEMES if scheme != "paykun.checkout"]
DIMENSIONS = [
    "source",
    "body-text",
    "parts",
    "order",
    "join",
    "nesting",
    "scalars",
    "escaping",
    "excluded",
    "text-edits",
    "charset",
    "rounds",
    "key",
    "output",
    "timing",
    "envelope",
]
LANGUAGES = ("python", "node", "java", "php")
COMMANDS = {
    "python": [sys.executable, str(ROOT / "programs/python/signer.py")],
    "node": ["node", str(ROOT / "programs/node/signer.mjs")],
    "java": ["java", "-Dfile.encoding=UTF-8", str(ROOT / "programs/java/Signer.java")],
    "php": ["php", str(ROOT / "programs/php/signer.php")],
}
PAYKUN_KEY = "0123456789ABCDEF0123456789ABCDEF"
HEX_KEY = "00112233445566778899aabbccddeeff"


def vocabulary() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("diagnosis_vocabulary", ROOT / "vocabulary.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    words: dict[str, str] = module.VOCABULARY
    return words


def program_is_missing(language: str) -> str | None:
    if shutil.which(COMMANDS[language][0]) is None:
        return f"{COMMANDS[language][0]} is not installed"
    if language == "python" and importlib.util.find_spec("cryptography") is None:
        return "the Python program encrypts with cryptography, which is not installed"
    return None


def run(language: str, jobs: list[dict[str, Any]]) -> list[str | None]:
    text = json.dumps({"jobs": jobs}, ensure_ascii=False).encode("utf-8")
    done = subprocess.run(COMMANDS[language], input=text, capture_output=True, check=True, timeout=120)
    return [signature for (signature,) in json.loads(done.stdout)["results"]]


@functools.cache
def answers(language: str) -> dict[str, str | None]:
    """All that the tests ask of a program, in one run: a Java program takes seconds to start."""
    asked = {f"right {case['id']}": job(case, []) for case in CORPUS if case["scheme"] != "paykun.checkout"}
    asked |= {
        f"wrong {case['id']}": job(case, names(case)) for case in EXPLAINED if case["language"] == language
    }
    for vector in VECTORS:
        case = {"scheme": vector.scheme, "message": vector.sent, "keys": {vector.role: vector.key}}
        asked[f"vector {vector.name}"] = job(case, vector.mistakes)
    asked["vector checkout"] = job(CHECKOUT, [])
    return dict(zip(asked, run(language, list(asked.values())), strict=True))


def answer(language: str, question: str) -> str | None:
    if reason := program_is_missing(language):
        pytest.skip(reason)
    return answers(language)[question]


def job(case: dict[str, Any], mistakes: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "scheme": case["scheme"],
        "message": case["message"],
        "keys": case["keys"],
        "earlier": case.get("earlier"),
        "mistakes": [mistakes],
    }
    found.update(case.get("inputs", {}))
    return found


def names(case: dict[str, Any]) -> list[str]:
    return [
        f"{cause['dimension']}/{cause['choice']}" + (f"={cause['value']}" if "value" in cause else "")
        for cause in case["causes"]
    ]


# The schemes once more, in as few lines as they take: nothing here is shared with the programs.


def flat(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [
            text for inner in (value.values() if isinstance(value, dict) else value) for text in flat(inner)
        ]
    return ["" if value is None or value is False else "1" if value is True else str(value)]


def right_signature(case: dict[str, Any]) -> str:
    scheme, message, keys = case["scheme"], case["message"], case["keys"]
    body = base64.b64decode(message["body_base64"])
    headers = {name.lower(): value for name, value in message["headers"]}
    is_form = "urlencoded" in headers.get("content-type", "")
    if scheme.startswith("paykun."):
        if message["method"] == "GET" and scheme == "paykun.request":
            fields = dict(parse_qsl(urlsplit(message["target"]).query, keep_blank_values=True))
        else:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else json.loads(body)
        fields = fields["data"] if scheme == "paykun.response" else fields
        fields = fields["transaction"] if scheme in ("paykun.response", "paykun.webhook") else fields
        values = flat({name: value for name, value in fields.items() if name != "signature"})
        if scheme == "paykun.mobile":
            inner = hmac.new(fields["timestamp"].encode(), "".join(values).encode(), "sha256").hexdigest()
            return hmac.new(keys["access_token"].encode(), inner.encode(), "sha256").hexdigest()
        text = "".join(value + "|" for value in values) + "#"
        return hmac.new(keys["encryption_key"].encode(), text.encode(), "sha512").hexdigest()
    if scheme == "plural.webhook":
        covered = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        raw = hmac.new(keys["webhook_secret"].encode(), covered, "sha256").digest()
        return "v1," + base64.b64encode(raw).decode()
    if scheme == "plural.v2-xverify":
        signed = json.loads(body)["request"].encode()
    elif scheme == "plural.v2-xverify-webhook":
        signed = base64.b64encode(
            json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()
        )
    else:
        source = body.decode() if message["method"] == "POST" else urlsplit(message["target"]).query
        dropped = {"signature", "dia_secret", "dia_secret_type", "ppc_DIA_SECRET", "ppc_DIA_SECRET_TYPE"}
        pairs = sorted(pair for pair in parse_qsl(source, keep_blank_values=True) if pair[0] not in dropped)
        signed = "&".join(f"{name}={value}" for name, value in pairs).encode()
    role = "callback_secret" if scheme == "plural.callback" else "v2_secret"
    return hmac.new(bytes.fromhex(keys[role]), signed, "sha256").hexdigest().upper()


def test_the_corpus_is_as_large_as_promised() -> None:
    kinds = Counter(case["kind"] for case in CORPUS)
    assert kinds == {"single": 289, "double": 120, "triple": 78, "unexplained": 115}
    assert all(
        len(case["causes"]) == {"single": 1, "double": 2, "triple": 3}[case["kind"]] for case in EXPLAINED
    )


def test_ids_are_unique() -> None:
    assert max(Counter(case["id"] for case in CORPUS).values()) == 1


def test_no_case_stands_twice() -> None:
    keys = Counter(json.dumps([case["scheme"], case["received"], case["message"]]) for case in EXPLAINED)
    assert max(keys.values()) == 1


def test_every_scheme_dimension_and_language_is_there() -> None:
    schemes = Counter(case["scheme"] for case in EXPLAINED)
    dimensions = Counter(cause["dimension"] for case in EXPLAINED for cause in case["causes"])
    languages = Counter(case["language"] for case in EXPLAINED)
    assert {name for name, count in schemes.items() if count >= 35} == set(SCHEMES)
    assert {name for name, count in dimensions.items() if count >= 10} == set(DIMENSIONS)
    assert {name for name, count in languages.items() if count >= 100} == set(LANGUAGES)
    assert {case["scheme"] for case in CORPUS if case["kind"] == "unexplained"} == set(SCHEMES)


def test_every_label_is_in_the_vocabulary_and_each_word_is_used() -> None:
    words = vocabulary()
    used = {f"{cause['dimension']}/{cause['choice']}" for case in EXPLAINED for cause in case["causes"]}
    assert used == set(words)
    for case in EXPLAINED:
        for alternative in case.get("expected_equal", []):
            assert len(alternative) == len(case["causes"])
            assert {f"{cause['dimension']}/{cause['choice']}" for cause in alternative} <= set(words)


def test_mistakes_of_one_case_are_of_distinct_dimensions() -> None:
    for case in EXPLAINED:
        dimensions = {cause["dimension"] for cause in case["causes"]}
        assert len(dimensions) == len(case["causes"]) or dimensions == {"envelope"}, case["id"]


def test_the_received_signature_stands_in_the_message() -> None:
    for case in CORPUS:
        message = case["message"]
        body = base64.b64decode(message["body_base64"]).decode()
        values = [value for _, value in message["headers"]]
        values += [value for _, value in parse_qsl(urlsplit(message["target"]).query, keep_blank_values=True)]
        values += [value for _, value in parse_qsl(body, keep_blank_values=True)]
        if not any(case["received"] == value for value in values):
            document = json.loads(body)
            document = document.get("data", document)
            assert document.get("transaction", document)["signature"] == case["received"], case["id"]


@pytest.mark.parametrize("scheme", SIGNED)
def test_no_case_carries_the_right_signature(scheme: str) -> None:
    for case in CORPUS:
        if case["scheme"] == scheme:
            right = right_signature(case)
            assert case["received"] != right, case["id"]
            if scheme == "plural.callback":  # compared without regard to case
                assert case["received"].upper() != right, case["id"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", SIGNED)
def test_without_mistakes_each_program_signs_rightly(scheme: str, language: str) -> None:
    for case in CORPUS:
        if case["scheme"] == scheme:
            assert answer(language, f"right {case['id']}") == right_signature(case), case["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_program_still_computes_what_the_corpus_says(language: str) -> None:
    for case in EXPLAINED:
        if case["language"] == language:
            assert answer(language, f"wrong {case['id']}") == case["received"], case["id"]


def message(
    body: str, *, method: str = "POST", target: str = "/", kind: str = "json", **headers: str
) -> dict[str, Any]:
    found = [["Content-Type", "application/json" if kind == "json" else "application/x-www-form-urlencoded"]]
    found += [[name.replace("_", "-"), value] for name, value in headers.items()]
    encoded = base64.b64encode(body.encode()).decode()
    return {"method": method, "target": target, "headers": found, "body_base64": encoded}


PAYMENT_LINK = (
    '{"failure_url":"","success_url":"https://shop.example/ok","signature":"","amount":250.5,"currency":"INR",'
    '"payment_for":"Course fee","for_single_customer":true,"customer_email":"buyer@example.com",'
    '"customer_mono":"9999999999","customer_fname":"Asha","customer_lname":"Rao","notify_by_email":true,'
    '"notify_by_sms":false,"can_expire":true,"expiry_date":"15-07-2030 18:30:00","receipt_no":"","note":""}'
)


class Vector(NamedTuple):
    scheme: str
    sent: dict[str, Any]
    role: str
    key: str
    mistakes: list[str]
    start: str
    name: str


# Vectors of the project's reference.
VECTORS = [
    Vector(
        "paykun.request",
        message('{"refund_amount":"10.50","remarks":"Customer returned item","signature":""}'),
        "encryption_key",
        PAYKUN_KEY,
        [],
        "45386a508143c1010da341a4bf493d61997c6aed93e16abd",
        name="refund",
    ),
    Vector(
        "paykun.request",
        message('{"refund_amount":"10.50","remarks":"Customer returned item","signature":""}'),
        "encryption_key",
        PAYKUN_KEY,
        ["rounds/sha256"],
        "6639f72e2838a761396a71ffdeaeaba83f5e38301f149993e686654db6f774f3",
        name="refund with the pseudo-code's SHA-256",
    ),
    Vector(
        "paykun.request",
        message("", method="GET", target="/orders/1?page_number=1&limit=10&signature="),
        "encryption_key",
        PAYKUN_KEY,
        [],
        "7090d5d4e539477674da622aa82330801ba9057a58eafd88",
        name="orders",
    ),
    Vector(
        "paykun.request",
        message('{"refund_amount":"1","remarks":"धन्यवाद | pipe #","signature":""}'),
        "encryption_key",
        PAYKUN_KEY,
        [],
        "aaf86b9706e95c74dfdbcf45567a329ac42f2676eff509b8",
        name="refund in Hindi",
    ),
    Vector(
        "paykun.request",
        message(PAYMENT_LINK),
        "encryption_key",
        PAYKUN_KEY,
        [],
        "089b069649fa6d295878f296d0d6a9b25595d327de28ded6",
        name="payment link, PHP booleans",
    ),
    Vector(
        "plural.webhook",
        message(
            '{"payload":"payload"}',
            webhook_id="msg_2nEfCaUDn9fynC9Kz2upo1QSydl",
            webhook_timestamp="1728543028",
        ),
        "webhook_secret",
        "abc1234",
        [],
        "v1,Ns46HrH+Nfu9dZtBUVvSLyrOD5JH0SAGlNo3M5yobfQ=",
        name="official webhook",
    ),
    Vector(
        "plural.webhook",
        message(
            '{"payload":"payload"}',
            webhook_id="msg_2nEfCaUDn9fynC9Kz2upo1QSydl",
            webhook_timestamp="1728543028",
        ),
        "webhook_secret",
        "abc1234",
        ["key/base64-text"],
        "v1,SJZqxPDwHX82b+nKGWp+2eAXZo4ygWnHf0juiYQK95c=",
        name="webhook under the Base64 text of the secret",
    ),
    Vector(
        "plural.callback",
        message(
            "signature=&status=FAILED&error_code=USER_AUTHENTICATION_FAILED"
            "&error_message=Consumer+Authentication+required&order_id=v1-240101000000-aa-Ab12Cd",
            kind="form",
        ),
        "callback_secret",
        HEX_KEY,
        [],
        "D8F92A96B0B2B8B1F24074E3753E7B1FF602F49128C4DD182E21EB9DD753EE1D",
        name="callback",
    ),
    Vector(
        "plural.v2-xverify",
        message('{"request":"eyJtZXJjaGFudF9kYXRhIjp7Im1lcmNoYW50X2lkIjoxfX0="}'),
        "v2_secret",
        HEX_KEY,
        [],
        "883B57E68D57EA4A5595F57B3C572249A7D60804D64494A8F3EA7C1A0145B070",
        name="X-VERIFY",
    ),
    Vector(
        "plural.v2-xverify",
        message('{"request":"eyJtZXJjaGFudF9kYXRhIjp7Im1lcmNoYW50X2lkIjoxfX0="}'),
        "v2_secret",
        HEX_KEY,
        ["text-edits/trailing-newline"],
        "88E789AFD344D0D4A2B2403EBCD981FD665A95B32495ED4D1FC490E7033E35AE",
        name="X-VERIFY with Django's newline",
    ),
    Vector(
        "plural.v2-xverify-webhook",
        message('{"merchant_data": {"merchant_id": 1}}'),
        "v2_secret",
        HEX_KEY,
        [],
        "883B57E68D57EA4A5595F57B3C572249A7D60804D64494A8F3EA7C1A0145B070",
        name="X-verify",
    ),
    Vector(
        "plural.v2-kv",
        message(
            "dia_secret=&dia_secret_type=SHA256&amount_in_paisa=100&acquirer_name=HDFC&Acquirer_Response_Code=00",
            kind="form",
        ),
        "v2_secret",
        HEX_KEY,
        [],
        "8A7ADF6C4C5D3D7A7326DD12A81A41D854283B9B70FC466D21E068E90642DE4D",
        name="key=value",
    ),
    Vector(
        "plural.v2-kv",
        message("mobile=%2B919999999999&msg=A%2CB&dia_secret=", kind="form"),
        "v2_secret",
        HEX_KEY,
        ["escaping/percent"],
        "87F8EB3D4066095B86BB52E9A7ADF44B11616665BFAED6C7A71751EAF7ADB0F2",
        name="key=value, percent-encoded",
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_vectors_of_the_reference(vector: Vector, language: str) -> None:
    signature = answer(language, f"vector {vector.name}")
    assert signature is not None
    assert signature.startswith(vector.start)


ORDER = {
    "amount": "10",
    "currency": "INR",
    "customer_email": "t@example.com",
    "customer_name": "Test User",
    "customer_phone": "9999999999",
    "failure_url": "https://shop.example/failed",
    "order_no": "ORDER00001",
    "product_name": "Widget",
    "success_url": "https://shop.example/success",
}


CHECKOUT = {
    "scheme": "paykun.checkout",
    "message": message(""),
    "keys": {"encryption_key": PAYKUN_KEY},
    "inputs": {"fields": ORDER, "iv_base64": base64.b64encode(bytes(range(16))).decode()},
}


@pytest.mark.parametrize(
    ("language", "length", "sha256"),
    [
        ("php", 628, "ee7e943dc29521f35c2f2b6ad8599d908210cb9e5581e87ae9e44d3032c0165a"),
        ("node", 616, "cdf1cf6830fb94ddf775585e5dfaa8a13494cf2aa74ea787cd7250cf07bfb404"),
        ("java", 616, "cdf1cf6830fb94ddf775585e5dfaa8a13494cf2aa74ea787cd7250cf07bfb404"),
        ("python", 624, "6bb9851ecbc3ad16e6aa67dae2ae31e1668033fa9c19ca82f1daf00fb1b78097"),
    ],
)
def test_the_checkout_vector_of_the_reference(language: str, length: int, sha256: str) -> None:
    text = answer(language, "vector checkout")
    assert text is not None
    assert (len(text), hashlib.sha256(text.encode()).hexdigest()) == (length, sha256)
