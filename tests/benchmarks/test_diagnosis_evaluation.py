"""The bars of the diagnosis, held over a fixed sample of the corpus: counts, never times."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from benchmarks.diagnosis.evaluate import CORPUS, judge

#: Every n-th case of a kind; the benchmark runs them all.
STEPS = {"single": 5, "double": 4, "triple": 3, "unexplained": 4}
BARS = {"single": 0.98, "double": 0.90, "triple": 0.75, "unexplained": 1.0}


@cache
def rows() -> list[dict[str, Any]]:
    cases = json.loads(CORPUS.read_text("utf-8"))
    chosen = [
        case for kind, step in STEPS.items() for case in [one for one in cases if one["kind"] == kind][::step]
    ]
    return [judge(case) for case in chosen]


def test_the_corpus_is_as_large_as_promised() -> None:
    counts = Counter(case["kind"] for case in json.loads(CORPUS.read_text("utf-8")))
    assert counts["single"] + counts["double"] + counts["triple"] >= 400
    assert counts["unexplained"] >= 100


@pytest.mark.parametrize("kind", BARS)
def test_the_right_cause_stands_first_as_often_as_promised(kind: str) -> None:
    outcomes = [row["outcome"] for row in rows() if row["kind"] == kind]
    assert outcomes.count("right") >= BARS[kind] * len(outcomes), Counter(outcomes)


def test_no_cause_is_false() -> None:
    assert [row["id"] for row in rows() if row["outcome"] == "false"] == []
