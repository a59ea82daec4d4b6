"""The recorder forwards to one upstream, and what it writes is safe."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cassettes.canaries import CANARIES, PAYKUN, REAL, SECRET, TEST_KEYS, all_traffic, recipe

from payproof import gateway
from payproof.adapters.http_client import HttpTarget
from payproof.adapters.live_guard import LiveGuard
from payproof.adapters.loopback import serve_loopback
from payproof.adapters.recorder import MARK, Recorder
from payproof.adapters.server import serve
from payproof.cassettes.read import read
from payproof.cassettes.redaction.redact import Policy, Redactor
from payproof.cassettes.redaction.traces import shown
from payproof.cli.main import main
from payproof.model import Interaction, Message
from payproof.run.target import Reply
from payproof.signing import Keys, verify

PATH = "/v1/merchant/transaction/88253-41453-72735-05390"


class Canned:
    """An upstream that says one thing."""

    origin = "https://api.paykun.com"

    def __init__(self, answer: Message | None, failure: str = "") -> None:
        self.answer, self.failure = answer, failure
        self.asked: list[tuple[Message, bool]] = []

    def send(self, message: Message, *, write: bool) -> Reply:
        self.asked.append((message, write))
        return Reply(message, self.answer, self.failure, 1795229754.0, 0.1)


def recorder(upstream: Any, rows: list[Interaction], **more: Any) -> Recorder:
    redactor = Redactor(Policy(PAYKUN, TEST_KEYS, SECRET, REAL))
    complaints: Callable[[str], None] = more.pop("complain", lambda text: None)
    return Recorder(
        upstream,
        "/v1",
        PAYKUN,
        more.pop("redactor", redactor),
        rows.append,
        provenance="live",
        complain=complaints,
    )


def test_what_the_client_gets_is_what_the_upstream_said_and_what_is_written_is_redacted() -> None:
    for traffic in all_traffic()[:3]:
        rows: list[Interaction] = []
        assert traffic.response is not None
        upstream = Canned(traffic.response)
        asked = replace(traffic.request, target=traffic.request.target.removeprefix("https://api.paykun.com"))
        got = recorder(upstream, rows).handle(asked)
        assert got.body == traffic.response.body
        assert upstream.asked[0][0].header("AccessToken") == REAL["access_token"]
        (written,) = rows
        assert shown(repr(written).encode(), [*CANARIES.values(), *REAL.values()]) == []
        assert written.request.target.startswith("https://api.paykun.com/v1/")


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (Message("GET", "https://evil.example/v1/x"), 400),
        (Message("CONNECT", "evil.example:443"), 400),
        (Message("GET", "/v1/../admin"), 400),
        (Message("GET", "/other"), 404),
        (Message("GET", "/v10/x"), 404),
    ],
)
def test_no_request_can_name_another_place(message: Message, status: int) -> None:
    upstream, rows = Canned(Message(status=200)), list[Interaction]()
    got = recorder(upstream, rows).handle(message)
    assert (got.status, got.header(MARK) is not None, upstream.asked, rows) == (status, True, [], [])


def test_headers_of_one_connection_are_not_forwarded() -> None:
    upstream = Canned(Message(status=200, headers=(("Transfer-Encoding", "chunked"), ("X", "1")), body=b"{}"))
    headers = (
        ("Host", "127.0.0.1"),
        ("Connection", "close, X-Hop"),
        ("X-Hop", "1"),
        ("Accept-Encoding", "gzip"),
        ("Content-Length", "9"),
        ("A", "b"),
    )
    got = recorder(upstream, []).handle(Message("GET", PATH, headers))
    assert upstream.asked[0][0].headers == (("A", "b"), ("Accept-Encoding", "identity"))
    assert got.headers == (("X", "1"),)


def test_a_failure_is_recorded_and_answered_as_our_own() -> None:
    rows: list[Interaction] = []
    got = recorder(Canned(None, "timeout"), rows).handle(Message("GET", PATH))
    assert (got.status, rows[0].failure, rows[0].response) == (502, "timeout", None)


def test_an_exchange_that_cannot_be_redacted_is_forwarded_and_not_written() -> None:
    rows: list[Interaction] = []
    told: list[str] = []
    blind = Redactor(Policy(PAYKUN, TEST_KEYS, SECRET, None))
    made = recorder(Canned(Message(status=200, body=b"ok")), rows, redactor=blind, complain=told.append)
    (sealed,) = [one for one in all_traffic() if "checkout" in one.request.target]
    got = made.handle(replace(sealed.request, target="/v1/payment"))
    # Another base path: the same request under the host's own.
    assert got.body == b"ok"
    outside = Recorder(
        Canned(Message(status=200, body=b"ok")),
        "",
        PAYKUN,
        blind,
        rows.append,
        provenance="live",
        complain=told.append,
    )
    before = len(rows)
    assert outside.handle(replace(sealed.request, target="/payment")).body == b"ok"
    assert (len(rows), outside.left_out, len(told)) == (before, 1, 1)
    assert "cannot be opened" in told[0]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    chosen = gateway.load("paykun")
    with serve(chosen.simulator(), clock=lambda: 1795229754.0) as server:
        yield server.url


def test_a_call_to_the_sandbox_is_recorded_over_http(sandbox: str) -> None:
    rows: list[Interaction] = []
    redactor = Redactor(Policy(PAYKUN, TEST_KEYS, SECRET, TEST_KEYS))
    guard = LiveGuard.of([server.url for server in PAYKUN.servers])
    with HttpTarget(sandbox, guard) as upstream:
        made = Recorder(
            upstream, "/v1", PAYKUN, redactor, rows.append, provenance="sandbox", complain=lambda text: None
        )
        with serve_loopback(made.handle) as origin:
            headers = {"MerchantId": TEST_KEYS["merchant_id"], "AccessToken": TEST_KEYS["access_token"]}
            got = httpx.get(origin + PATH, headers=headers, trust_env=False)
    assert got.status_code == 200
    assert rows[0].tags["verdicts"]["response"]["ok"] is True
    assert rows[0].response is not None
    assert verify(recipe("getTransaction", "response"), rows[0].response, Keys.of(TEST_KEYS))


CREDENTIALS = {"MerchantId": TEST_KEYS["merchant_id"], "AccessToken": TEST_KEYS["access_token"]}
CLIENT = f"""
import os, sys, urllib.request
address = os.environ["BASE"] + "{PATH.removeprefix("/v1")}"
request = urllib.request.Request(address, headers={CREDENTIALS!r})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
sys.exit(3 if opener.open(request).status == 200 else 4)
"""


def test_record_around_a_command_then_recover_lint_and_replay(
    sandbox: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal, export = tmp_path / "j.ndjson", tmp_path / "c.yaml"
    words = ["cassette", "record", "paykun", "--url", f"{sandbox}/v1", "-o", str(journal)]
    code = main([*words, "--base-url-env", "BASE", "--around", sys.executable, "-c", CLIENT])
    assert code == 3
    (row,) = read(journal)
    assert (row.provenance, row.operation) == ("sandbox", "getTransaction")
    assert main(["cassette", "recover", str(journal), "-o", str(export)]) == 0
    assert main(["cassette", "lint", str(export), "--gateway", "paykun"]) == 0
    assert "nothing to mend" in capsys.readouterr().out


def test_a_real_host_is_not_called_without_leave(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "j.ndjson")
    assert main(["cassette", "record", "paykun", "--url", "https://api.paykun.com/v1", "-o", out]) == 2
    assert "--allow-live" in capsys.readouterr().err
    assert not (tmp_path / "j.ndjson").exists()


def test_replay_serves_what_was_recorded(sandbox: str, tmp_path: Path) -> None:
    journal = tmp_path / "j.ndjson"
    words = ["cassette", "record", "paykun", "--url", f"{sandbox}/v1", "-o", str(journal)]
    main([*words, "--base-url-env", "BASE", "--around", sys.executable, "-c", CLIENT])
    program = "import sys; from payproof.cli.main import main; sys.exit(main(sys.argv[1:]))"
    child = subprocess.Popen(
        [sys.executable, "-u", "-c", program, "cassette", "replay", str(journal), "--gateway", "paykun"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        origin = line.rpartition(" ")[2].strip()
        got = httpx.get(origin + PATH, trust_env=False)
        assert got.json()["data"]["transaction"]["payment_id"] == PATH.rpartition("/")[2]
        assert got.headers["x-payproof-recorded-at"].isdigit()
        missed = httpx.get(origin + PATH[:-1] + "9", trust_env=False)
        assert missed.status_code == 501
        assert "path/transaction_id" in json.loads(missed.text)["differences"][0]
    finally:
        child.terminate()
        assert child.wait(20) == 0


def test_redact_writes_a_clean_cassette(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from payproof.cassettes.journal import Journal

    raw, out = tmp_path / "raw.ndjson", tmp_path / "clean.yaml"
    with Journal(raw, {}) as journal:
        for one in all_traffic():
            journal.append(one)
    for role, text in REAL.items():
        monkeypatch.setenv(f"PAYPROOF_PAYKUN_{role.upper()}", text)
    assert main(["cassette", "redact", str(raw), "--gateway", "paykun", "-o", str(out)]) == 0
    assert shown(out.read_bytes(), [*CANARIES.values(), *REAL.values()]) == []
    assert len(list(read(out))) == len(all_traffic())
    assert shown(raw.read_bytes(), REAL.values()) != []
    assert main(["cassette", "lint", str(raw), "--gateway", "paykun"]) == 1
