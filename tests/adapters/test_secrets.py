"""Keys come from the environment, from files it names, or from the test bed, and never show."""

from __future__ import annotations

from pathlib import Path

import pytest

from payproof.adapters.secrets import find_key, from_environment, read_key_file, variable
from payproof.errors import KeyMaterialError

NAME = "PAYPROOF_PAYKUN_ENCRYPTION_KEY"


def test_the_variable_is_named_after_gateway_and_role() -> None:
    assert variable("paykun", "encryption_key") == NAME
    assert variable("my-gateway", "key") == "PAYPROOF_MY_GATEWAY_KEY"


def test_the_environment_beats_the_test_bed() -> None:
    found = find_key("paykun", "encryption_key", environ={NAME: "e"}, testbed={"encryption_key": "t"})
    assert found == "e"


def test_the_test_bed_beats_the_prompt() -> None:
    found = find_key("paykun", "k", environ={}, testbed={"k": "t"}, ask=lambda role: "asked")
    assert found == "t"


def test_the_prompt_is_asked_last() -> None:
    assert find_key("paykun", "k", environ={}, ask=lambda role: f"asked {role}") == "asked k"
    assert find_key("paykun", "k", environ={}) is None


@pytest.mark.parametrize(
    ("raw", "key"), [("a\n", "a"), ("a", "a"), ("a\n\n", "a\n"), (" a \n", " a "), ("a\r\n", "a")]
)
def test_one_trailing_newline_of_a_file_is_dropped(tmp_path: Path, raw: str, key: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(raw.encode())
    assert find_key("paykun", "encryption_key", environ={f"{NAME}_FILE": str(path)}) == key


def test_both_forms_at_once_are_refused() -> None:
    with pytest.raises(KeyMaterialError, match="twice"):
        find_key("paykun", "encryption_key", environ={NAME: "a", f"{NAME}_FILE": "b"})


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xff\xfesecret", b"x" * 70_000])
def test_a_file_that_is_no_key_is_refused_without_showing_it(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(raw)
    with pytest.raises(KeyMaterialError) as raised:
        read_key_file(path, where="X_FILE")
    assert "secret" not in str(raised.value)
    assert "xxx" not in str(raised.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMaterialError, match="cannot be read"):
        read_key_file(tmp_path / "nothing", where="X_FILE")


def test_an_empty_variable_is_refused() -> None:
    with pytest.raises(KeyMaterialError, match="empty"):
        find_key("paykun", "encryption_key", environ={NAME: ""})


def test_a_merchants_keys_are_replaced_one_by_one() -> None:
    keys = {"merchant_id": "m", "encryption_key": "t"}
    assert from_environment("paykun", keys, {NAME: "e"}) == {"merchant_id": "m", "encryption_key": "e"}
