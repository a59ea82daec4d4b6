"""A draft becomes exactly the request that its values say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payproof.conformance.draft import ABSENT, Draft, form_text
from payproof.gateway import Gateway


@pytest.fixture
def draft(paykun: Gateway) -> Draft:
    return Draft(
        paykun.spec.operations["refundTransaction"],
        path=(("transaction_id", "a/b ü"),),
        headers=(("MerchantId", "1"),),
        body={"refund_amount": "1.50", "remarks": "x", "inner": {"a": [1, {"b": 2}]}},
        media_type="application/json",
    )


def test_path_values_are_encoded_and_the_body_keeps_its_order(draft: Draft) -> None:
    message = draft.message()
    assert message.target == "/merchant/transaction/a%2Fb%20%C3%BC/refund"
    assert message.body == b'{"refund_amount":"1.50","remarks":"x","inner":{"a":[1,{"b":2}]}}'
    assert message.headers == (("MerchantId", "1"), ("Content-Type", "application/json"))


def test_forms_are_written_as_forms(draft: Draft) -> None:
    form = replace(
        draft,
        body={"a": True, "b": None, "c": "x y", "d": 1.5},
        media_type="application/x-www-form-urlencoded",
    )
    assert form.message().body == b"a=true&b=&c=x+y&d=1.5"


@pytest.mark.parametrize(
    "address", ["body/remarks", "body/inner/a/1/b", "path/transaction_id", "header/merchantid"]
)
def test_a_value_is_replaced_where_it_stands(draft: Draft, address: str) -> None:
    changed = draft.put(address, "new")
    assert changed.get(address) == "new"
    assert draft.get(address) != "new"
    assert [name for name, _ in changed.headers] == ["MerchantId"]
    assert list(changed.body) == list(draft.body)


@pytest.mark.parametrize("standing", ["nothing", [], {}])
def test_the_first_item_of_a_list_that_has_none_is_made(draft: Draft, standing: object) -> None:
    if standing != "nothing":
        draft = draft.put("body/many", standing)
    assert draft.put("body/many/0/name", "new").body["many"] == [{"name": "new"}]


def test_an_absent_value_leaves(draft: Draft) -> None:
    assert "remarks" not in draft.put("body/remarks", ABSENT).body
    assert draft.put("header/MerchantId", ABSENT).headers == ()
    assert draft.put("query/page", 1).put("query/page", ABSENT).query == ()


def test_every_leaf_has_an_address(draft: Draft) -> None:
    assert list(draft.put("query/page", 1).addresses()) == [
        "query/page",
        "body/refund_amount",
        "body/remarks",
        "body/inner/a/0",
        "body/inner/a/1/b",
    ]


def test_what_utf8_cannot_hold_stays_an_escape(draft: Draft) -> None:
    assert draft.put("body/remarks", "\ud800").message().body.count(b"\\ud800") == 1


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (None, ""), (1.5, "1.5"), ("x", "x")]
)
def test_scalars_read_as_forms_write_them(value: object, text: str) -> None:
    assert form_text(value) == text
