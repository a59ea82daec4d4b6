"""What is generated does not depend on which modules happen to be loaded."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from payproof.adapters.steady_values import steady

MARK = "of-a-module"


def drawn() -> list[str]:
    found: list[str] = []

    @seed(1)
    @settings(max_examples=300, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text())
    def one(text: str) -> None:
        found.append(text)

    one()
    return found


def load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "of_the_user.py"
    file.write_text("".join(f"C{at} = '{MARK}-{at}'\n" for at in range(400)), encoding="utf-8")
    spec = spec_from_file_location("of_the_user", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "of_the_user", module)


def test_constants_of_loaded_modules_take_no_part_inside_and_do_again_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with steady():
        before = drawn()
    load(tmp_path, monkeypatch)
    with steady():
        after = drawn()
    assert before == after
    assert any(MARK in text for text in drawn())


def test_an_error_inside_leaves_nothing_behind() -> None:
    known = providers._get_local_constants
    with pytest.raises(RuntimeError), steady():
        raise RuntimeError
    assert providers._get_local_constants is known


def test_a_hypothesis_without_such_constants_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(providers, "_get_local_constants")
    with steady():
        assert not hasattr(providers, "_get_local_constants")
