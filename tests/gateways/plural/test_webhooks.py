"""What Plural's sandbox tells: signed, on both documented schedules, once for each event whatever happens."""

from __future__ import annotations

import time
from collections import Counter
from urllib.parse import parse_qsl

import pytest
from tests.gateways.plural.asking import NOW_S, Client, client, gateway, paisa

from payproof.model import Message
from payproof.signing import scheme_for, verify
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe

KEYS = Keys.of(dict(gateway().testbed.merchants["main"]), test=True)


def verdict(event: str, message: Message, now_s: float, **switches: str) -> bool:
    spec = gateway().spec
    recipe = scheme_for(spec, spec.webhooks[event], "webhook", switches)
    assert isinstance(recipe, Recipe)
    return verify(recipe, message, KEYS, now_s=int(now_s)).ok


def told(one: Client) -> list[str]:
    found = []
    for delivery in one.due():
        assert verdict(delivery.event, delivery.message, one.simulator.world.now_s)
        one.simulator.delivered(delivery.id, status=200)
        found.append(delivery.event)
    return found


def test_each_step_is_told_by_its_event() -> None:
    one = client()
    order = one.paid(pre_auth=True)
    one.capture(order)
    one.refund(order)
    one.cancel(one.paid(pre_auth=True))
    one.paid(131_313)
    assert told(one) == [
        "ORDER_AUTHORIZED",
        "ORDER_PROCESSED",
        "REFUND_PROCESSED",
        "ORDER_AUTHORIZED",
        "ORDER_CANCELLED",
        "PAYMENT_FAILED",
        "ORDER_FAILED",
    ]


@pytest.mark.parametrize("setting", ["svix8", "three"])
def test_every_attempt_of_a_schedule_is_made_and_then_the_event_is_given_up(setting: str) -> None:
    one = client(webhook_retry=setting)
    one.paid()
    delays = gateway().spec.switches["webhook-retry"].settings[setting]["delays_s"]
    standing = ""
    for wait in delays:
        one.simulator.advance(wait)
        (delivery,) = one.due()
        standing = one.simulator.delivered(delivery.id, status=500)
    assert (standing, one.due()) == ("given-up", [])


@pytest.mark.parametrize(("setting", "fresh"), [("on", True), ("off", False)])
def test_a_repeat_has_a_new_timestamp_only_where_the_switch_says_so(setting: str, fresh: bool) -> None:
    one = client(webhook_restamp=setting)
    one.paid()
    for wait in (0, 5, 301):
        one.simulator.advance(wait)
        (delivery,) = one.due()
        one.simulator.delivered(delivery.id, status=500)
    assert verdict(delivery.event, delivery.message, one.simulator.world.now_s) is fresh


def test_the_secret_is_read_as_base64_where_the_switch_says_so() -> None:
    one = client(webhook_secret="base64")
    one.paid()
    (delivery,) = one.due()
    assert verdict(delivery.event, delivery.message, NOW_S, **{"webhook-secret": "base64"})
    assert not verdict(delivery.event, delivery.message, NOW_S)


@pytest.mark.parametrize("method", ["form-post", "query"])
@pytest.mark.parametrize("name", ["status", "payment_status"])
def test_the_return_url_brings_signed_fields(method: str, name: str) -> None:
    one = client(callback_delivery=method, callback_field=name)
    one.paid(callback_url="https://shop.example/return")
    back = next(row for row in one.due() if row.url)
    text = back.message.body.decode() or back.message.target.partition("?")[2]
    fields = dict(parse_qsl(text))
    assert (back.message.method, fields[name]) == ("GET" if method == "query" else "POST", "PROCESSED")
    assert verdict(back.event, back.message, NOW_S)


def test_a_failure_comes_back_at_the_failure_url_with_its_error() -> None:
    one = client()
    one.paid(131_313, callback_url="https://shop.example/ok", failure_callback_url="https://shop.example/no")
    back = next(row for row in one.due() if row.url)
    fields = dict(parse_qsl(back.message.body.decode()))
    assert (back.url, fields["error_code"]) == ("https://shop.example/no", "PAYMENT_DECLINED")


def test_a_capture_that_fails_brings_no_buyer_back() -> None:
    one = client()
    order = one.paid(151_515, pre_auth=True, callback_url="https://shop.example/return")
    one.capture(order)
    assert [row.event for row in one.due()] == [
        "ORDER_AUTHORIZED",
        "returnCallback",
        "PAYMENT_FAILED",
        "ORDER_FAILED",
    ]


def test_a_buyer_who_gave_up_comes_back_with_the_status_that_an_official_plugin_reads() -> None:
    one = client(checkout_cancel="cancelled")
    one.paid(171_717, callback_url="https://shop.example/return")
    back = next(row for row in one.due() if row.url)
    fields = dict(parse_qsl(back.message.body.decode()))
    assert fields["status"] == "CANCELLED"
    assert "error_code" not in fields


def test_pay_by_points_is_told_in_camel_case_and_netbanking_refunds_by_the_parent() -> None:
    one = client()
    order = one.order()
    one.pay(order, method="POINTS")
    one.read(order)
    bodies = [delivery.message.body for delivery in one.due()]
    assert bodies[0].startswith(b'{"eventType":"ORDER_PROCESSED","data":{"orderId":')
    bank = one.order()
    one.pay(bank, method="NETBANKING")
    one.read(bank)
    one.refund(bank)
    last = one.due()[-1].message.body
    assert f'"order_id":"{bank}"'.encode() in last
    assert b'"refunds":[{' in last


def test_ten_thousand_webhooks_are_each_delivered_or_given_up_and_none_is_lost() -> None:
    one = client()
    started = time.process_time()
    _orders(one, 10_000)
    outbox = one.simulator.world.outbox
    made = set(outbox.notices)
    assert len(made) == 10_000
    seen: Counter[str] = Counter()
    while (next_s := outbox.next_s()) is not None:
        now_s = one.simulator.world.now_s
        one.simulator.set_clock(max(next_s, now_s))
        for delivery in reversed(one.due()):
            seen[delivery.id] += 1
            one.simulator.delivered(delivery.id, status=_answer(delivery.id, seen[delivery.id]))
    standings = Counter(notice.standing for notice in outbox.notices.values())
    assert set(seen) == made
    assert set(standings) == {"delivered", "given-up"}
    assert sum(standings.values()) == 10_000
    assert standings["given-up"] == sum(1 for key in made if _never(key))
    assert max(seen.values()) >= 8
    assert time.process_time() - started < 30


def _orders(one: Client, count: int) -> None:
    """Let that many orders tell that they were paid, without a request for each."""
    from payproof.gateways.plural.notices import post

    order = one.simulator.world.table("orders")[one.paid()]
    for _ in one.due():
        pass
    one.simulator.world.outbox.notices.clear()
    one.simulator.world.outbox.late = count // 10
    one.simulator.world.outbox.twice = count // 20
    for _ in range(count):
        post(gateway().spec, one.simulator.world, "ORDER_PROCESSED", order)


def _never(key: str) -> bool:
    return int(key[:2], 16) < 5


def _answer(key: str, attempt: int) -> int:
    """A receiver that never takes some, takes others at the third attempt, and most at once."""
    if _never(key):
        return 500
    return 200 if int(key[:2], 16) > 40 or attempt >= 3 else 503


def test_an_amount_is_told_as_it_was_ordered() -> None:
    one = client()
    one.paid(2500)
    assert paisa(2500) == {"value": 2500, "currency": "INR"}
    assert b'"order_amount":{"value":2500,"currency":"INR"}' in one.due()[0].message.body
