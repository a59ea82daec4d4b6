"""A list agrees with its counts, its pages and its filters."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.paykun_answers import context, page, row

from payproof.checks.lists import list_agrees
from payproof.model import Interaction


def found(interaction: Interaction) -> set[tuple[str, str]]:
    return {(one.rule, one.location.pointer) for one in list_agrees(context(), interaction)}


def test_honest_pages_agree() -> None:
    assert found(page()) == set()
    last = page("page_number=2&limit=2", rows=[row("3")], current_page=2, is_last=True)
    assert found(last) == set()
    empty = page(rows=[], total_orders=0, last_page=1, is_last=True)
    assert found(empty) == set()


def test_a_page_beyond_the_last_may_show_anything_that_fits() -> None:
    assert found(page("page_number=9&limit=2", current_page=2, rows=[row("3")], is_last=True)) == set()


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"current_item_count": 3}, "list-count-wrong", "/current_item_count"),
    ({"total_orders": 1, "last_page": 1, "is_last": True}, "list-count-wrong", "/total_orders"),
    ({"current_page": 0}, "list-page-wrong", "/current_page"),
    ({"last_page": 3}, "list-page-wrong", "/last_page"),
    ({"is_last": True}, "list-page-wrong", "/is_last"),
]


@pytest.mark.parametrize(("counts", "rule", "pointer"), WRONG)
def test_a_wrong_count_is_found(counts: dict[str, Any], rule: str, pointer: str) -> None:
    assert found(page(**counts)) == {(rule, f"/data{pointer}")}


def test_more_records_than_asked_for_are_found() -> None:
    spoilt = page("page_number=1&limit=1", last_page=3)
    assert found(spoilt) == {("list-count-wrong", "/data/orders")}


def test_a_page_cut_to_what_is_documented_is_no_fault() -> None:
    whole = [row(str(number)) for number in range(100)]
    cut = page("page_number=1&limit=101", rows=whole, total_orders=201, last_page=3)
    assert found(cut) == set()


def test_a_total_beyond_the_last_page_is_found() -> None:
    spoilt = page("page_number=2&limit=2", rows=[row("3")], current_page=2, is_last=True, total_orders=4)
    assert ("list-count-wrong", "/data/total_orders") in found(spoilt)


def test_a_record_that_the_filter_leaves_out_is_found() -> None:
    assert found(page("page_number=1&limit=2&status=success")) == {
        ("filter-ignored", "/data/orders/1/status")
    }
    assert found(page("page_number=1&limit=2&status=")) == set()
