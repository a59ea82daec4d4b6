"""Draws repeat from their seed and differ by their labels."""

from __future__ import annotations

import re

from payproof.simulator.rng import Draw


def test_the_same_seed_and_labels_give_the_same_draw() -> None:
    assert Draw(7).digits(20, "refund", 1) == Draw(7).digits(20, "refund", 1)


def test_another_seed_or_label_gives_another_draw() -> None:
    drawn = {Draw(seed).digits(20, label, number) for seed in (1, 2) for label in "ab" for number in (1, 2)}
    assert len(drawn) == 8


def test_labels_do_not_run_together() -> None:
    assert Draw(0).hex(32, "a", "bc") != Draw(0).hex(32, "ab", "c")


def test_each_kind_of_text_has_its_shape() -> None:
    draw = Draw(3)
    assert re.fullmatch(r"\d{20}", draw.digits(20, "x"))
    assert re.fullmatch(r"[0-9a-f]{128}", draw.hex(128, "x"))
    assert re.fullmatch(r"[A-Za-z0-9]{7}", draw.word(7, "x"))
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", draw.uuid("x")
    )


def test_picks_reach_every_choice() -> None:
    assert {Draw(0).pick("abc", number) for number in range(50)} == set("abc")
