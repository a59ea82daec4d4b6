"""A test bed is read strictly, and its values do not show themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payproof.errors import SpecError
from payproof.spec.testbed import load_testbed

GOOD = {
    "x-testbed": 1,
    "gateway": "shop",
    "test_keys": True,
    "merchants": {"main": {"access_token": "s3cret-token", "merchant_id": 77}},
    "roles": {"known-order": {"order_id": "07", "amount": "10.50"}},
    "switches": {"refund-body": "form"},
    "events": {"order-paid": {"how": "control"}, "late": "by hand"},
    "state": {"orders": [{"id": "07", "amount": 1.5}]},
}


def read(**changes: object) -> object:
    return load_testbed(json.dumps({**GOOD, **changes}).encode())


def test_a_test_bed_is_read_from_yaml_and_json_alike(tmp_path: Path) -> None:
    as_json, as_yaml = tmp_path / "a.json", tmp_path / "a.yaml"
    as_json.write_text(json.dumps(GOOD))
    as_yaml.write_text(json.dumps(GOOD))
    one, other = load_testbed(as_json), load_testbed(as_yaml)
    for bed in (one, other):
        assert (bed.gateway, bed.test_keys, bed.switches) == ("shop", True, {"refund-body": "form"})
        assert dict(bed.merchants["main"]) == {"access_token": "s3cret-token", "merchant_id": "77"}
        assert bed.roles["known-order"]["amount"] == "10.50"
        assert bed.events == {"order-paid": {"how": "control"}, "late": {"how": "by hand"}}
        assert bed.state == GOOD["state"]


def test_no_value_shows_itself() -> None:
    bed = load_testbed(json.dumps(GOOD).encode())
    for text in (repr(bed), str(bed), repr(bed.merchants), f"{bed.merchants['main']}", repr(bed.roles)):
        assert "s3cret" not in text
        assert "10.50" not in text
    assert "access_token" in repr(bed)


def test_what_is_left_out_is_empty() -> None:
    bed = load_testbed(b"x-testbed: 1\ngateway: shop\n")
    assert (bed.merchants, bed.roles, bed.switches, bed.events, bed.state, bed.test_keys) == (
        {},
        {},
        {},
        {},
        {},
        False,
    )


BROKEN = {
    "no mapping": (b"- 1", 1, "no mapping"),
    "no version": (b"gateway: shop", 1, "version 1"),
    "another version": (b"gateway: shop\nx-testbed: 2", 2, "version 1"),
    "no gateway": (b"x-testbed: 1", 1, "name is missing"),
    "an unknown key": (b"x-testbed: 1\ngateway: shop\nmerchant: {}", 3, "'merchant' is not known"),
    "a number that loses digits": (
        b"x-testbed: 1\ngateway: s\nroles:\n  a:\n    amount: 250.50",
        5,
        "no text",
    ),
    "a list as value": (b"x-testbed: 1\ngateway: s\nroles:\n  a:\n    ids: [1]", 5, "no text"),
    "roles as list": (b"x-testbed: 1\ngateway: s\nroles: [a]", 3, "no mapping"),
    "a repeated key": (b"x-testbed: 1\nx-testbed: 1", 2, "twice"),
    "test_keys as text": (b"x-testbed: 1\ngateway: s\ntest_keys: 'yes'", 3, "neither true nor false"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_test_bed_is_refused_with_its_line(case: str) -> None:
    raw, line, why = BROKEN[case]
    with pytest.raises(SpecError) as error:
        load_testbed(raw)
    assert why in error.value.what
    assert error.value.where == f"<input>:{line}"


def test_a_misspelt_key_gets_the_right_one_as_hint() -> None:
    with pytest.raises(SpecError) as error:
        read(merchant={})
    assert error.value.hint == "did you mean merchants?"


def test_a_test_bed_of_another_gateway_is_refused() -> None:
    with pytest.raises(SpecError, match="not 'market'"):
        load_testbed(json.dumps(GOOD).encode(), gateway="market")


def test_a_refusal_shows_no_value() -> None:
    with pytest.raises(SpecError) as error:
        read(merchants={"main": {"access_token": ["s3cret-token"]}})
    assert "s3cret" not in str(error.value)
