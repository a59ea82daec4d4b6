"""What tests ask for: markers of several gateways, hosts, and settings that cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from payproof.adapters.plugin import given
from payproof.adapters.plugin.project import Table, tables
from payproof.errors import UsageError

pytest_plugins = "pytester"

PLUGIN = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-W", "error", "--strict-markers")
WRONG = """
import pytest, requests, responses
def send(url="https://api.paykun.com/v1"):
    with responses.RequestsMock() as mocked:
        mocked.get(f"{url}/merchant/nothing", json={})
        requests.get(f"{url}/merchant/nothing")
"""
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def go(test: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=WRONG + test)
        return pytester.runpytest_subprocess(*PLUGIN, *options)

    return go


def test_the_gateways_of_all_markers_are_guarded_and_the_nearest_options_win(run: Run) -> None:
    done = run(
        """
pytestmark = pytest.mark.payproof("paykun", hosts=["localhost:81"], fail_on="warning")
@pytest.mark.payproof("plural")
def test_both(payproof_gateway):
    assert payproof_gateway.name == "plural"
    send()
@pytest.mark.payproof("plural")
@pytest.mark.payproof("paykun")
def test_stacked():
    send()
@pytest.mark.payproof("paykun", allow=["request-unknown-operation"])
def test_options(payproof_guard):
    send("http://localhost:81/v1")
    assert payproof_guard.fail_on.label == "warning"
    assert len(payproof_guard.interactions) == 1
"""
    )
    done.assert_outcomes(passed=1, failed=2)
    assert done.stdout.str().count("error request-unknown-operation") == 2


def test_a_bare_host_covers_every_port_but_not_another_gateways_sandbox(run: Run) -> None:
    done = run(
        """
@pytest.mark.payproof("paykun", hosts=["127.0.0.1"])
def test_port():
    send("http://127.0.0.1:18777/v1")
@pytest.mark.payproof("paykun", hosts=["127.0.0.1"])
@pytest.mark.payproof("plural")
def test_sandbox(payproof_sandbox):
    requests.get(payproof_sandbox.url + "/merchant/nothing")
"""
    )
    done.assert_outcomes(failed=2)
    out = done.stdout.str()
    assert out.count("in what this test exchanged with paykun") == 1
    assert out.count("in what this test exchanged with plural") == 1


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ('"paykun", host=["x"]', "the option 'host' is not known*did you mean 'hosts'?"),
        ('"paykun", hosts="x"', "'x' is not a list of texts*hosts*write them in brackets"),
        ('"paykun", allow="request-schema"', "'request-schema' is not a list of texts*allow*"),
        ('"paykun", switches="x"', "'x' is not names and settings*switches*"),
        ('"paykun", seed="x"', "'x' is not a whole number*seed*"),
        ('"paykun", fail_on=3', "'3' is no severity*fail_on*use note, warning or error"),
        ('"paykun", "plural"', "the marker takes one name of a gateway*a marker for each gateway*"),
    ],
)
def test_a_marker_that_cannot_be_meant_is_an_error_of_usage(
    pytester: pytest.Pytester, marker: str, told: str
) -> None:
    item = pytester.getitem(f"import pytest\n@pytest.mark.payproof({marker})\ndef test_func(): pass")
    from payproof.adapters.plugin.wanted import wanted_of

    with pytest.raises(pytest.UsageError) as error:
        wanted_of(item, "paykun")
    assert re.search(told.replace("?", r"\?").replace("*", "(?s:.*)"), str(error.value))


PROJECT = "[tool.payproof.paykun] in pyproject.toml"


@pytest.mark.parametrize(
    ("text", "what", "where", "hint"),
    [
        ('paykun.hosts = "h:1"', "'h:1' is not a list of texts", f"{PROJECT}, hosts", '["127.0.0.1:8080"]'),
        ('paykun.hosts = ["a b"]', "'a b' is no host", f"{PROJECT}, hosts", "host:port"),
        ('paykun.host = ["h:1"]', "the key 'host' is not known", PROJECT, "did you mean 'hosts'?"),
        ('paykun.switches = "x"', "'x' is not names and settings", f"{PROJECT}, switches", "NAME"),
        ("paykun.switches = {a = 403}", "'403' is not a setting", f"{PROJECT}, switches, a", "in quotes"),
        ("paykun.testbed = 1", "'1' is not a text", f"{PROJECT}, testbed", "in quotes"),
        ("paykun = 1", "'1' is no table", PROJECT, "hosts, switches, testbed"),
        ("payku.hosts = []", "the gateway 'payku' is not known", "[tool.payproof]", "did you mean 'paykun'?"),
        (
            "hosts = []",
            "'hosts' stands outside of a gateway's table",
            "[tool.payproof]",
            "[tool.payproof.NAME]",
        ),
        ("paykun.hosts = [", "it cannot be read", "pyproject.toml", "mend the file"),
    ],
)
def test_a_project_that_cannot_be_meant_is_told_with_place_and_way_out(
    tmp_path: Path, text: str, what: str, where: str, hint: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.payproof]\n{text}\n")
    with pytest.raises(UsageError) as told:
        tables(tmp_path)
    assert what in told.value.what
    assert where in told.value.where
    assert hint in told.value.hint


def test_a_project_is_read_and_may_say_nothing(tmp_path: Path) -> None:
    assert tables(tmp_path) == {}
    other = tmp_path / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text(
        "[tool.payproof.paykun]\nhosts = ['h']\nswitches = {a = 'b'}\ntestbed = 'bed.yaml'\n"
    )
    assert tables(other) == {"paykun": Table(("h:*",), {"a": "b"}, "bed.yaml")}


def test_a_line_that_is_no_setting_is_told() -> None:
    assert given.pairs(["a = b"], where="payproof_switches") == {"a": "b"}
    for row in ("a", "a=", "=b"):
        with pytest.raises(UsageError, match="is no setting"):
            given.pairs([row], where="payproof_switches")


def test_wrong_settings_end_the_run_as_errors_of_usage(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.payproof.paykun]\nswitches = 'x'\n")
    done = run("def test_it(): pass", "--payproof-guard=paykun")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: payproof: 'x' is not names and settings", "  at:  *", "  try: *"])
