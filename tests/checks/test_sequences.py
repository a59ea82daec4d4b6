"""What several answers show together."""

from __future__ import annotations

from tests.checks.paykun_answers import answered, context, page, row, transaction

from payproof.checks.sequences import judge_sequence
from payproof.model import Interaction


def found(kind: str, *interactions: Interaction) -> set[str]:
    return {finding.rule for finding, _ in judge_sequence(context(), kind, interactions)}


def numbered(number: int, *ids: str, total: int = 3) -> Interaction:
    return page(rows=[row(one) for one in ids], tags={"page": number}, total_orders=total)


def test_pages_that_add_up_are_no_finding() -> None:
    assert found("pages", numbered(1, "1", "2"), numbered(2, "3")) == set()


def test_a_record_on_two_pages_and_one_on_none_are_found() -> None:
    assert found("pages", numbered(1, "1", "2"), numbered(2, "2")) == {"list-pages-disagree"}
    assert found("pages", numbered(1, "1", "2"), numbered(2)) == {"list-pages-disagree"}


def filtered(*ids: str) -> Interaction:
    tags = {"address": "query/status", "value": "Success"}
    return page(rows=[row(one) for one in ids], tags=tags)


def test_a_filter_that_drops_a_record_is_found() -> None:
    whole = page(rows=[row("1"), row("2"), row("3", "Failed")], tags={"whole": True})
    assert found("filters", whole, filtered("1", "2")) == set()
    assert found("filters", whole, filtered("1")) == {"filter-drops-records"}


def test_a_list_that_was_not_whole_proves_nothing_about_filters() -> None:
    part = page(rows=[row("1"), row("2")], tags={"whole": True}, total_orders=5)
    assert found("filters", part, filtered("1")) == set()


def dated(size: int) -> Interaction:
    return page(rows=[row(str(one)) for one in range(size)], tags={"address": "query/start_date"})


def test_a_date_filter_that_never_filters_is_found_and_one_readable_format_is_enough() -> None:
    assert found("dates", dated(3), dated(3)) == {"date-filter-ignored"}
    assert found("dates", dated(3), dated(0)) == set()


def test_a_read_that_disagrees_with_the_list_is_found() -> None:
    def read(amount: int) -> Interaction:
        one = transaction(order__gross_amount=amount, order__order_id="0000000030")
        assert one.response is not None
        return Interaction(one.request, one.response, operation=one.operation, tags={"row": 0})

    listed = page(rows=[row("1", gross_amount=11, customer_email_id="test@gmail.com")], tags={"whole": True})
    assert found("same", listed, read(11)) == set()
    assert found("same", listed, read(1100)) == {"read-disagrees-with-list"}


def test_an_amount_that_a_refund_changes_is_found() -> None:
    def step(name: str, amount: int) -> Interaction:
        one = transaction(order__gross_amount=amount)
        return Interaction(one.request, one.response, operation=one.operation, tags={"step": name})

    reply = {"status": True, "data": {"message": "ok", "refund_ref_no": "1"}}
    wrote = answered("refundTransaction", "/merchant/transaction/1/refund", reply, {"step": "write"})
    assert found("conserved", step("before", 11), wrote, step("after", 11)) == set()
    assert found("conserved", step("before", 11), wrote, step("after", 10)) == {"amount-not-conserved"}
