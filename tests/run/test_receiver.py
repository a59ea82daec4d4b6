"""The receiver suite finds every planted fault, and nothing in a correct receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from tests.run.sample_receiver import FAULTS, Shop

from payproof import gateway
from payproof.adapters.receiver import receiver_of
from payproof.conformance.deliveries import Deliveries
from payproof.run.receiver import Suite, Verdict
from payproof.run.receiver_suite import attack as attacked

NOW_S = 1_795_000_000.0
PLURAL, PAYKUN = gateway.load("plural"), gateway.load("paykun")


def attack(fault: str = "", *, observed: bool = True, **more: Any) -> dict[str, Verdict]:
    shop = Shop(NOW_S, fault)
    deliveries = Deliveries(PLURAL.spec, PLURAL.testbed, {}, NOW_S)
    effects = shop.effects if observed else None
    suite = Suite(deliveries, receiver_of(shop.receive).send, effects=effects, **more)
    return {one.property.id: one for one in attacked(suite)}


def broken(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, one in verdicts.items() if one.word == "broken"}


def test_a_correct_receiver_keeps_every_property() -> None:
    assert {(name, one.message) for name, one in attack().items() if one.word != "held"} == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_as_itself(fault: str) -> None:
    assert FAULTS[fault] in broken(attack(fault))


def test_at_least_fifteen_faults_are_planted() -> None:
    assert len(FAULTS) >= 15


def test_without_effects_what_cannot_be_seen_is_said_to_be_so() -> None:
    verdicts = attack(observed=False)
    unseen = {name for name, one in verdicts.items() if one.word == "not observable"}
    assert unseen == {
        "duplicate-handled-once",
        "late-event-survived",
        "newer-event-acted-on",
        "refusals-leave-no-trace",
    }
    assert all("give effects" in verdicts[name].message for name in unseen)
    assert broken(verdicts) == set()


def test_when_honest_deliveries_are_refused_nothing_else_is_claimed() -> None:
    verdicts = attack("signs-body-only")
    assert broken(verdicts) == {"valid-accepted"}
    assert {one.word for name, one in verdicts.items() if name != "valid-accepted"} == {"not observable"}


def test_two_keys_in_force_are_both_taken() -> None:
    assert attack("two-keys", previous="second")["rotated-keys-accepted"].word == "held"
    assert attack(previous="second")["rotated-keys-accepted"].word == "broken"


def paykun_receiver(body: bytes) -> int:
    try:
        found = json.loads(body, parse_float=str, parse_int=str)
        rows = found["transaction"]
        given = rows.pop("signature")
        texts: list[Any] = []
        for value in rows.values():
            texts += value.values() if isinstance(value, dict) else [value]
        text = "".join(f"{'' if one is None else one}|" for one in texts) + "#"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return 400
    right = hmac.digest(b"0123456789ABCDEF0123456789ABCDEF", text.encode(), hashlib.sha512).hex()
    return 200 if isinstance(given, str) and hmac.compare_digest(given.encode(), right.encode()) else 400


def test_a_scheme_without_time_and_prefix_has_properties_that_do_not_apply() -> None:
    deliveries = Deliveries(PAYKUN.spec, PAYKUN.testbed, {}, NOW_S)
    suite = Suite(deliveries, receiver_of(paykun_receiver).send)
    verdicts = {one.property.id: one for one in attacked(suite)}
    words: dict[str, set[str]] = {}
    for name, one in verdicts.items():
        words.setdefault(one.word, set()).add(name)
    assert words.get("broken", set()) == set(), [str(one) for one in verdicts.values()]
    assert words["not applicable"] == {"wrong-prefix-refused", "stale-refused", "future-refused"}
    assert verdicts["valid-accepted"].evidence == "sdk"
