"""When a test's exchanges are judged, with which keys, and where what was found is told: once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest_plugins = "pytester"

PLUGIN = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:randomly", "-W", "error", "-rA")
COMMON = """
import hmac, os, pytest, requests, unittest
P = pytest.mark.payproof("paykun")
ID = "20001-00000-00000-00001"
def call(digest="sha256"):
    roles = ("URL", "MERCHANT_ID", "ACCESS_TOKEN", "ENCRYPTION_KEY")
    env = {role: os.environ[f"PAYPROOF_PAYKUN_{role}"] for role in roles}
    body = {"refund_amount": "1.50", "remarks": "x"}
    body["signature"] = hmac.digest(env["ENCRYPTION_KEY"].encode(), b"1.50|x|#", digest).hex()
    headers = {"MerchantId": env["MERCHANT_ID"], "AccessToken": env["ACCESS_TOKEN"]}
    return requests.post(f"{env['URL']}/merchant/transaction/{ID}/refund", json=body, headers=headers)
"""
FINDING = "error request-signature-wrong"
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def go(test: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=COMMON + test)
        return pytester.runpytest_subprocess(*PLUGIN)

    return go


def test_a_finding_is_told_once_wherever_it_was_made(run: Run) -> None:
    done = run(
        """
@pytest.fixture
def early(payproof_sandbox): call()
@pytest.fixture
def late(payproof_sandbox):
    yield
    call()
@P
def test_call_then_a_right_teardown(payproof_sandbox, request):
    request.addfinalizer(lambda: call("sha512"))
    call()
@P
def test_setup_and_teardown(early, late): pass
@P
def test_teardown_alone(late): pass
@P
def test_own_failure_then_a_wrong_teardown(late):
    call()
    assert False, "mine"
"""
    )
    done.assert_outcomes(passed=1, failed=3, errors=3)
    # Of each test: what it did itself, and what its teardown did.
    assert done.stdout.str().count(FINDING) == 1 + 2 + 1 + 2


def test_a_failure_of_the_tests_own_is_shown_with_its_exchanges(run: Run) -> None:
    done = run(
        """
@P
class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def sandbox(self, payproof_sandbox): pass
    def test_right(self):
        call("sha512")
        self.fail("mine")
    def test_wrong(self):
        call()
        self.fail("mine")
@pytest.fixture
def broken(payproof_sandbox):
    call()
    raise RuntimeError("mine")
@P
def test_setup(broken): pass
@pytest.fixture
def broken_late(payproof_sandbox):
    yield
    call()
    raise RuntimeError("mine")
@P
def test_teardown(broken_late): pass
@P
def test_quiet_teardown(payproof_sandbox, request):
    call("sha512")
    request.addfinalizer(lambda: 1 / 0)
"""
    )
    done.assert_outcomes(passed=2, failed=2, errors=3)
    out = done.stdout.str()
    assert out.count("payproof: exchanges with paykun") == 4
    assert out.count(FINDING) == 3


def test_findings_with_several_gateways_stand_in_one_failure(run: Run) -> None:
    done = run(
        """
@P
@pytest.mark.payproof("plural")
def test_both():
    import responses
    with responses.RequestsMock() as mocked:
        for url in ("https://api.paykun.com/v1/nothing", "https://api.pluralpay.in/api/nothing"):
            mocked.get(url, json={})
            requests.get(url)
"""
    )
    done.assert_outcomes(failed=1)
    for name in ("paykun", "plural"):
        assert f"payproof: 1 finding in what this test exchanged with {name}" in done.stdout.str()


OWN_KEYS = """
import responses
KEYS = {"ENCRYPTION_KEY": "Z" * 32, "MERCHANT_ID": "777", "ACCESS_TOKEN": "T" * 32, "URL": "https://api.paykun.com/v1"}
def mocked(digest):
    with responses.RequestsMock() as replies:
        replies.post(
            f"{KEYS['URL']}/merchant/transaction/{ID}/refund",
            json={"status": True, "data": {"message": "m", "refund_ref_no": "68284-82388-16633-62514"}},
        )
        call(digest)
"""


def test_keys_are_those_of_the_environment_while_the_test_runs(run: Run) -> None:
    done = run(
        OWN_KEYS
        + """
@pytest.fixture
def env(monkeypatch):
    for role, text in KEYS.items():
        monkeypatch.setenv(f"PAYPROOF_PAYKUN_{role}", text)
@P
def test_unset(payproof_guard):
    assert not payproof_guard.interactions
@P
def test_wrong(env): mocked("sha256")
@P
def test_right(env): mocked("sha512")
@P
def test_in_a_block(payproof_guard):
    with pytest.MonkeyPatch.context() as patch:
        for role, text in KEYS.items():
            patch.setenv(f"PAYPROOF_PAYKUN_{role}", text)
        mocked("sha256")
    assert [one.rule for one in payproof_guard.failures()] == ["request-signature-wrong"]
@P
def test_sandbox_beside_them(env, payproof_sandbox):
    call("sha512")
@pytest.fixture(scope="session")
def session():
    with pytest.MonkeyPatch.context() as patch:
        for role, text in KEYS.items():
            patch.setenv(f"PAYPROOF_PAYKUN_{role}", text)
        yield
@P
def test_of_the_session(session): mocked("sha256")
@P
def test_again(session): mocked("sha256")
@P
def test_a_key_that_cannot_be_read(monkeypatch):
    monkeypatch.setenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY", "")
"""
    )
    done.assert_outcomes(passed=3, failed=5)
    out = done.stdout.str()
    assert out.count(FINDING) == 4
    assert "payproof: the key is empty" in out
    assert not any(text in out for text in ("Z" * 8, "T" * 8))
