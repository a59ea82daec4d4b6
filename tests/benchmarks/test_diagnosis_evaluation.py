"""The bars of the diagnosis, held over fixed samples of the corpus: counts, never times."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from benchmarks.diagnosis.evaluate import CORPUS, judge

#: Every n-th case of a kind: a few in each run, many in CI; the benchmark runs them all.
FEW = {"single": 16, "double": 35, "triple": 30, "unexplained": 60}
MANY = {"single": 5, "double": 4, "triple": 3, "unexplained": 4}
BARS = {"single": 0.98, "double": 0.90, "triple": 0.75, "unexplained": 1.0}


@pytest.fixture(
    params=[pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.slow)],
)
def outcomes(request: pytest.FixtureRequest) -> dict[str, Counter[str]]:
    """What became of each kind's cases in a sample."""
    return {kind: judged(kind, step) for kind, step in request.param.items()}


@cache
def judged(kind: str, step: int) -> Counter[str]:
    return Counter(judge(case)["outcome"] for case in [one for one in cases() if one["kind"] == kind][::step])


@cache
def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(CORPUS.read_text("utf-8"))
    return found


def test_the_corpus_is_as_large_as_promised() -> None:
    counts = Counter(case["kind"] for case in cases())
    assert counts["single"] + counts["double"] + counts["triple"] >= 400
    assert counts["unexplained"] >= 100


def test_the_right_cause_stands_first_as_often_as_promised(outcomes: dict[str, Counter[str]]) -> None:
    short = {kind: row for kind, row in outcomes.items() if row["right"] < BARS[kind] * row.total()}
    assert short == {}


def test_no_cause_is_false(outcomes: dict[str, Counter[str]]) -> None:
    assert {kind: row["false"] for kind, row in outcomes.items()} == dict.fromkeys(BARS, 0)
