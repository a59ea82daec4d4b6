"""PayKun's sandbox keeps what the API reference documents, and marks what it makes up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.gateways.paykun.asking import FAILED, LATE, NOW_S, REFUNDABLE, SAMPLE, client, data, errors

from payproof.model import Message
from payproof.signing import scheme_for, verify
from payproof.signing.recipe import Recipe
from payproof.signing.signer import explain

INVENTED = "X-Payproof-Invented"


def codes(reply: Message) -> list[tuple[str, str]]:
    found = errors(reply)
    rows = found if isinstance(found, list) else [found]
    return [(row.get("field", ""), row["errorCode"]) for row in rows]


def test_the_documented_sample_is_told_in_documented_order_with_frozen_numbers() -> None:
    reply = client().transaction(SAMPLE)
    head = b'{"status":true,"data":{"message":"Record retrieved successfully","transaction":{"payment_id":"'
    assert reply.body.startswith(head)
    assert b'"gross_amount":11,"gateway_fee":0.22,"tax":0.04}' in reply.body
    assert reply.header(INVENTED) is None
    assert list(data(reply)["transaction"])[-2:] == ["date", "signature"]
    assert data(reply)["transaction"]["merchant_email"] == "merchantemail@gmail.com"


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_both_prefixes_and_a_trailing_slash_are_answered(prefix: str) -> None:
    one = client()
    assert one.transaction(SAMPLE, prefix).body == one.transaction(SAMPLE + "/", prefix).body


def test_the_status_reply_is_signed_and_a_changed_one_is_refused() -> None:
    one = client()
    spec = one.simulator.spec
    recipe = scheme_for(spec, spec.operations["getTransaction"], "response", {})
    assert isinstance(recipe, Recipe)
    reply = one.transaction("20008-00000-00000-00001")
    assert verify(recipe, reply, one.merchant.keys)
    assert b"\xe0" in explain(recipe, reply, one.merchant.keys).canonical
    assert not verify(recipe, replace(reply, body=reply.body.replace(b"2499", b"2498")), one.merchant.keys)


@pytest.mark.parametrize("key", ["99999-99999-99999-99999", "70001-00000-00000-00001"])
def test_an_unknown_id_and_another_merchants_are_both_not_found(key: str) -> None:
    reply = client().transaction(key)
    assert (reply.status, codes(reply)) == (400, [("", "dataNotFound")])


def test_the_second_merchant_sees_its_own() -> None:
    assert data(client("second").transaction("70001-00000-00000-00001"))["transaction"]["status"] == "Success"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ((), "missing-credential"),
        ((("MerchantId", "900000000000001"),), "missing-credential"),
        ((("MerchantId", "900000000000001"), ("AccessToken", "wrong")), "wrong-credential"),
        ((("MerchantId", "900000000000002"), ("AccessToken", "A11CE" + "0" * 26 + "1")), "wrong-credential"),
        ((("MerchantId", "1"), ("MerchantId", "1"), ("AccessToken", "x")), "repeated-credential"),
        ((("MerchantId", "\u0967"), ("AccessToken", "\ud800")), "wrong-credential"),
    ],
)  # fmt: skip
def test_credentials_are_checked_and_the_refusal_is_marked_invented(headers: Any, reason: str) -> None:
    reply = client().send(Message("GET", f"/v1/merchant/transaction/{SAMPLE}", headers))
    assert (reply.status, reply.header("X-Payproof-Reason")) == (401, reason)
    assert reply.header(INVENTED)


class TestOrders:
    def test_a_page_has_its_counts(self) -> None:
        page = data(client().orders(page_number=2, limit=5))
        assert {name: value for name, value in page.items() if name != "orders"} == {
            "message": "Record retrieved successfully",
            "total_orders": 12,
            "is_last": False,
            "current_item_count": 5,
            "current_page": 2,
            "last_page": 3,
        }

    def test_pages_together_are_the_whole_order_once(self) -> None:
        one = client()
        pages = [data(one.orders(page_number=number, limit=5)) for number in (1, 2, 3, 4)]
        ids = [row["req_id"] for page in pages for row in page["orders"]]
        assert len(ids) == len(set(ids)) == 12
        assert [page["is_last"] for page in pages] == [False, False, True, True]
        assert not any(key.startswith("7000") for key in ids)

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({"status": "Success"}, 5),
            ({"status": "Nonsense"}, 0),
            ({"customer_email": "ravi@buyer.example"}, 4),
            ({"start_date": "2026-10-01", "end_date": "2026-10-05"}, 3),
            ({"start_date": "05-10-2026"}, 10),
            ({"status": "", "start_date": "", "end_date": "", "customer_email": ""}, 12),
        ],
    )
    def test_filters_narrow_the_list(self, query: dict[str, str], count: int) -> None:
        assert data(client().orders(page_number=1, limit=100, **query))["total_orders"] == count

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({}, "page_number"),
            ({"page_number": 0}, "page_number"),
            ({"page_number": "x"}, "page_number"),
            ({"page_number": 1, "limit": 101}, "limit"),
            ({"page_number": 1, "limit": 0}, "limit"),
            ({"page_number": 1, "start_date": "yesterday"}, "start_date"),
        ],
    )
    def test_a_wrong_parameter_is_named_in_an_array(self, query: dict[str, Any], field: str) -> None:
        reply = client().orders(**query)
        assert (reply.status, codes(reply)) == (400, [(field, "validationError")])

    def test_a_time_of_the_documented_sample_is_written_as_there(self) -> None:
        (row,) = data(client().orders("0000000031", page_number=1, limit=10))["orders"]
        assert (row["timestamp"], row["timestamp_original"]) == (
            "02/04/2019 10:40:35 AM",
            "2019-04-02 05:10:35",
        )

    @pytest.mark.parametrize(
        ("setting", "query", "status"),
        [
            ("required", "page_number=1", 400),
            ("with-filters", "page_number=1", 200),
            ("with-filters", "page_number=1&status=Success", 400),
            ("optional", "page_number=1&status=Success", 200),
            ("optional", "page_number=1&signature=abc", 400),
        ],
    )
    def test_whether_it_must_be_signed_is_a_switch(self, setting: str, query: str, status: int) -> None:
        one = client(switches={"orders-signature": setting})
        reply = one.send(Message("GET", f"/v1/merchant/orders/0000000030?{query}", one.headers))
        assert reply.status == status

    def test_what_an_unknown_order_answers_is_a_switch(self) -> None:
        assert codes(client().orders("0000999999", page_number=1)) == [("", "dataNotFound")]
        empty = client(switches={"unknown-order": "empty-list"}).orders("0000999999", page_number=1)
        assert data(empty)["total_orders"] == 0


class TestRefunds:
    def test_a_refund_has_a_reference_of_its_own(self) -> None:
        one = client()
        first, second = (data(one.refund(REFUNDABLE, "1.00")) for _ in range(2))
        assert first["message"] == "Your refund is successfully processed"
        assert first["refund_ref_no"] != second["refund_ref_no"]

    def test_the_same_seed_gives_the_same_reference_and_another_seed_another(self) -> None:
        made = [data(client(seed=seed).refund(REFUNDABLE, "1.00"))["refund_ref_no"] for seed in (5, 5, 6)]
        assert made[0] == made[1] != made[2]

    def test_refunds_count_together_up_to_the_amount(self) -> None:
        one = client()
        data(one.refund(REFUNDABLE, "9999.99"))
        data(one.refund(REFUNDABLE, "0.01"))
        assert codes(one.refund(REFUNDABLE, "0.01")) == [("", "refundNotAllowed")]

    def test_more_than_the_amount_is_refused_in_the_documented_words(self) -> None:
        reply = client().refund(REFUNDABLE, "10000.01")
        assert errors(reply)["errorMessage"] == (
            "Refund is not possible as refund amount is greater then transaction amount"
        )
        assert reply.header(INVENTED) is None

    def test_what_answers_an_unknown_transaction_here_is_marked_invented(self) -> None:
        reply = client().refund("99999-99999-99999-99999", "1.00")
        assert codes(reply) == [("", "dataNotFound")]
        assert reply.header(INVENTED)
        assert client().transaction("99999-99999-99999-99999").header(INVENTED) is None

    def test_a_failed_payment_is_not_refunded(self) -> None:
        assert codes(client().refund(FAILED, "1.00")) == [("", "refundNotAllowed")]

    @pytest.mark.parametrize("amount", ["", "0", "0.00", "-1", "abc", "1.005", "1e2", "१"])
    def test_an_amount_that_is_none_is_a_validation_error(self, amount: str) -> None:
        assert codes(client().refund(REFUNDABLE, amount)) == [("refund_amount", "validationError")]

    def test_changed_remarks_are_refused_and_the_log_says_why(self) -> None:
        one = client()
        message = one.refunding(REFUNDABLE, "1.00", "ok")
        reply = one.send(replace(message, body=message.body.replace(b'"ok"', b'"no"')))
        (entry,) = one.simulator.log.shown(last=1)
        assert (reply.status, entry["reason"], entry["canonical"]) == (400, "mismatch", "1.00|no|#")
        assert entry["request"]["headers"][1] == ["AccessToken", "<hidden>"]

    def test_a_form_is_taken_unless_the_switch_says_json(self) -> None:
        one = client()
        assert one.send(one.refunding(REFUNDABLE, "1.00", form=True)).status == 200
        strict = client(switches={"refund-body": "json"})
        assert strict.send(strict.refunding(REFUNDABLE, "1.00", form=True)).status == 400

    def test_remarks_may_hold_any_letters(self) -> None:
        assert client().refund(REFUNDABLE, "1.00", "धन्यवाद | pipe #").status == 200


class TestLinks:
    def test_a_link_has_an_id_that_its_address_ends_with(self) -> None:
        made = data(client().link())
        assert made["payment_link"] == f"https://paykun.in/{made['payment_link_id']}"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"customer_email": ""}, "customer_email"),
            ({"customer_lname": ""}, "customer_lname"),
            ({"receipt_no": ...}, "receipt_no"),
            ({"expiry_date": ""}, "expiry_date"),
            ({"expiry_date": "2030-07-15 18:30:00"}, "expiry_date"),
            ({"expiry_date": "31-02-2030 18:30:00"}, "expiry_date"),
            ({"expiry_date": "15-07-2020 18:30:00"}, "expiry_date"),
            ({"amount": "a lot"}, "amount"),
        ],
    )
    def test_each_documented_duty_is_enforced(self, changes: dict[str, Any], field: str) -> None:
        assert (field, "validationError") in codes(client().link(**changes))

    def test_notifying_needs_a_single_customer(self) -> None:
        reply = client().link(for_single_customer=False, notify_by_email=True)
        assert [code for _, code in codes(reply)] == ["validationError"]

    def test_an_expired_date_is_refused_in_the_documented_words(self) -> None:
        (error,) = errors(client().link(expiry_date="15-07-2020 18:30:00"))
        assert error["errorMessage"] == "Expiry date should be future date"

    def test_the_zone_of_the_expiry_date_is_a_switch(self) -> None:
        # 18 November 2026, 11:06:40 UTC is NOW_S; ten past eleven is past in India and ahead in UTC.
        expiry = {"expiry_date": "18-11-2026 11:10:00"}
        assert client().link(**expiry).status == 400
        assert client(switches={"date-zone": "utc"}).link(**expiry).status == 200

    def test_booleans_are_signed_as_the_switch_says(self) -> None:
        for setting in ("php", "javascript"):
            assert client(switches={"request-scalars": setting}).link().status == 200

    def test_a_link_that_a_buyer_opens_becomes_a_payment(self) -> None:
        one = client()
        link_id = data(one.link())["payment_link_id"]
        said = one.simulator.settle("buyer-opens-link", {"payment_link_id": link_id})
        key = said.partition(":")[0]
        one.simulator.settle("payment-authorised", {"transaction_id": key})
        found = data(one.transaction(key))["transaction"]
        assert (found["status"], found["order"]["gross_amount"]) == ("Success", 250.5)


class TestTime:
    def test_a_late_answer_turns_failed_into_success_and_is_told(self) -> None:
        one = client()
        assert data(one.transaction(LATE))["transaction"]["status"] == "Failed"
        one.simulator.advance(4 * 3600)
        assert data(one.transaction(LATE))["transaction"]["status"] == "Success"
        (delivery,) = one.simulator.due(NOW_S)
        webhook = one.simulator.spec.webhooks["paymentUpdate"]
        recipe = scheme_for(one.simulator.spec, webhook, "webhook", {})
        assert isinstance(recipe, Recipe)
        assert verify(recipe, delivery.message, one.merchant.keys)

    def test_with_the_switch_it_is_reversed_after_a_day(self) -> None:
        one = client(switches={"late-authorisation": "reversed"})
        one.transaction(LATE)
        one.simulator.advance(23 * 3600)
        assert one.simulator.due(NOW_S) == []
        one.simulator.advance(2 * 3600)
        assert {row.object_id for row in one.simulator.world.outbox.notices.values()} >= {LATE}
        assert data(one.transaction(LATE))["transaction"]["status"] == "Failed"

    def test_a_refused_webhook_is_tried_four_times_and_given_up(self) -> None:
        one = client()
        one.transaction(LATE)
        one.simulator.advance(4 * 3600)
        attempts = 0
        while (now_s := one.simulator.next_s()) is not None and attempts < 10:
            for delivery in one.simulator.due(now_s):
                if delivery.message.body.find(LATE.encode()) > 0:
                    attempts += 1
                    one.simulator.delivered(delivery.id, status=500)
                else:
                    one.simulator.delivered(delivery.id, status=200)
        standings = {row.object_id: row.standing for row in one.simulator.world.outbox.notices.values()}
        assert (attempts, standings[LATE]) == (4, "given-up")

    def test_a_201_is_no_acceptance_since_only_200_is_documented(self) -> None:
        one = client()
        one.transaction(LATE)
        one.simulator.advance(4 * 3600)
        (delivery,) = one.simulator.due(NOW_S)
        assert one.simulator.delivered(delivery.id, status=201) == "waiting"

    @pytest.mark.parametrize(
        ("setting", "types"), [("json", ["application/json"]), ("text", ["text/plain"]), ("none", [])]
    )
    def test_the_content_type_of_webhooks_is_a_switch(self, setting: str, types: list[str]) -> None:
        one = client(switches={"webhook-content-type": setting})
        one.transaction(LATE)
        one.simulator.advance(4 * 3600)
        (delivery,) = one.simulator.due(NOW_S)
        assert delivery.message.header_values("content-type") == types

    def test_an_event_against_the_life_cycle_is_refused(self) -> None:
        from payproof.errors import UsageError

        with pytest.raises(UsageError, match="payment-authorised"):
            client_with_state().simulator.settle("payment-authorised", {"transaction_id": SAMPLE})


def client_with_state() -> Any:
    one = client()
    one.transaction(SAMPLE)
    return one


@pytest.mark.parametrize(
    ("switch", "path"), [("unauthorised-status", "x"), ("bad-signature-status", "refund")]
)
@pytest.mark.parametrize("status", ["400", "401", "403"])
def test_the_status_of_invented_refusals_is_a_switch(switch: str, path: str, status: str) -> None:
    one = client(switches={switch: status})
    if path == "refund":
        message = one.refunding(REFUNDABLE, "1.00")
        reply = one.send(replace(message, body=message.body.replace(b"1.00", b"2.00")))
    else:
        reply = one.send(Message("GET", f"/v1/merchant/transaction/{SAMPLE}"))
    assert reply.status == int(status)
    assert reply.header(INVENTED)
