"""The independent PayKun held to the reference's vectors and to its written rules."""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from . import paykun_bed, paykun_rules, paykun_server
from .asking import ask
from .paykun_bed import MAIN, SAMPLE, SECOND
from .paykun_client import LINK, REMARKS, Client, code, fields, sign

S1 = (
    "45386a508143c1010da341a4bf493d61997c6aed93e16abd6c21c7c7c698cd0f"
    "a588c1b9542e6855cc03e60ad7b478e691c60e119368c605b6bf04b1541e1edb"
)
S1_SHA256 = "6639f72e2838a761396a71ffdeaeaba83f5e38301f149993e686654db6f774f3"
S2 = (
    "7090d5d4e539477674da622aa82330801ba9057a58eafd88598a236ee90762f5"
    "ced0117bf0e648d27450fd14566abd7f23aeaf04671011fee2a70790bc338981"
)
S3 = (
    "82ea1986dabaf844642ef88a7a4caa7501d15c6a3b6c455909ace61976bfb59d"
    "3afb7a4648afedc247ad20db0142e27b54ac5e507504b1e5e194a49938c9980a"
)
S4A = (
    "089b069649fa6d295878f296d0d6a9b25595d327de28ded61e1703741d07d28f"
    "f0537080ccac31fd55c4afe4bd7b77131f2deb8e3106fbf5ab35aa36adf5175a"
)
S4B = (
    "6240c782c9cb143e735a1537dfc7fcb4ca171ed18bfbe94d9438cae023f9c50c"
    "4a127057313dde8b9a6aa157409eb22a8e19f1be94afbba758b8ea90f727055d"
)
S4C = (
    "54191bbb4863778c7a4935c8eb134b56cb4799015a1f2c8a456f947ae502cb86"
    "1f02bd6d46fed9dd36f96db5e6abe293fe37b8ba94ba8fdc82cee6df08152c10"
)
S5 = (
    "89be77942e04843c2741dbcf50be8e8d800587d43d422e626eb64b91cb81fef8"
    "3c04d0e329d7b17c84415c1e1d0c767a9c870d15fb1839705efb3109250fc02b"
)
S6 = (
    "aaf86b9706e95c74dfdbcf45567a329ac42f2676eff509b8f2b6763c22601fb1"
    "0e26e3871215c7f2a0d7a2bce0f6b9d10ea4414496750ed627431fed5117b517"
)


@pytest.fixture
def main(start_paykun: Callable[..., Client]) -> Client:
    """Give the main merchant's client on a faultless server."""
    return start_paykun()


@pytest.fixture
def sample(start_paykun: Callable[..., Client]) -> Client:
    """Give the client whose key is that of the reference's vectors."""
    return start_paykun(merchant=SAMPLE)


# The reference's vectors


def test_vector_s1_is_accepted_as_json_and_as_a_form(sample: Client) -> None:
    answer = sample.refund(paykun_bed.SAMPLE_PAYMENT, "10.50", signature=S1)
    assert answer[0] == 200
    assert set(answer[1]["data"]) == {"message", "refund_ref_no"}
    form = urlencode({"refund_amount": "10.50", "remarks": REMARKS, "signature": S1}).encode()
    path = f"/transaction/{paykun_bed.SAMPLE_PAYMENT}/refund"
    again = sample.send(path, "POST", form, Content_Type="application/x-www-form-urlencoded")
    assert code(again) == (400, "refundNotAllowed"), "the signature passed, and the money is gone"


def test_vector_s1_with_sha256_is_refused(sample: Client) -> None:
    answer = sample.refund(paykun_bed.SAMPLE_PAYMENT, "10.50", signature=S1_SHA256)
    assert code(answer) == (403, "invalidSignature")


def test_vector_s6_with_delimiters_and_devanagari_is_accepted(sample: Client) -> None:
    assert sample.refund(paykun_bed.SAMPLE_PAYMENT, "1", "धन्यवाद | pipe #", S6)[0] == 200


def test_vectors_s2_and_s3_are_accepted(sample: Client) -> None:
    path = "/orders/15707057419885?"
    plain = sample.send(f"{path}page_number=1&limit=10&signature={S2}")
    assert plain[0] == 200
    assert plain[1]["data"]["total_orders"] == 1
    blanks = "page_number=1&limit=50&status=Success&start_date=&end_date=&customer_email=buyer%40example.com"
    filtered = sample.send(f"{path}{blanks}&signature={S3}")
    assert filtered[0] == 200
    assert filtered[1]["data"]["orders"] == []


@pytest.mark.parametrize(
    ("style", "signature", "status"),
    [
        ("javascript", S4B, 200),
        ("javascript", S4A, 403),
        ("javascript", S4C, 403),
        ("php", S4A, 200),
        ("php", S4B, 403),
        ("php", S4C, 403),
    ],
)
def test_vectors_s4_follow_the_boolean_text(
    start_paykun: Callable[..., Client], style: str, signature: str, status: int
) -> None:
    assert start_paykun(merchant=SAMPLE, boolean_text=style).link(LINK, signature)[0] == status


def test_vector_s5_signs_the_sample_transaction(sample: Client) -> None:
    transaction = sample.status(paykun_bed.SAMPLE_PAYMENT)[1]["data"]["transaction"]
    assert transaction["signature"] == S5
    assert transaction["order"] == {
        "order_id": "15707057419885",
        "product_name": "Product Name",
        "gross_amount": 11,
        "gateway_fee": 0.22,
        "tax": 0.04,
    }


@pytest.mark.parametrize(
    ("value", "php", "javascript"),
    [
        (None, "", "null"),
        (True, "1", "true"),
        (False, "", "false"),
        (0.22, "0.22", "0.22"),
        (11.0, "11", "11"),
        (1e15, "1.0E+15", "1000000000000000"),
        (0.1 + 0.2, "0.3", "0.30000000000000004"),
        (0.00001, "1.0E-5", "0.00001"),
    ],
)
def test_scalars_read_as_the_reference_tabulates(value: object, php: str, javascript: str) -> None:
    assert paykun_rules.scalar_text(value, "php") == php
    assert paykun_rules.scalar_text(value, "javascript") == javascript


# Conduct


def test_the_test_bed_tells_the_truth(main: Client) -> None:
    bed = paykun_server.testbed()
    assert json.loads(json.dumps(bed)) == bed
    assert {
        name: {key: len(value) for key, value in one.items()} for name, one in bed["merchants"].items()
    } == {name: {"merchant_id": 15, "access_token": 32, "encryption_key": 32} for name in ("main", "second")}
    roles = bed["roles"]
    good = roles["successful-transaction"]
    shown = main.status(good["transaction_id"])[1]["data"]["transaction"]
    assert (shown["status"], shown["order"]["order_id"], shown["customer"]["email_id"]) == (
        "Success",
        good["order_id"],
        good["customer_email"],
    )
    assert f"{shown['order']['gross_amount']:.2f}" == good["amount"]
    big = roles["refundable-transaction"]
    assert main.refund(big["transaction_id"], big["amount"])[0] == 200
    extra = roles["refundable-transactions-extra"]
    ids = extra["transaction_ids"].split(",")
    assert len(set(ids)) >= 20
    assert {main.refund(one, extra["amount"])[0] for one in ids} == {200}
    assert code(main.refund(roles["failed-transaction"]["transaction_id"], "1")) == (400, "refundNotAllowed")
    for role in ("unknown-transaction", "second-merchant-transaction"):
        assert code(main.status(roles[role]["transaction_id"])) == (400, "dataNotFound")
        assert code(main.refund(roles[role]["transaction_id"], "1")) == (400, "dataNotFound")
    for role in ("unknown-order", "second-merchant-order"):
        assert code(main.orders(roles[role]["order_id"], page_number="1")) == (400, "dataNotFound")
    for role, total in (("single-order", 1), ("paged-order", roles["paged-order"]["total"])):
        assert main.orders(roles[role]["order_id"], page_number="1")[1]["data"]["total_orders"] == total


def test_pages_join_up_to_the_whole_order(main: Client) -> None:
    pages = [main.orders("0000100005", page_number=str(n), limit="4")[1]["data"] for n in range(1, 5)]
    assert [(page["current_item_count"], page["is_last"], page["last_page"]) for page in pages] == [
        (4, False, 3),
        (4, False, 3),
        (1, True, 3),
        (0, True, 3),
    ]
    ids = [one["req_id"] for page in pages for one in page["orders"]]
    assert sorted(ids) == sorted(paykun_bed.PAGED)


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({"status": "Success"}, 5),
        ({"status": "Nonesuch"}, 0),
        ({"customer_email": "ravi@buyer.example"}, 3),
        ({"start_date": "2026-01-03", "end_date": "2026-01-05"}, 2),
        ({"start_date": "17-01-2026 10:00:00"}, 1),
        ({"status": "", "start_date": ""}, 9),
    ],
)
def test_filters_narrow_the_orders(main: Client, filters: dict[str, str], total: int) -> None:
    answer = main.orders("0000100005", page_number="1", limit="10", **filters)
    assert answer[1]["data"]["total_orders"] == total


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"limit": "10"}, ["page_number"]),
        ({"page_number": "0"}, ["page_number"]),
        ({"page_number": "1", "limit": "0"}, ["limit"]),
        ({"page_number": "1", "limit": "101"}, ["limit"]),
        ({"page_number": "x", "limit": ""}, ["page_number", "limit"]),
        ({"page_number": "1", "start_date": "soon"}, ["start_date"]),
    ],
)
def test_a_bad_orders_query_is_refused(main: Client, params: dict[str, str], wrong: list[str]) -> None:
    assert fields(main.orders("0000100005", **params)) == wrong


def test_an_orders_query_without_a_signature_is_refused(main: Client) -> None:
    assert fields(main.send("/orders/0000100005?limit=1")) == ["page_number", "signature"]


@pytest.mark.parametrize("amount", ["", "0", "0.00", "-1", "1.001", "1e3", "NaN", "٣"])
def test_a_bad_refund_amount_is_refused(main: Client, amount: str) -> None:
    assert fields(main.refund(paykun_bed.REFUNDABLE, amount)) == ["refund_amount"]


def test_refunds_count_together(main: Client) -> None:
    assert main.refund(paykun_bed.SUCCESSFUL, "250.00")[0] == 200
    assert code(main.refund(paykun_bed.SUCCESSFUL, "0.51")) == (400, "refundNotAllowed")
    assert main.refund(paykun_bed.SUCCESSFUL, "0.50")[0] == 200


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"amount": 0}, ["amount"]),
        ({"amount": "250.5"}, ["amount"]),
        ({"currency": "USD"}, ["currency"]),
        ({"payment_for": ""}, ["payment_for"]),
        ({"success_url": "shop"}, ["success_url"]),
        ({"customer_email": ""}, ["customer_email"]),
        ({"for_single_customer": False}, ["notify_by_email"]),
        ({"notify_by_sms": "yes"}, ["notify_by_sms"]),
        ({"expiry_date": ""}, ["expiry_date"]),
        ({"expiry_date": "2030-07-15 18:30:00"}, ["expiry_date"]),
        ({"expiry_date": "31-02-2030 18:30:00"}, ["expiry_date"]),
        ({"expiry_date": "15-01-2027 13:29:59"}, ["expiry_date"]),
    ],
)
def test_a_bad_link_is_refused(main: Client, change: dict[str, Any], wrong: list[str]) -> None:
    assert fields(main.link({**LINK, **change})) == wrong


def test_a_link_for_anyone_may_leave_its_fields_blank_but_not_out(main: Client) -> None:
    blank = dict.fromkeys(paykun_rules.LINK_FIELDS_NEVER_ABSENT, "")
    switched_off = {"for_single_customer": False, "notify_by_email": False, "can_expire": False}
    link = {**LINK, **blank, **switched_off}
    answer = main.link(link)
    assert answer[0] == 200
    assert answer[1]["data"]["payment_link"].endswith(answer[1]["data"]["payment_link_id"])
    for name in blank:
        assert fields(main.link({key: value for key, value in link.items() if key != name})) == [name]


@pytest.mark.parametrize("keys", [{"AccessToken": "x" * 32}, {"AccessToken": ""}, {"MerchantId": "1" * 15}])
def test_bad_keys_are_unauthorized(main: Client, keys: dict[str, str]) -> None:
    for path, method in (
        (f"/transaction/{paykun_bed.SUCCESSFUL}", "GET"),
        ("/orders/0000100005?page_number=1", "GET"),
        (f"/transaction/{paykun_bed.REFUNDABLE}/refund", "POST"),
        ("/payment/link/create", "POST"),
    ):
        assert code(main.send(path, method, **keys)) == (401, "unauthorized")


def test_another_merchants_token_is_unauthorized(main: Client) -> None:
    answer = main.send(f"/transaction/{paykun_bed.SUCCESSFUL}", AccessToken=SECOND.access_token)
    assert code(answer) == (401, "unauthorized")


@pytest.mark.parametrize("path", ["/", "/transaction/", "/orders/1/2", "/payment/link", "/../../etc"])
def test_an_unknown_path_is_not_found(main: Client, path: str) -> None:
    assert code(main.send(path)) == (404, "notFound")


def test_a_wrong_method_is_not_allowed(main: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "NONSENSE"):
        assert code(main.send("/orders/0000100005", method)) == (405, "methodNotAllowed")
    assert code(main.send("/payment/link/create")) == (405, "methodNotAllowed")


GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"remarks": "\xff"}',
    b'{"remarks": "\\u0000"}',
    b'{"remarks": "\\ud800"}',
    b'{"amount": NaN}',
    b'{"amount": 1e999}',
    b'{"amount": ' + b"9" * 5000 + b"}",
    b'{"amount": ' + b"9" * 400 + b"}",
    b'{"a": 1, "a": 2}',
    b'{"a": [[1]]}',
    b'{"a": {"b": {"c": 1}}}',
    b'{"a": ' + b"[" * 100_000,
    b'{"remarks": "' + b"x" * 10_000 + b'"}',
    b'{"remarks": "' + b"x" * 400_000 + b'"}',
    b'{"signature": 1}',
    b'{"refund_amount": [], "remarks": {}, "signature": []}',
]


@pytest.mark.parametrize("path", [f"/transaction/{paykun_bed.REFUNDABLE}/refund", "/payment/link/create"])
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_a_validation_error(main: Client, path: str, body: bytes) -> None:
    assert fields(main.send(path, "POST", body, Content_Type="application/json"))


def test_a_body_of_another_type_is_a_validation_error(main: Client) -> None:
    for kind in ("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"):
        assert fields(main.send("/payment/link/create", "POST", b"amount=1", Content_Type=kind))
    refund = f"/transaction/{paykun_bed.REFUNDABLE}/refund"
    assert fields(main.send(refund, "POST", b"remarks=%ff", Content_Type="application/x-www-form-urlencoded"))


def test_garbage_in_the_target_is_refused(main: Client) -> None:
    assert fields(main.status("%ff"))
    assert fields(main.status("a%00b"))
    assert fields(main.send("/orders/0000100005?page_number=1&page_number=2"))
    assert fields(main.send("/orders/0000100005?page_number=%ff"))
    assert code(main.status(quote("धन्यवाद"))) == (400, "dataNotFound")


def test_random_bytes_never_break_the_server(main: Client) -> None:
    dice = random.Random(1)
    for _ in range(100):
        body = dice.choice([b"", b'{"remarks":', b'{"a":"']) + dice.randbytes(dice.randrange(40))
        assert main.send("/payment/link/create", "POST", body, Content_Type="application/json")[0] == 400


@pytest.mark.parametrize("line", [b"\0\xff", b"GET / HTTP/9.9", b"GET /" + b"a" * 70_000 + b" HTTP/1.1"])
def test_a_line_that_is_no_http_is_answered_in_json(main: Client, line: bytes) -> None:
    netloc = urlsplit(main.root)
    with socket.create_connection((str(netloc.hostname), netloc.port or 0), timeout=10) as connection:
        connection.sendall(line + b"\r\n\r\n")
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        assert reply.status in (400, 414)
        assert json.loads(reply.read())["errors"]["errorCode"] == "badRequest"


def test_a_connection_is_kept_for_the_next_request(main: Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(main.root).netloc, timeout=10)
    sockets = set()
    for body in (b"one", b"", b"x" * 300_000):
        connection.request("POST", "/nowhere", body)
        sockets.add(connection.sock)
        reply = connection.getresponse()
        assert (reply.status, json.loads(reply.read())["status"]) == (404, False)
    connection.close()
    assert len(sockets) == 1


def test_no_reply_shows_a_secret(main: Client) -> None:
    replies = [
        main.status(paykun_bed.SUCCESSFUL),
        main.orders("0000100005", page_number="1"),
        main.refund(paykun_bed.REFUNDABLE, "1"),
        main.refund(paykun_bed.REFUNDABLE, "1", signature="0" * 128),
        main.link(LINK),
        main.send("/orders/1", AccessToken=SECOND.access_token),
    ]
    shown = json.dumps(replies)
    right = sign(MAIN, "1", REMARKS)
    keys = [key for one in (MAIN, SECOND) for key in (one.access_token, one.encryption_key)]
    assert not [secret for secret in (*keys, right) if secret in shown]


# The command line


def test_the_script_prints_its_url_and_writes_its_test_bed(tmp_path: Path) -> None:
    script, bed = Path(paykun_server.__file__), tmp_path / "testbed.json"
    subprocess.run([sys.executable, script, "--write-testbed", bed], check=True, timeout=30)
    assert json.loads(bed.read_text()) == paykun_server.testbed()
    command: list[str | Path] = [sys.executable, script, "--port", "0", "--fault", "over-refund"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert ask(url + "/nowhere")[0] == 404
        process.terminate()
