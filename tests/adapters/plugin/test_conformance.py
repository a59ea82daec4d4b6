"""The conformance run as tests: what is collected, chosen, repeated, and said when it cannot run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from payproof import gateway

pytest_plugins = "pytester"
for _name in gateway.names():
    gateway.load(_name)

PLUGIN = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-W", "error", "--strict-markers")
Run = Callable[..., pytest.RunResult]
BED = Path(__file__).resolve().parents[3] / "openapi" / "paykun" / "testbed.yaml"
FAULTY = """
import pytest
@pytest.mark.payproof("paykun", defects=["stale-response-signature"])
def test_contract(payproof_check): payproof_check()
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def go(*options: str, test: str = "def test_mine(): pass\n") -> pytest.RunResult:
        pytester.makepyfile(test_it=test)
        return pytester.runpytest_inprocess(*PLUGIN, *options)

    return go


def test_every_operation_and_kind_is_an_item_that_k_chooses(run: Run) -> None:
    done = run("--payproof-check=paykun", "-k", "refundTransaction and (example or auth)", "-v")
    done.assert_outcomes(passed=2, deselected=20)
    done.stdout.fnmatch_lines(["*::refundTransaction-example PASSED*", "*::refundTransaction-auth PASSED*"])


def test_walks_are_items_of_their_life_cycle(run: Run) -> None:
    done = run("--payproof-check=plural", "-k", "walk", "--collect-only", "-q")
    done.stdout.fnmatch_lines(
        [f"payproof::plural::plural.{name}-walk" for name in ("order", "payment", "refund")]
    )


def test_a_failure_repeats_from_its_seed_by_the_command_that_it_names(run: Run) -> None:
    pytest.importorskip("schemathesis")
    chosen = ("--payproof-seed=3", "--payproof-budget=1", "-k", "getTransaction-generated")
    first = run(*chosen, test=FAULTY)
    first.assert_outcomes(failed=1, deselected=20)
    first.stdout.fnmatch_lines(["error response-signature-wrong at getTransaction*"])
    # Under CI pytest's summary says all of it once more.
    said = first.stdout.str().partition("short test summary")[0]
    (again,) = re.findall(r"again: +pytest (\S+) (\S+) (\S+)", said)
    second = run(*(word.strip("'") for word in again), test=FAULTY)
    assert report(second) == report(first)


def report(done: pytest.RunResult) -> str:
    text = done.stdout.str().partition("FAILURES")[2].partition("short test summary")[0]
    assert "getTransaction/generated/1" in text
    return re.sub(r"in \d+\.\d s", "", text)


def test_another_kind_names_the_command_of_the_one_case(run: Run) -> None:
    done = run("-k", "getTransaction-example", test=FAULTY)
    done.stdout.fnmatch_lines(
        [
            "*again: * payproof check paykun --seed 0 --defect stale-response-signature"
            " --case getTransaction/example/*"
        ]
    )


def test_without_schemathesis_the_generated_kind_is_skipped_with_a_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payproof.adapters.schemathesis_engine.available", lambda: False)
    done = run("--payproof-check=paykun", "-k", "getTransaction-generated", "-rs")
    done.assert_outcomes(skipped=1, deselected=21)
    done.stdout.fnmatch_lines(["SKIPPED*pip install 'payproof[[]conformance[]]'*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--payproof-seed=x"], "*'x' is no seed*"),
        (["--payproof-budget=huge"], "*there is no budget 'huge'*"),
        (["--payproof-url=http://127.0.0.1:9"], "*nothing says whose keys and ids to use at that URL*"),
        (["--payproof-testbed=nowhere.yaml"], "*nowhere.yaml*"),
    ],
)
def test_options_that_make_no_sense_are_told_once(run: Run, options: list[str], said: str) -> None:
    done = run("--payproof-check=paykun", *options)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([said])


def test_a_real_gateways_host_is_never_called_from_pytest(run: Run) -> None:
    options = ("--payproof-url=https://api.paykun.com/v1", f"--payproof-testbed={BED}")
    done = run("--payproof-check=paykun", *options, "-k", "getTransaction-example")
    done.assert_outcomes(failed=1, deselected=21)
    done.stdout.fnmatch_lines(
        ["*api.paykun.com is a real gateway's host", "*payproof check paykun --allow-live*"]
    )
    done.stdout.no_fnmatch_line("*During handling*")


def test_one_line_in_a_test_file_is_the_conformance_run(run: Run) -> None:
    done = run(
        "-k",
        "getTransaction and not generated",
        test=FAULTY.replace(', defects=["stale-response-signature"]', ""),
    )
    done.assert_outcomes(passed=3, deselected=18)
