"""The plugin beside others that an integrator has: each keeps its own, and what they mock or run is judged.

Those that the extra `dev` has not are skipped here; `tools/try_neighbours.py` installs them all, beside old
and new versions of pytest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

pytest_plugins = "pytester"

OPTIONS = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:schemathesis",
    "-W",
    "error",
    "--strict-markers",
    "--strict-config",
)
Run = Callable[..., pytest.RunResult]
COMMON = """
import httpx, pytest
PAYKUN = pytest.mark.payproof("paykun")
KEYS = {"MerchantId": "900000000000001", "AccessToken": "A11CE000000000000000000000000001"}
LIVE = "https://api.paykun.com/v1"
PATH = "/merchant/transaction/88253-41453-72735-05390"
@pytest.fixture(autouse=True)
def keys(monkeypatch):
    monkeypatch.delenv("PAYPROOF_PAYKUN_URL", raising=False)
"""
ASYNC = """
@MARK
@PAYKUN
async def test_right(payproof_sandbox, payproof_guard):
    async with httpx.AsyncClient(headers=KEYS) as client:
        assert (await client.get(payproof_sandbox.url + PATH)).status_code == 200
    assert [one.operation for one in payproof_guard.interactions] == ["getTransaction"]
@MARK
@PAYKUN
async def test_wrong(payproof_sandbox):
    async with httpx.AsyncClient(headers=KEYS) as client:
        await client.post(payproof_sandbox.url + PATH + "/refund", json={"refund_amount": 1.5})
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def go(test: str, *options: str) -> pytest.RunResult:
        pytester.makeini("[pytest]\npythonpath = .\n")
        pytester.makepyfile(common=COMMON, test_it="from common import *\n" + test)
        command = (sys.executable, "-m", "pytest", *OPTIONS, *options)
        return pytester.run(*command)

    return go


@pytest.mark.parametrize(("plugin", "mark"), [("pytest_asyncio", "asyncio"), ("anyio", "anyio")])
def test_coroutine_tests_are_judged(run: Run, plugin: str, mark: str) -> None:
    pytest.importorskip(plugin)
    backend = "@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n" if mark == "anyio" else ""
    done = run(backend + ASYNC.replace("@MARK", f"@pytest.mark.{mark}"))
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["*test_wrong*", "error request-schema at refundTransaction request*"])


def test_replies_mocked_by_respx_are_judged(run: Run) -> None:
    done = run(
        """
@PAYKUN
def test_it(respx_mock):
    respx_mock.get(LIVE + PATH).respond(json={"status": True})
    httpx.get(LIVE + PATH, headers=KEYS)
"""
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["error response-schema at getTransaction response /data"])


@pytest.mark.parametrize("plugin", ["pytest_recording", "pytest_vcr"])
def test_replies_out_of_a_cassette_are_judged_without_the_network(
    run: Run, pytester: pytest.Pytester, plugin: str
) -> None:
    pytest.importorskip(plugin)
    if plugin == "pytest_vcr" and "pytest_recording" in sys.modules:
        pytest.skip("the two refuse to run together")
    folder = "cassettes/test_it" if plugin == "pytest_recording" else "cassettes"
    (pytester.path / folder).mkdir(parents=True)
    entry = {
        "request": {"method": "GET", "uri": "https://api.paykun.com/v1" + PATH, "body": None, "headers": {}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": ["application/json"]},
            "body": {"string": '{"status": true}'},
        },
    }
    # JSON is YAML.
    text = json.dumps({"version": 1, "interactions": [entry]})
    (pytester.path / folder / "test_played.yaml").write_text(text)
    done = run(
        """
@pytest.mark.vcr
@PAYKUN
def test_played():
    assert httpx.get(LIVE + PATH, headers=KEYS).json() == {"status": True}
""",
        *(["--block-network"] if plugin == "pytest_recording" else ["--vcr-record=none"]),
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["error response-schema at getTransaction response /data"])


PATH = "/merchant/transaction/88253-41453-72735-05390"
PORT = """
@PAYKUN
def test_by_port(payproof_sandbox):
    assert httpx.get(payproof_sandbox.url + PATH, headers=KEYS).status_code == 200
"""
NO_PORT = """
@PAYKUN
def test_by_call(payproof_sandbox):
    with httpx.Client(transport=httpx.WSGITransport(app=payproof_sandbox.wsgi), headers=KEYS) as client:
        assert client.get(payproof_sandbox.app_url + PATH).status_code == 200
"""


@pytest.mark.parametrize(
    ("test", "option"), [(PORT, "--allow-hosts=127.0.0.1"), (NO_PORT, "--disable-socket")]
)
def test_the_sandbox_runs_where_sockets_are_forbidden(run: Run, test: str, option: str) -> None:
    pytest.importorskip("pytest_socket")
    run(test, option).assert_outcomes(passed=1)


def test_in_random_order_and_in_two_processes(run: Run) -> None:
    many = "".join(PORT.replace("by_port", f"{number}") for number in range(6))
    pytest.importorskip("xdist")
    run(many, "-n", "2").assert_outcomes(passed=6)
