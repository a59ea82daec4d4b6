"""Every constraint at its edge and beyond, every duty broken alone, every documented refusal."""

from __future__ import annotations

import json
from dataclasses import replace

from payproof import gateway
from payproof.conformance.awkward import awkward
from payproof.conformance.case import Case
from payproof.conformance.directed import directed
from payproof.conformance.generated import Workshop
from payproof.conformance.judge import judge
from payproof.conformance.refusals import refusals
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Subject
from payproof.model import Message


def made(signer: Signer, operation: str) -> dict[str, Case]:
    rows = directed(signer, signer.subject.spec.operations[operation])
    return {case.name.partition("/directed/")[2]: case for case in rows}


def refused(found: dict[str, Case]) -> set[str]:
    return {name for name, case in found.items() if case.expect.outcome == "refused"}


def test_the_page_limit_is_tried_at_100_and_at_101(signer: Signer) -> None:
    found = made(signer, "listOrderTransactions")
    assert "limit=100&" in found["query-limit-at-maximum"].message.target
    assert found["query-limit-at-maximum"].expect.outcome == "accepted"
    assert "limit=101&" in found["query-limit-beyond-maximum"].message.target
    # That 100 records come at a time is documented; that more may not be asked for is not.
    assert found["query-limit-beyond-maximum"].expect.outcome == "open"
    assert "query-page_number-missing" in refused(found)


def test_what_is_only_inferred_is_never_refused(signer: Signer) -> None:
    found = made(signer, "refundTransaction")
    assert found["body-remarks-missing"].expect.outcome == "open"
    assert found["body-refund_amount-beyond-pattern-words"].expect.outcome == "open"
    assert "body-refund_amount-missing" in refused(found)


def test_a_number_where_text_is_documented_may_be_coerced_but_an_object_may_not(signer: Signer) -> None:
    found = made(signer, "refundTransaction")
    assert found["body-refund_amount-beyond-type-number"].expect.outcome == "open"
    assert found["body-refund_amount-beyond-type-object"].expect.outcome == "refused"


def test_every_conditional_duty_of_a_link_is_broken_alone(signer: Signer) -> None:
    names = {name for name in refused(made(signer, "createPaymentLink")) if name.startswith("when-")}
    assert names >= {
        "when-for_single_customer-true-customer_email-empty",
        "when-for_single_customer-true-customer_mono-empty",
        "when-for_single_customer-true-customer_fname-empty",
        "when-for_single_customer-true-customer_lname-empty",
        "when-notify_by_email-true-for_single_customer-other",
        "when-notify_by_sms-true-for_single_customer-other",
        "when-can_expire-true-expiry_date-empty",
        "when-can_expire-true-expiry_date-beyond-pattern",
    }


def test_a_broken_duty_has_one_thing_wrong(signer: Signer) -> None:
    case = made(signer, "createPaymentLink")["when-for_single_customer-true-customer_email-empty"]
    body = json.loads(case.message.body)
    assert body["for_single_customer"] is True
    assert [name for name in body if name.startswith("customer_") and not body[name]] == ["customer_email"]


def test_documented_refusals_carry_their_status_code_and_envelope(signer: Signer) -> None:
    rows = refusals(signer, signer.subject.spec.operations["refundTransaction"])
    found = {case.name.partition("/directed/")[2]: case for case in rows}
    above = found["refund-above-amount"]
    assert json.loads(above.message.body)["refund_amount"] == "500000.01"
    assert (above.expect.statuses, above.expect.code, above.tags["envelope"]) == (
        (400,),
        "refundNotAllowed",
        "object",
    )


def test_a_limit_is_also_broken_in_two_steps_on_an_id_of_its_own(signer: Signer) -> None:
    rows = list(refusals(signer, signer.subject.spec.operations["refundTransaction"]))
    split = next(case for case in rows if case.name.endswith("in-two-steps"))
    assert split.before == (split.message,)
    assert json.loads(split.message.body)["refund_amount"] == "6000.00"
    assert split.expect.evidence == "inferred"
    assert [case.name for case in rows if case.message.target == split.message.target] == [split.name]


def test_a_limit_is_tried_at_its_edge_on_ids_of_their_own(signer: Signer) -> None:
    rows = list(refusals(signer, signer.subject.spec.operations["refundTransaction"]))
    found = {case.name.rpartition("refund-above-amount-")[2]: case for case in rows}
    beyond, whole = found["by-a-cent"], found["not-yet"]
    assert json.loads(beyond.message.body)["refund_amount"] == "10000.01"
    assert (beyond.expect.outcome, beyond.expect.code) == ("refused", "refundNotAllowed")
    assert json.loads(whole.message.body)["refund_amount"] == "10000.00"
    # That all of it may be given back is only concluded from the refusal of more.
    assert (whole.expect.outcome, whole.expect.evidence) == ("accepted", "inferred")
    assert len({beyond.message.target, whole.message.target, found["in-two-steps"].message.target}) == 3


def test_a_past_date_is_written_in_the_documented_form(signer: Signer) -> None:
    rows = refusals(signer, signer.subject.spec.operations["createPaymentLink"])
    case = next(case for case in rows if case.name.endswith("expiry-date-in-the-past"))
    assert json.loads(case.message.body)["expiry_date"] == "18-11-2026 17:30:00"


def test_awkward_input_is_signed_and_only_unreadable_bodies_must_be_refused(signer: Signer) -> None:
    rows = awkward(signer, signer.subject.spec.operations["refundTransaction"])
    found = {case.name.partition("/directed/awkward-")[2]: case for case in rows}
    assert {
        "body-remarks-unicode",
        "body-remarks-nul",
        "body-remarks-very-long",
        "body-cut",
        "body-deep",
    } <= set(found)
    bodies = {name for name, case in found.items() if case.expect.rule == "unreadable-request-accepted"}
    assert bodies == {"body-empty", "body-bytes", "body-cut", "body-array", "body-scalar", "body-null"}
    assert found["body-remarks-unicode"].expect.outcome == "open"
    assert found["body-duplicate-keys"].message.body.count(b'"refund_amount"') == 2


def post(body: bytes) -> Message:
    kind = ("Content-Type", "application/json")
    return Message("POST", "/merchant/transaction/abc/refund", (kind,), body)


def test_a_generated_request_is_signed_only_if_it_has_a_signature(signer: Signer) -> None:
    workshop = Workshop(signer)
    whole = workshop.make(post(b'{"refund_amount": "1", "remarks": "x", "signature": "abc"}'))
    bare = workshop.make(post(b'{"refund_amount": "1", "remarks": "x"}'))
    assert whole is not None
    assert bare is not None
    assert whole.expect.outcome == "open"
    assert bare.expect.rule == "request-signature-not-checked"
    assert whole.message.header("AccessToken")


def test_a_generated_request_without_the_key_for_it_is_left_open(signer: Signer) -> None:
    bed = signer.subject.testbed
    keyless = {name: key for name, key in bed.merchants["main"].items() if name != "encryption_key"}
    poor = replace(signer.subject, testbed=replace(bed, merchants={**bed.merchants, "main": keyless}))
    made = Workshop(Signer(poor)).make(post(b'{"refund_amount": "1", "remarks": "x", "signature": "abc"}'))
    assert made is not None
    assert made.expect.outcome == "open"
    assert "encryption_key" in made.expect.why


def test_no_case_is_made_for_an_operation_that_nobody_wants(signer: Signer) -> None:
    assert Workshop(signer, {"getTransaction"}).make(post(b"{}")) is None
    assert Workshop(signer, {"refundTransaction"}).make(post(b"{}")) is not None


def test_most_generated_ids_become_the_test_beds(signer: Signer) -> None:
    workshop = Workshop(signer)
    rows = [workshop.make(post(b"{}")) for _ in range(8)]
    kept = [case for case in rows if case is not None and case.message.target.endswith("/abc/refund")]
    assert len(kept) == 2


def test_an_id_out_of_an_answer_stays(signer: Signer) -> None:
    workshop = Workshop(signer)
    workshop.learn(Message(status=200, body=b'{"data": [{"id": "abc"}]}'))
    case = workshop.make(post(b"{}"))
    assert case is not None
    assert case.message.target.endswith("/abc/refund")


def test_a_request_to_nowhere_is_no_case(signer: Signer) -> None:
    assert Workshop(signer).make(Message("GET", "/nowhere")) is None


def test_a_request_without_credentials_is_judged_for_that_first(signer: Signer) -> None:
    operation = signer.subject.spec.operations["refundTransaction"]
    assert judge(signer, operation, post(b"{}")).rule == "credentials-not-checked"


def plural_signer() -> Signer:
    plural = gateway.load("plural")
    return Signer(Subject(plural.spec, plural.testbed, {}, 1_795_176_000, 0))


def test_the_members_of_a_documented_list_item_are_broken_one_by_one_and_others_left_alone() -> None:
    found = made(plural_signer(), "createPayment")
    assert "body-payments-0-payment_method-missing" in refused(found)
    assert found["body-payments-0-payment_amount-value-at-minimum"].expect.outcome == "open"
    refund = made(plural_signer(), "createRefund")
    # No documented request shows an item of either; only of the first the documents say what stands in it.
    assert "body-products-0-imei_number-beyond-type-object" in refused(refund)
    assert (
        b'"products":[{"imei_number":{'
        in refund["body-products-0-imei_number-beyond-type-object"].message.body
    )
    assert not [name for name in refund if "split_details-0" in name]


def test_an_object_that_no_request_shows_is_made_up_so_that_one_thing_alone_is_wrong_with_it() -> None:
    found = made(plural_signer(), "captureOrder")
    broken = json.loads(found["body-capture_amount-currency-beyond-enum"].message.body)["capture_amount"]
    assert set(broken) == {"value", "currency"}
    lacking = json.loads(found["body-capture_amount-currency-missing"].message.body)["capture_amount"]
    assert set(lacking) == {"value"}


def test_the_edge_of_what_must_be_new_is_open_as_an_earlier_run_used_the_same() -> None:
    found = made(plural_signer(), "createRefund")
    assert found["body-merchant_order_reference-at-minLength"].expect.outcome == "open"
    assert "body-merchant_order_reference-beyond-minLength" in refused(found)


def test_a_list_of_too_few_items_is_tried() -> None:
    case = made(plural_signer(), "createPayment")["body-payments-beyond-minItems"]
    assert json.loads(case.message.body)["payments"] == []
    assert case.expect.outcome == "refused"


def test_headers_are_tried_but_not_the_credentials_which_have_cases_of_their_own(signer: Signer) -> None:
    found = made(signer, "getTransaction")
    assert "header-PackageName-missing" not in found
    assert not [name for name in found if "AccessToken" in name or "MerchantId" in name]
    assert [name for name in found if name.startswith("header-PackageName-")]
