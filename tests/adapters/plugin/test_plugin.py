"""The plugin under pytester: what integrators write, and what they are told."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytest_plugins = "pytester"

CLIENT = """
import hmac, os, pytest, requests
def sign(key, values):
    return hmac.digest(key.encode(), ("".join(f"{v}|" for v in values) + "#").encode(), "sha512").hex()
def refund(base, keys, transaction, amount, remarks="broken", order=1):
    body = {"refund_amount": amount, "remarks": remarks}
    body["signature"] = sign(keys["encryption_key"], list(body.values())[::order])
    headers = {"MerchantId": keys["merchant_id"], "AccessToken": keys["access_token"]}
    url = f"{base}/merchant/transaction/{transaction}/refund"
    return requests.post(url, json=body, headers=headers, timeout=5)
PAYKUN = pytest.mark.payproof("paykun")
ID = "20001-00000-00000-00001"
"""
PLUGIN = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-W", "error", "--strict-markers")


@pytest.fixture
def run(pytester: pytest.Pytester) -> object:
    def go(test: str, *options: str, client: str = CLIENT) -> pytest.RunResult:
        pytester.makepyfile(client=client, test_it="from client import *\n" + test)
        return pytester.runpytest_subprocess(*PLUGIN, *options)

    return go


GOOD = """
@PAYKUN
def test_refund(payproof_sandbox):
    assert refund(payproof_sandbox.url, payproof_sandbox.keys, ID, "1.00").status_code == 200
"""


def test_a_right_exchange_passes(run) -> None:  # type: ignore[no-untyped-def]
    run(GOOD).assert_outcomes(passed=1)


def test_a_wrong_request_fails_the_test_that_sent_it(run) -> None:  # type: ignore[no-untyped-def]
    done = run(
        GOOD
        + """
@PAYKUN
def test_reversed(payproof_sandbox):
    refund(payproof_sandbox.url, payproof_sandbox.keys, ID, "1.00", order=-1)
"""
    )
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        [
            "*test_reversed*",
            "payproof: 1 finding in what this test exchanged with paykun",
            "error request-signature-wrong at refundTransaction request signature",
            "*the cause: the fields in reverse order",
            "*hint:     sign the fields in the order they are sent",
        ]
    )


def test_the_whole_run_can_be_guarded_and_mocked_replies_are_judged(run) -> None:  # type: ignore[no-untyped-def]
    done = run(
        """
import responses
@responses.activate
def test_mocked():
    url = "https://api.paykun.com/v1"
    responses.post(f"{url}/merchant/transaction/{ID}/refund", json={"status": True})
    keys = {"encryption_key": "0123456789ABCDEF0123456789ABCDEF", "merchant_id": "900000000000001",
            "access_token": "A11CE000000000000000000000000001"}
    refund(url, keys, ID, "1.00")
""",
        "--payproof-guard=paykun",
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["error response-schema at refundTransaction response /data"])


def test_a_tests_own_failure_is_shown_with_its_exchanges(run) -> None:  # type: ignore[no-untyped-def]
    done = run(
        """
@PAYKUN
def test_code(payproof_sandbox):
    reply = refund(payproof_sandbox.url, payproof_sandbox.keys, ID, "500000.01")
    assert reply.json()["errors"][0]["errorCode"] == "refundNotAllowed"
"""
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        ["E*KeyError: 0", "*payproof: exchanges with paykun*", '*got:  400 {*"errors":{*']
    )


def test_a_rule_can_be_allowed_and_a_stricter_level_asked_for(run) -> None:  # type: ignore[no-untyped-def]
    wrong = "refund(payproof_sandbox.url, payproof_sandbox.keys, ID, '1.00', order=-1)"
    done = run(
        f"""
@pytest.mark.payproof("paykun", allow=["request-signature-wrong"])
def test_allowed(payproof_sandbox):
    {wrong}
@pytest.mark.payproof("paykun", fail_on="warning")
def test_repeated(payproof_sandbox):
    payproof_sandbox.fail_next("refund", kind="status", status=503)
    for _ in range(2):
        refund(payproof_sandbox.url, payproof_sandbox.keys, ID, "1.00")
"""
    )
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["warning write-repeated-blindly at refundTransaction*"])


def test_undocumented_fields_have_a_level_of_their_own(run, pytester: pytest.Pytester) -> None:  # type: ignore[no-untyped-def]
    test = """
@PAYKUN
def test_extra(payproof_sandbox):
    keys = payproof_sandbox.keys
    body = {"refund_amount": "1.00", "remarks": "x", "channel": "web"}
    body["signature"] = sign(keys["encryption_key"], body.values())
    headers = {"MerchantId": keys["merchant_id"], "AccessToken": keys["access_token"]}
    url = f"{payproof_sandbox.url}/merchant/transaction/{ID}/refund"
    assert requests.post(url, json=body, headers=headers).status_code in (200, 400)
"""
    run(test).assert_outcomes(passed=1)
    pytester.makeini("[pytest]\npayproof_undocumented = error\n")
    done = run(test)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["error request-undocumented-field at refundTransaction request /channel"])


def test_the_sandbox_is_in_reach_of_the_test(run) -> None:  # type: ignore[no-untyped-def]
    run(
        """
@PAYKUN
def test_reach(payproof_sandbox):
    assert os.environ["PAYPROOF_PAYKUN_URL"] == payproof_sandbox.url
    assert os.environ["PAYPROOF_PAYKUN_ACCESS_TOKEN"] == payproof_sandbox.keys["access_token"]
    payproof_sandbox.fail_next("refund", status=503)
    assert refund(payproof_sandbox.url, payproof_sandbox.keys, ID, "1.00").status_code == 503
    before = payproof_sandbox.now_s
    assert payproof_sandbox.advance(hours=3) - before >= 3 * 3600
    assert "Success" in payproof_sandbox.settle("20007-00000-00000-00001")
    assert [one.event for one in payproof_sandbox.events] == ["paymentUpdate"]
    bodies = []
    payproof_sandbox.deliver(lambda body: bodies.append(body))
    assert len(bodies) == 1 and payproof_sandbox.events[0].standing == "delivered"
@PAYKUN
def test_fresh(payproof_sandbox):
    assert payproof_sandbox.events == []
"""
    ).assert_outcomes(passed=2)


def test_webhooks_are_signed_and_receivers_attacked(run) -> None:  # type: ignore[no-untyped-def]
    done = run(
        """
@PAYKUN
def test_hook(payproof_webhook):
    signed = payproof_webhook(status="Failed", order__gross_amount=12)
    transaction = signed.data["transaction"]
    assert (transaction["status"], transaction["order"]["gross_amount"]) == ("Failed", 12)
    assert signed.to(lambda body, headers: 200 if body == signed.body else 500).status == 200
@PAYKUN
def test_naive(payproof_receiver_suite):
    payproof_receiver_suite(lambda body: 200)
"""
    )
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        ["payproof: the receiver (function) breaks 6 of 23 properties", "  broken*other-key-refused: *"]
    )


def test_a_fixture_without_a_gateway_says_what_to_write(run) -> None:  # type: ignore[no-untyped-def]
    done = run("def test_it(payproof_sandbox): pass")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["nothing says which gateway is meant: write @pytest.mark.payproof*"])


def test_an_unknown_gateway_is_an_error_of_usage(run) -> None:  # type: ignore[no-untyped-def]
    done = run("@pytest.mark.payproof('paycun')\ndef test_it(): pass")
    assert done.ret != 0
    done.stderr.fnmatch_lines(["*there is no gateway 'paycun'*"])


def test_settings_come_from_pyproject(run, pytester: pytest.Pytester) -> None:  # type: ignore[no-untyped-def]
    pytester.makepyprojecttoml(
        "[tool.payproof.paykun]\nhosts = ['http://localhost:7']\nswitches = {bad-signature-status = '403'}\n"
    )
    run(
        """
@PAYKUN
def test_it(payproof_sandbox, payproof_guard):
    assert "localhost:7" in payproof_guard.hosts
    assert payproof_sandbox.simulator.world.setting("bad-signature-status", "") == "403"
"""
    ).assert_outcomes(passed=1)


SHUFFLED = """
import random
def pytest_collection_modifyitems(items):
    random.Random(7).shuffle(items)
"""


def test_findings_and_coverage_are_the_same_in_two_processes_and_in_another_order(  # type: ignore[no-untyped-def]
    run, pytester: pytest.Pytester
) -> None:
    test = GOOD + GOOD.replace("test_refund", "test_two").replace('"1.00"', '"0.5"')
    test += GOOD.replace("test_refund", "test_more").replace('"1.00"', '"999999.00"').replace("200", "400")
    test += (
        GOOD.replace("test_refund", "test_wrong")
        .replace('"1.00")', '"1.00", order=-1)')
        .replace("200", "400")
    )
    run(test, "--payproof-coverage=json:one.json").assert_outcomes(passed=3, failed=1)
    run(test, "--payproof-coverage=json:two.json", "-n", "2").assert_outcomes(passed=3, failed=1)
    pytester.makeconftest(SHUFFLED)
    run(test, "--payproof-coverage=json:three.json").assert_outcomes(passed=3, failed=1)
    one, two, three = (
        json.loads((pytester.path / f"{name}.json").read_text()) for name in ("one", "two", "three")
    )
    assert one == two == three
    kinds = one["gateways"]["paykun"]["kinds"]
    assert kinds["status"]["exercised"] == ["refundTransaction 200", "refundTransaction 400"]
    assert kinds["error code"]["exercised"] == ["refundTransaction refundNotAllowed"]


def test_too_little_coverage_fails_the_run(run) -> None:  # type: ignore[no-untyped-def]
    done = run(GOOD, "--payproof-fail-under=90", "--payproof-coverage=term")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["contract coverage of paykun is * %, less than 90 %"])
    assert run(GOOD, "--payproof-fail-under=5").ret == 0


def test_without_sockets_the_sandbox_works_as_an_application(run) -> None:  # type: ignore[no-untyped-def]
    blocked = """
import socket, httpx
class Blocked(RuntimeError): pass
def refuse(*args, **kwargs): raise Blocked("no sockets here")
@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setattr(socket, "socket", refuse)
@PAYKUN
def test_it(payproof_sandbox):
    client = httpx.Client(transport=httpx.WSGITransport(app=payproof_sandbox.wsgi))
    keys = payproof_sandbox.keys
    headers = {"MerchantId": keys["merchant_id"], "AccessToken": keys["access_token"]}
    url = f"{payproof_sandbox.app_url}/merchant/transaction/88253-41453-72735-05390"
    assert os.environ["PAYPROOF_PAYKUN_URL"] == payproof_sandbox.app_url
    assert client.get(url, headers=headers).json()["status"] is True
"""
    run(blocked).assert_outcomes(passed=1)


def test_the_plugin_imports_nothing_but_pytest() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import payproof.adapters.pytest_plugin;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['payproof', 'payproof.adapters', 'payproof.adapters.pytest_plugin']"


def test_a_run_that_asks_for_nothing_imports_nothing_more(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import sys
def test_it():
    ours = {name for name in sys.modules if name.startswith("payproof")}
    assert ours == {"payproof", "payproof.adapters", "payproof.adapters.pytest_plugin"}
    assert not {"wrapt", "yaml", "jsonschema", "requests", "httpx", "vcr"} & set(sys.modules)
"""
    )
    options = ["-p", "no:randomly", "-p", "payproof.adapters.pytest_plugin"]
    done = pytester.run(sys.executable, "-c", AUTOLOAD_OFF, *options)
    done.assert_outcomes(passed=1)


AUTOLOAD_OFF = (
    "import os, sys, pytest; os.environ['PYTEST_DISABLE_PLUGIN_AUTOLOAD'] = '1';"
    "sys.exit(pytest.main(sys.argv[1:]))"
)
