"""The search: nearest points first, bounded by work, the same each time, in constant memory."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from tests.signing.diagnosis.wrong import KEY, KEYS, TOKEN, asked, first, mac, names, recipe, refund

from payproof.signing.diagnosis.fields_branch import fields_stages
from payproof.signing.diagnosis.option import Option, Stage, Walk, ranked, same
from payproof.signing.diagnosis.plans import Plans
from payproof.signing.diagnosis.readings import Reading
from payproof.signing.diagnosis.search import Tally, enough_bits, search
from payproof.signing.diagnosis.target import read_target
from payproof.signing.source import take

BODY = {"b": "Zoë / 1", "a": None, "n": 12.5, "t": True, "z": "", "d": {"x": "1", "y": "2"}}


def test_two_mistakes_are_found_together_and_only_when_one_does_not_do() -> None:
    one = asked(refund(mac("Zoë / 1||12.5|1||1|2#"), BODY))
    two = asked(refund(mac("Zoë / 1|12.5|1|1|2#"), BODY))
    assert names(one) == ["join/no-trailing-separator"]
    assert names(two) == ["excluded/empty-dropped", "join/no-trailing-separator"]
    assert one.mistakes == 0
    assert two.mistakes == 1


def test_three_mistakes_of_distinct_dimensions_are_found() -> None:
    found = asked(refund(mac("b=Zoë / 1|n=12.5|t=1|x=1|y=2|#", TOKEN), BODY))
    assert [min(cause) for cause in first(found)] == [
        "excluded/empty-dropped",
        "parts/pairs",
        "key/other-role",
    ]
    assert found.explanations[0].bits == 512


def test_four_mistakes_are_not_guessed_at() -> None:
    found = asked(refund(mac("b=Zoë / 1,n=12.5,t=1,x=1,y=2,", TOKEN, "sha256"), BODY), work=400_000)
    assert not found.proven
    assert found.mistakes >= 2


def test_fewer_mistakes_may_be_asked_for() -> None:
    message = refund(mac("Zoë / 1|12.5|1|1|2#"), BODY)
    assert not asked(message, most_mistakes=1).proven
    assert asked(message, most_mistakes=2).proven


def test_the_work_is_bounded_and_the_same_each_time() -> None:
    message = refund("0" * 128, BODY)
    little = [asked(message, work=3000) for _ in range(2)]
    assert little[0].exhausted
    assert little[0].hypotheses == little[1].hypotheses < 3000
    assert little[0].mistakes < 3


@pytest.mark.parametrize(("hypotheses", "enough"), [(1, True), (2**24, True), (2**24 + 1, False)])
def test_a_match_counts_only_with_bits_to_spare(hypotheses: int, enough: bool) -> None:
    assert enough_bits(Reading(bytes(8)), hypotheses) is enough


def test_a_hash_of_nothing_without_a_key_explains_nothing() -> None:
    import hashlib

    found = asked(refund(hashlib.sha512(b"").hexdigest(), BODY), most_mistakes=2)
    assert not found.proven


def test_memory_does_not_grow_with_the_search() -> None:
    message = refund("0" * 128, BODY)
    point, plain = recipe("paykun.request"), read_target(recipe("paykun.request"), "0" * 128)
    peaks = []
    # The first search fills the stores that all searches share, whatever other tests have put there.
    for work in (100_000, 10_000, 100_000):
        stages = fields_stages(point, message, KEYS)
        plans = Plans(point, KEYS, take(point.source, message), plain.sizes)
        tracemalloc.start()
        _, tally = search(stages, plans, plain, work=work)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert tally.exhausted
    assert peaks[2] < peaks[1] * 1.5 + 500_000


# -- the walk


def _stage(name: str, *options: Option, base: object = same) -> Stage:
    return Stage(name, base, lambda value: ranked(options))  # type: ignore[arg-type]


def _add(dimension: str, letter: str, **more: object) -> Option:
    return Option(dimension, letter, letter, lambda text: text + letter, **more)  # type: ignore[arg-type]


def _leaves(stages: list[Stage], mistakes: int, most_rank: int = 9) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    Walk(
        stages,
        lambda path, rank, value: found.append(
            ("+".join("/".join(one.choice for one in step) for step in path), value)
        ),
    ).run("", mistakes, most_rank)
    return found


def test_the_walk_visits_each_choice_of_stages_once() -> None:
    stages = [_stage("1", _add("a", "x"), _add("a", "y")), _stage("2", _add("b", "z"))]
    assert _leaves(stages, 0) == [("", "")]
    assert sorted(_leaves(stages, 1)) == [("x", "x"), ("y", "y"), ("z", "z")]
    assert sorted(_leaves(stages, 2)) == [("x+z", "xz"), ("y+z", "yz")]


def test_options_with_the_same_value_are_one_step_with_alternatives() -> None:
    twin = Option("a", "twin", "twin", lambda text: text + "x")
    assert _leaves([_stage("1", _add("a", "x"), twin)], 1) == [("x/twin", "x")]


def test_an_option_that_changes_nothing_is_cut_off() -> None:
    assert _leaves([_stage("1", Option("a", "idle", "idle", same)), _stage("2", _add("b", "z"))], 2) == []


def test_ranks_bound_the_walk() -> None:
    stages = [
        _stage("1", _add("a", "x", rank=3)),
        _stage("2", _add("b", "y", rank=1), _add("b", "z", rank=3)),
    ]
    assert sorted(_leaves(stages, 2, most_rank=4)) == [("x+y", "xy")]


def test_a_step_that_cannot_be_taken_is_left_out() -> None:
    def broken(text: str) -> str:
        return "\ud800".encode().decode()

    stages = [_stage("1", Option("a", "broken", "", broken), _add("a", "x"))]
    assert _leaves(stages, 1) == [("x", "x")]


def test_a_tally_goes_on_counting() -> None:
    message = refund("0" * 128, {"a": "1"})
    point = recipe("paykun.request")
    target = read_target(point, "0" * 128)
    plans = Plans(point, KEYS, take(point.source, message), target.sizes)
    stages = fields_stages(point, message, KEYS)
    _, whole = search(stages, plans, target, most=2)
    _, tally = search(stages, plans, target, most=1, tally=Tally())
    _, tally = search(stages, plans, target, least=2, most=2, tally=tally)
    assert tally.hypotheses == whole.hypotheses > 1000
    assert set(whole.by_dimension) >= {"charset", "excluded", "join", "key", "order", "rounds", "text-edits"}


def test_the_key_is_not_in_what_is_tried() -> None:
    assert KEY not in json.dumps(asked(refund("0" * 128), most_mistakes=1).tried)
