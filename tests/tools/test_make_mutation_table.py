"""The README's table of killed defects is made from the results, and a stale one is noticed."""

from __future__ import annotations

from typing import Any

import pytest

from tools import make_mutation_table as made

SCORE = {"defects": 4, "killed": 3, "percent": 75.0}
ONE: dict[str, Any] = {
    "measured_with": {"commit": "abcdef0123", "packages": {"schemathesis": "4.0"}},
    "seconds_of_an_honest_run": {"default": 10.1, "quick": 6.5},
    "hand_written": 3,
    "generated_sampled": 1,
    "generated_in_all": 9,
    "seed": 7,
    "score": {"default": SCORE, "quick": SCORE},
    "by_category": {"money": {"default": SCORE, "quick": SCORE}},
    "survivors": [{"name": "over-refund", "found": []}],
}


def test_scores_survivors_and_false_findings_are_shown() -> None:
    honest = {
        "toy": {
            "runs": 31,
            "runs_with_findings": ["seed 3"],
            "seeds": 4,
            "runs_of_the_independent_server": 4,
            "pairs_of_switch_values": 21,
        }
    }
    lines = list(made.lines({"toy": ONE}, honest))
    assert "| toy | money | 3/4 (75.0 %) | 3/4 (75.0 %) | not run |" in lines
    assert "- toy: `over-refund` survives (no finding)." in lines
    assert (
        "- toy: 31 runs against honest gateways (4 seeds, each value of each switch, 21 pairs of them, "
        "4 of an independent server), 1 with a false finding."
    ) in lines


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    text = f"before\n{made.BEGIN}\nold\n{made.END}\nafter\n"
    assert made.replaced(text, "new") == f"before\n{made.BEGIN}\nnew\n{made.END}\nafter\n"
    with pytest.raises(ValueError, match="once each"):
        made.replaced("no markers", "new")


def test_a_stale_table_fails_the_check(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{made.BEGIN}\nold\n{made.END}\n")
    monkeypatch.setattr(made, "README", readme)
    monkeypatch.setattr("sys.argv", ["make_mutation_table.py", "--check"])
    assert made.main() == 1
    monkeypatch.setattr("sys.argv", ["make_mutation_table.py"])
    assert made.main() == 0
    monkeypatch.setattr("sys.argv", ["make_mutation_table.py", "--check"])
    assert made.main() == 0
