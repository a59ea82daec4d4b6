"""A recorded request is found again whatever varies, and a miss says what differs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.cassettes.canaries import (
    PAYKUN,
    REAL,
    REAL_KEYS,
    TEST_KEYS,
    all_traffic,
    checkout,
    link,
    listing,
    recipe,
    redactor,
    status_call,
)

from payproof.cassettes.keys import KeyMaker
from payproof.cassettes.replay import Miss, Played, Replay
from payproof.model import Interaction, Message
from payproof.signing import Keys, sign_message

JSON = (("Content-Type", "application/json"),)


def entry(
    number: int, *, target: str = "", body: bytes = b"", method: str = "GET", **more: Any
) -> Interaction:
    request = Message(
        method, target or f"https://api.paykun.com/v1/merchant/transaction/{number}", JSON, body
    )
    answer = Message(status=200, headers=JSON, body=json.dumps({"n": number}).encode())
    return Interaction(request, answer, source=f"c.yaml:{number}", started_s=1000.0 + number, **more)


def number(found: Played | Miss) -> int:
    assert isinstance(found, Played), str(found)
    assert found.interaction.response is not None
    return int(json.loads(found.interaction.response.body)["n"])


def test_equal_requests_get_their_answers_in_order_and_then_the_last_one() -> None:
    first = entry(1)
    replay = Replay([first, replace(entry(2), request=first.request), entry(3)], PAYKUN)
    assert [number(replay.play(first.request)) for _ in range(4)] == [1, 2, 2, 2]
    replay.rewind()
    assert number(replay.play(first.request)) == 1
    assert replay.used == {"c.yaml:1", "c.yaml:2"}


def test_asking_too_often_is_a_miss_when_that_is_wanted() -> None:
    replay = Replay([entry(1)], PAYKUN, at_end="error")
    assert number(replay.play(entry(1).request)) == 1
    found = replay.play(entry(1).request)
    assert isinstance(found, Miss)
    assert "once more" in str(found)


def test_the_time_of_the_recording_is_given() -> None:
    found = Replay([entry(5)], PAYKUN).play(entry(5).request)
    assert isinstance(found, Played)
    assert found.at_s == 1005.0


@pytest.mark.parametrize(
    "target",
    [
        "/v1/merchant/transaction/7",
        "https://sandbox.paykun.com/api/v1/merchant/transaction/7",
        "http://127.0.0.1:8080/v1/merchant/transaction/7/",
        "/v1/merchant/transaction/%37",
    ],
)
def test_host_base_path_and_spelling_of_the_path_do_not_matter(target: str) -> None:
    assert number(Replay([entry(7), entry(8)], PAYKUN).play(Message("GET", target))) == 7


def test_signature_order_and_spelling_of_numbers_do_not_matter() -> None:
    base = "/v1/merchant/transaction/1/refund"
    recorded = entry(
        1, target=base, method="POST", body=b'{"refund_amount": 10.50, "remarks": "x", "signature": "a"}'
    )
    asked = Message("POST", base, JSON, b'{"signature":"b","remarks":"x","refund_amount":10.5}')
    assert number(Replay([recorded], PAYKUN).play(asked)) == 1


@pytest.mark.parametrize(
    ("body", "difference"),
    [
        (b'{"refund_amount": 11, "remarks": "x"}', "body/refund_amount: recorded '10', asked '11'"),
        (b'{"refund_amount": 10}', "body/remarks: recorded 'x', not asked"),
        (b'{"refund_amount": 10, "remarks": "x", "a": {}}', "body/a: not recorded, asked '{}'"),
        (b'{"refund_amount": 10, "remarks": null}', "body/remarks: recorded 'x', asked '<null>'"),
    ],
)
def test_a_miss_names_the_nearest_entry_and_what_differs(body: bytes, difference: str) -> None:
    base = "/v1/merchant/transaction/1/refund"
    rows = [
        entry(1, target=base, method="POST", body=b'{"refund_amount": 99, "remarks": "y"}'),
        entry(2, target=base, method="POST", body=b'{"refund_amount": 10, "remarks": "x"}'),
    ]
    found = Replay(rows, PAYKUN).play(Message("POST", base, JSON, body))
    assert isinstance(found, Miss)
    assert (found.nearest, found.differences) == ("c.yaml:2", (difference,))


def test_a_miss_of_an_operation_names_what_there_is() -> None:
    found = Replay([entry(1)], PAYKUN).play(Message("DELETE", "/nowhere"))
    assert isinstance(found, Miss)
    assert "getTransaction" in found.why


def test_a_miss_shows_nobodys_data() -> None:
    asked = listing().request
    changed = replace(asked, target=asked.target.replace("limit=10", "limit=12"))
    found = Replay([replace(listing(), source="c:1")], PAYKUN).play(changed)
    assert isinstance(found, Miss)
    assert "saraswati" not in str(found)
    assert found.differences == ("query/limit: recorded '10', asked '12'",)


def test_a_redacted_recording_answers_the_real_requests() -> None:
    made = redactor()
    rows = [replace(made.redact(one), source=f"c:{at}") for at, one in enumerate(all_traffic())]
    # An encrypted request is told apart by what it holds, with whichever of the keys it was sealed.
    both = Keys.of({role: [TEST_KEYS[role], REAL[role]] for role in REAL})
    replay = Replay(rows, PAYKUN, keys=both)
    for at, one in enumerate(all_traffic()):
        if one.operation != "paymentUpdate":
            found = replay.play(one.request)
            assert isinstance(found, Played), str(found)
            assert found.interaction.source == f"c:{at}"


def test_encrypted_requests_are_told_apart_by_what_they_hold() -> None:
    maker = KeyMaker(PAYKUN, keys=REAL_KEYS)
    parts = dict(maker.of(checkout().request).parts)
    assert parts["envelope/order_no"] == "15707057419885"
    assert parts["envelope/customer_email"] == "<email>"
    assert not any("encrypted_request" in place for place in parts)


def test_another_key_signs_another_signature_and_finds_the_same_entry() -> None:
    other = sign_message(recipe("createPaymentLink", "request"), link().request, Keys.of(TEST_KEYS))
    assert other != link().request
    maker = KeyMaker(PAYKUN)
    assert maker.of(other).sharp == maker.of(link().request).sharp


def test_without_a_spec_method_path_query_and_body_count() -> None:
    rows = [entry(1, target="/a?x=1&y=2"), entry(2, target="/a?x=1&y=3"), entry(3, target="/b", body=b"raw")]
    replay = Replay(rows)
    assert number(replay.play(Message("GET", "/a?y=3&x=1"))) == 2
    assert number(replay.play(Message("GET", "/b", (), b"raw"))) == 3
    assert isinstance(replay.play(Message("POST", "/b", (), b"raw")), Miss)


def test_webhooks_are_not_answers() -> None:
    hook = entry(1, target="/hook", method="POST", operation="paymentUpdate")
    assert Replay([hook], PAYKUN).count == 0


def test_a_status_call_is_found_by_its_id() -> None:
    replay = Replay([replace(status_call(), source="c:1")], PAYKUN)
    assert isinstance(replay.play(status_call().request), Played)
