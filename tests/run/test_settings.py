"""Budgets by name or number."""

from __future__ import annotations

import pytest

from payproof.errors import UsageError
from payproof.run.settings import BUDGETS, read_budget


def test_a_named_budget_is_itself() -> None:
    assert read_budget("quick") is BUDGETS["quick"]


def test_a_number_is_a_number_of_requests() -> None:
    made = read_budget("25")
    assert (made.name, made.examples, made.chains) == ("25", 25, 5)


@pytest.mark.parametrize("text", ["", "0", "-1", "fast", "1e3", "²", "99999999"])
def test_anything_else_names_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_budget(text)
    assert "quick, default, thorough" in raised.value.hint


def test_larger_budgets_generate_more() -> None:
    rows = [BUDGETS[name] for name in ("quick", "default", "thorough")]
    assert [row.examples for row in rows] == sorted({row.examples for row in rows})
    assert [row.chains for row in rows] == sorted({row.chains for row in rows})
