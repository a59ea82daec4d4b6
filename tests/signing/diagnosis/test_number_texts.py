"""An amount sent as text that was parsed and printed again is named, and only where that changes it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.signing.diagnosis.wrong import asked, first, mac, names, refund

REPRINTED = [
    # What each language's own console gives for the text that was sent.
    ("10.50", "10.5", {"javascript", "python-float", "java-double", "stripped"}),
    ("10", "10.0", {"python-float", "java-double"}),
    ("10", "10.00", {"two-decimals", "two-decimals-grouped"}),
    ("10.00", "10", {"javascript", "whole"}),
    ("10.00", "1E+1", {"stripped"}),
    ("1250.50", "1,250.50", {"two-decimals-grouped"}),
    ("12500000.00", "1.25E7", {"java-double"}),
    ("99.99", "99", {"whole"}),
]


@pytest.mark.parametrize(("sent", "signed", "printers"), REPRINTED)
def test_a_number_in_a_text_that_is_printed_again_is_named(
    sent: str, signed: str, printers: set[str]
) -> None:
    found = asked(refund(mac(f"{signed}|Late|#"), {"refund_amount": sent, "remarks": "Late"}))
    (cause,) = first(found)
    assert cause == {f"scalars/number-text-{printer}" for printer in printers}
    assert "'refund_amount'" in found.explanations[0].causes[0].says


def test_one_field_may_be_printed_again_while_its_neighbours_stay() -> None:
    body = {"order": "20260", "amount": "10.50", "limit": "5.0"}
    assert names(asked(refund(mac("20260|10.5|5.0|#"), body))) == ["scalars/number-text-javascript"]


def test_all_numbers_in_texts_may_be_printed_again_at_every_depth() -> None:
    body: dict[str, Any] = {"phone": "0098", "amount": "10.50", "more": {"rate": "5.0", "word": "5.0 %"}}
    assert names(asked(refund(mac("98|10.5|5|5.0 %|#"), body))) == ["scalars/number-text-javascript"]


def test_a_text_that_is_no_number_stays() -> None:
    body = {"a": "1e3", "b": " 7.0", "c": "0x10", "d": "1.5.0"}
    assert not asked(refund(mac("1000|7|16|1.5|#"), body), most_mistakes=1).proven


def test_many_numbers_in_texts_do_not_swell_the_search() -> None:
    body = {f"n{at}": f"{at}.50" for at in range(2000)}
    few = asked(refund("0" * 128, dict(list(body.items())[:8])), most_mistakes=1).tried["scalars"]
    assert asked(refund("0" * 128, body), most_mistakes=1).tried["scalars"] <= few + 8


def test_fields_that_are_named_alike_may_be_printed_again_together() -> None:
    body = {"amount_paid": "5.00", "count": "3", "refund_amount": "10.50", "rate": "1.0"}
    found = asked(refund(mac("5|3|10.5|1.0|#"), body))
    assert names(found) == ["scalars/number-text-javascript"]
    assert "'amount'" in found.explanations[0].causes[0].says
