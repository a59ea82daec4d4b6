import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lifecycle.tables import CYCLES

from payproof.errors import UnreadableInput
from payproof.lifecycle import Observation, from_interactions, observations, read_ndjson
from payproof.model import Interaction, Message

ORDER_BODY: dict[str, Any] = {
    "data": {
        "order_id": "o1",
        "type": "CHARGE",
        "status": "PROCESSED",
        "pre_auth": "false",
        "updated_at": "2024-07-15T05:44:51Z",
        "order_amount": {"value": 1100, "currency": "INR"},
        "payments": [{"status": "FAILED", "amount": 1100}, {"status": "PROCESSED", "amount": 1100}],
    }
}
WEBHOOK = {"event_type": "ORDER_PROCESSED", **ORDER_BODY}


def only(record: Any) -> Observation:
    (one,) = observations(record, CYCLES, where="here:1")
    return one


def test_a_plain_record_is_read_as_written() -> None:
    one = only(
        {
            "order_id": "o1",
            "status": "PENDING",
            "at": 1721022291,
            "source": "webhook",
            "delivery": "msg_1",
            "pre_auth": True,
            "money": {"ordered": 1100},
        }
    )
    assert one == Observation(
        life_cycle="shop.order",
        subject="o1",
        status="PENDING",
        at_s=1721022291.0,
        source="webhook",
        delivery="msg_1",
        facts={"pre_auth": True},
        money={"ordered": Decimal(1100)},
        where="here:1",
    )


def test_a_raw_webhook_body_is_located_by_the_life_cycle() -> None:
    one = only(WEBHOOK)
    assert (one.life_cycle, one.subject, one.status, one.source) == (
        "shop.order",
        "o1",
        "PROCESSED",
        "webhook",
    )
    assert one.at_s == 1721022291.0
    assert one.facts == {"pre_auth": False}
    assert one.money == {"ordered": 1100, "captured": 1100}
    assert one.event == "ORDER_PROCESSED"


def test_a_raw_reply_without_an_event_is_a_poll() -> None:
    assert only(ORDER_BODY).source == "poll"


def test_a_wrapper_adds_headers_source_and_operation() -> None:
    one = only({"headers": {"Webhook-Id": "msg_1"}, "body": json.dumps(WEBHOOK)})
    assert one.delivery == "msg_1"
    reply = only({"operation": "captureOrder", "source": "response", "body": ORDER_BODY})
    assert (reply.source, reply.operation) == ("response", "captureOrder")


def test_a_reply_to_an_operation_that_moves_nothing_is_a_poll() -> None:
    assert only({"operation": "getOrder", "source": "response", "body": ORDER_BODY}).source == "poll"


def test_a_refund_belongs_to_its_own_life_cycle_and_names_its_parent() -> None:
    refund = {"data": {**ORDER_BODY["data"], "order_id": "r1", "type": "REFUND", "parent_order_id": "o1"}}
    one = only(refund)
    assert (one.life_cycle, one.subject, one.parent) == ("shop.refund", "r1", "o1")


def test_several_objects_in_one_body_are_read_one_by_one() -> None:
    from payproof.lifecycle import read

    shape = {
        "each": "/data/payments/*",
        "id": "/id",
        "status": "/status",
        "facts": {"pre_auth": "^/data/pre_auth"},
    }
    cycle = read("pay", {"initial": "P", "states": ["P", "Q"], "observe": shape, "facts": {"pre_auth": {}}})
    body = {"data": {"pre_auth": True, "payments": [{"id": 1, "status": "P"}, {"id": 2, "status": "Q"}]}}
    found = [(one.subject, one.status, one.facts) for one in observations(body, {"pay": cycle})]
    assert found == [("1", "P", {"pre_auth": True}), ("2", "Q", {"pre_auth": True})]


def test_an_amount_in_the_wrong_unit_is_named_and_not_counted() -> None:
    one = only({"id": "o1", "status": "PENDING", "money": {"ordered": "10.50"}})
    assert (one.money, one.unreadable) == ({}, ("ordered",))


def test_a_plain_record_may_name_its_life_cycle() -> None:
    assert only({"id": "r1", "status": "PENDING", "life_cycle": "shop.refund"}).life_cycle == "shop.refund"
    assert list(observations({"id": "r1", "status": "P", "life_cycle": "shop.parcel"}, CYCLES)) == []


def test_lines_are_numbered_and_blank_ones_skipped() -> None:
    lines: list[str | bytes] = [
        "\n",
        '{"id": "o1", "status": "PENDING"}\n',
        b'{"id": "o1", "status": "FAILED"}\n',
    ]
    assert [one.where for one in read_ndjson(lines, CYCLES, name="log")] == ["log:2", "log:3"]


def test_lines_that_show_nothing_are_named() -> None:
    skipped: list[str] = []
    assert list(read_ndjson(['{"x": 1}', "[]"], CYCLES, name="log", skipped=skipped)) == []
    assert skipped == ["log:1", "log:2"]


def test_a_torn_line_names_file_and_line() -> None:
    with pytest.raises(UnreadableInput) as refused:
        list(read_ndjson(["{}", '{"id": '], CYCLES, name="log"))
    assert refused.value.where == "log:2"


def test_interactions_show_replies_and_webhooks() -> None:
    body = json.dumps(ORDER_BODY).encode()
    hook = json.dumps(WEBHOOK).encode()
    traffic = [
        Interaction(Message("PUT", "/capture"), Message(body=body, status=200), operation="captureOrder"),
        Interaction(Message("GET", "/order"), Message(body=body, status=200), operation="getOrder"),
        Interaction(Message("PUT", "/capture"), Message(body=body, status=422), operation="captureOrder"),
        Interaction(Message("GET", "/order"), None, operation="getOrder", failure="timeout"),
        Interaction(
            Message("POST", "/hook", (("webhook-id", "msg_1"),), hook),
            Message(status=200),
            operation="ORDER_PROCESSED",
        ),
    ]
    found = [
        (one.source, one.delivery) for one in from_interactions(traffic, CYCLES, webhooks={"ORDER_PROCESSED"})
    ]
    assert found == [("response", ""), ("poll", ""), ("webhook", "msg_1")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "status",
                    "order_id",
                    "id",
                    "body",
                    "headers",
                    "money",
                    "facts",
                    "at",
                    "payments",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_record_makes_reading_raise(record: Any) -> None:
    for one in observations(record, CYCLES):
        assert one.subject
