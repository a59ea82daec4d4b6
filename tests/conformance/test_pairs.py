"""Every two optional parameters are sent together, apart, and not at all."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from payproof import gateway
from payproof.conformance.pairs import covering, pairwise
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Subject

NOW_S = 1_795_176_000.0


@pytest.mark.parametrize("factors", [2, 3, 7, 24])
def test_every_pair_takes_all_four_combinations_in_few_rows(factors: int) -> None:
    rows = covering(factors)
    for left, right in combinations(range(factors), 2):
        assert {(row[left], row[right]) for row in rows} == set(product((True, False), repeat=2))
    assert len(rows) <= 24
    assert rows == covering(factors)


def test_one_factor_has_no_pairs() -> None:
    assert covering(1) == covering(0) == []


def test_two_filters_of_the_list_are_sent_together_and_alone() -> None:
    one = gateway.load("paykun")
    signer = Signer(Subject(one.spec, one.testbed, {}, NOW_S, 0))
    operation = one.spec.operations["listOrderTransactions"]
    sent = {
        ("status=" in case.message.target, "customer_email=" in case.message.target)
        for case in pairwise(signer, operation)
    }
    assert sent == set(product((True, False), repeat=2))


def test_an_operation_without_optional_parameters_has_no_pairs() -> None:
    one = gateway.load("paykun")
    signer = Signer(Subject(one.spec, one.testbed, {}, NOW_S, 0))
    assert list(pairwise(signer, one.spec.operations["getTransaction"])) == []
