"""An answer speaks of what was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.paykun_answers import context, page, row, transaction

from payproof.checks.agreement import answer_agrees
from payproof.checks.asked import Asked, path_values, same
from payproof.model import Interaction, Message


def found(interaction: Interaction) -> set[tuple[str, str]]:
    return {(one.rule, one.location.pointer) for one in answer_agrees(context(), interaction)}


def test_an_honest_answer_agrees() -> None:
    assert found(transaction()) == set()
    assert found(page()) == set()


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"payment_id": "88253-41453-72735-00000"}, "answer-not-as-asked", "/payment_id"),
    ({"merchant_id": "900000000000002"}, "answer-not-as-asked", "/merchant_id"),
    ({"order__order_id": "157070574198850"}, "answer-against-the-facts", "/order/order_id"),
    ({"order__gross_amount": 1100}, "answer-against-the-facts", "/order/gross_amount"),
    ({"customer__email_id": "other@gmail.com"}, "answer-against-the-facts", "/customer/email_id"),
]


@pytest.mark.parametrize(("change", "rule", "pointer"), WRONG)
def test_a_value_of_another_thing_is_found(change: dict[str, Any], rule: str, pointer: str) -> None:
    assert found(transaction(**change)) == {(rule, f"/data/transaction{pointer}")}


def test_a_record_of_another_order_is_found() -> None:
    stray = page(rows=[row("1"), row("2", order_id="30")])
    assert found(stray) == {("answer-not-as-asked", "/data/orders/1/order_id")}


def test_an_amount_is_compared_by_value_even_when_it_is_wrongly_a_text() -> None:
    assert found(transaction(order__gross_amount=11.0)) == set()
    assert found(transaction(order__gross_amount="11.00")) == set()


def test_ids_are_texts_and_amounts_are_numbers() -> None:
    assert not same("30", "0000000030")
    assert same(30, "30.0")
    assert same(" a ", "a")
    assert not same(True, "1")


def test_path_values_are_read_behind_any_base_path() -> None:
    template = "/merchant/orders/{order_id}"
    for target in (
        "/v1/merchant/orders/a%20b?x=1",
        "/api/v1/merchant/orders/a%20b/",
        "/merchant/orders/a%20b",
    ):
        assert path_values(template, target) == {"order_id": "a b"}


def test_a_value_that_stands_twice_with_two_values_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    operation: Any = type("Operation", (), {"path": "/x"})
    twice = Asked(operation, Message("GET", "/x?a=1&a=2&b=3&b=3"))
    assert repr(twice.get("query/a")) == "MISSING"
    assert twice.get("query/b") == "3"
