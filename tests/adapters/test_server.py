"""The sandbox over real sockets: replies, faults, webhooks, and a control API that lets only its owner in."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from tests.gateways.paykun.asking import LATE, NOW_S, REFUNDABLE, SAMPLE, client, gateway
from tests.signing.diagnosis.wrong import mac

from payproof.adapters.server import SandboxServer, asgi_app, is_loopback, serve
from payproof.adapters.webhook_pump import WebhookPump
from payproof.errors import UsageError

PATH = f"/v1/merchant/transaction/{SAMPLE}"
HEADERS = {"MerchantId": "900000000000001", "AccessToken": "A11CE000000000000000000000000001"}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with serve(gateway().simulator(), clock=lambda: NOW_S) as running:
        yield running


def ask(
    url: str, method: str, path: str, headers: dict[str, str], body: Any = None
) -> tuple[int, bytes, Any]:
    connection = http.client.HTTPConnection(url.partition("://")[2], timeout=5)
    sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection.request(method, path, sent, headers)
    response = connection.getresponse()
    answer = response.status, response.read(), response.headers
    connection.close()
    return answer


def control(
    server: SandboxServer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    sent = {"Authorization": f"Bearer {server.token}", **headers}
    status, answer, _ = ask(server.control_url, method, path, sent, body)
    return status, json.loads(answer)


def test_a_request_over_http_gets_what_it_gets_in_process(server: SandboxServer) -> None:
    status, body, headers = ask(server.url, "GET", PATH, HEADERS)
    assert (status, body) == (200, client().transaction(SAMPLE).body)
    assert headers["Content-Type"] == "application/json"


def test_an_armed_fault_cuts_or_resets_the_connection_once(server: SandboxServer) -> None:
    assert control(server, "POST", "/faults", {"kind": "truncate", "keep": 7}) == (200, {"armed": 1})
    with pytest.raises(http.client.IncompleteRead):
        ask(server.url, "GET", PATH, HEADERS)
    control(server, "POST", "/faults", {"kind": "reset"})
    with pytest.raises(ConnectionError):
        ask(server.url, "GET", PATH, HEADERS)
    assert ask(server.url, "GET", PATH, HEADERS)[0] == 200


def test_the_control_api_moves_the_clock_and_lets_events_happen(server: SandboxServer) -> None:
    assert control(server, "POST", "/clock", {"advance_s": 60}) == (200, {"now_s": NOW_S + 60})
    status, answer = control(
        server, "POST", "/settle", {"event": "late-authorisation", "transaction_id": LATE}
    )
    assert (status, answer["happened"].endswith("takes Failed to Success")) == (200, True)
    status, answer = control(server, "GET", "/webhooks")
    assert [(row["object"], row["standing"]) for row in answer["notices"]] == [(LATE, "waiting")]


def test_the_log_says_why_a_signature_was_refused_when_asked_to(server: SandboxServer) -> None:
    body = {"refund_amount": "10.50", "remarks": "Late", "signature": mac("10.50|Late|#", name="sha256")}
    headers = {**HEADERS, "Content-Type": "application/json"}
    assert ask(server.url, "POST", f"/v1/merchant/transaction/{REFUNDABLE}/refund", headers, body)[0] == 400
    plain = control(server, "GET", "/log?last=1")[1]["entries"][0]
    told = control(server, "GET", "/log?last=1&diagnose=1")[1]["entries"][0]
    assert told == {
        **plain,
        "diagnosis": "the signature was made with HMAC with SHA-256. Change: use HMAC with SHA-512",
    }


def test_the_control_api_shows_state_and_log_and_sets_switches(server: SandboxServer) -> None:
    ask(server.url, "GET", "/nowhere", {})
    assert control(server, "PUT", "/switches", {"unknown-order": "empty-list"})[0] == 200
    assert control(server, "GET", "/state")[1]["switches"]["unknown-order"] == "empty-list"
    assert [row["reason"] for row in control(server, "GET", "/log?last=5")[1]["entries"]] == ["unknown-path"]
    assert control(server, "POST", "/reset", {"seed": 5})[1]["seed"] == 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": ""}, 401),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:80@127.0.0.1"}, 403),
        ({"Origin": "http://evil.example"}, 403),
    ],
)
def test_nobody_else_is_let_in(server: SandboxServer, headers: dict[str, str], status: int) -> None:
    assert control(server, "GET", "/state", **headers)[0] == status


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("POST", "/state", {}, 405),
        ("POST", "/clock", {}, 400),
        ("POST", "/clock", {"advance_s": -1}, 400),
        ("POST", "/clock", {"advance_s": "1"}, 400),
        ("POST", "/clock", b"[", 400),
        ("POST", "/clock", b'{"advance_s": NaN}', 400),
        ("POST", "/reset", {"seed": "x"}, 400),
        ("POST", "/faults", {"kind": "x"}, 400),
        ("POST", "/faults", {"webhooks": {"twice": -1}}, 400),
        ("POST", "/settle", {}, 400),
        ("POST", "/settle", {"event": "nonsense", "transaction_id": SAMPLE}, 400),
        ("PUT", "/switches", {"a": 1}, 400),
        ("PUT", "/switches", {"a": "b"}, 400),
        ("GET", "/log?last=x", None, 400),
    ],
)
def test_a_control_request_that_does_not_fit_is_told_what_to_do(
    server: SandboxServer, method: str, path: str, body: Any, status: int
) -> None:
    found, answer = control(server, method, path, body)
    assert (found, sorted(answer)) == (status, ["error", "hint", "where"])


def test_there_is_no_control_api_beyond_loopback() -> None:
    with serve(gateway().simulator(), host="0.0.0.0") as running:
        assert running.control_url == ""
    with serve(gateway().simulator(), control=False) as running:
        assert running.control_url == ""


@pytest.mark.parametrize(
    ("host", "said"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.example", False)],
)
def test_what_counts_as_loopback(host: str, said: bool) -> None:
    assert is_loopback(host) is said


def test_a_taken_port_is_a_usage_error(server: SandboxServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(UsageError, match="cannot listen"), serve(gateway().simulator(), port=port):
        pass


class Receiver(BaseHTTPRequestHandler):
    """Takes webhooks; refuses the first one."""

    seen: list[tuple[str, bytes]] = []
    done = threading.Event()

    def do_POST(self) -> None:
        self.seen.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(500 if len(self.seen) == 1 else 200)
        self.end_headers()
        if len(self.seen) == 2:
            self.done.set()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_webhooks_are_delivered_and_a_refused_one_is_tried_again() -> None:
    Receiver.seen.clear()
    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}/hook?x=1"
    with serve(gateway().simulator(), clock=lambda: NOW_S, webhook_url=url) as running:
        running.ask(lambda simulator: simulator.settle("late-authorisation", {"transaction_id": LATE}))
        for _ in range(200):
            row = control(running, "GET", "/webhooks")[1]["notices"][0]
            if row["attempts"]:
                break
            threading.Event().wait(0.02)
        control(running, "POST", "/clock", {"advance_s": 60})
        assert Receiver.done.wait(5)
    receiver.shutdown()
    receiver.server_close()
    assert [path for path, _ in Receiver.seen] == ["/hook?x=1"] * 2
    assert Receiver.seen[0][1] == Receiver.seen[1][1]


@pytest.mark.parametrize("url", ["ftp://x/", "nonsense", "http://"])
def test_a_webhook_address_must_be_http(url: str) -> None:
    with pytest.raises(UsageError):
        WebhookPump(gateway().simulator(), lambda: 0.0, url)


def test_the_asgi_application_answers_the_same() -> None:
    import asyncio

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()],
    }
    asyncio.run(asgi_app(gateway().simulator(), lambda: NOW_S)(scope, receive, send))  # type: ignore[arg-type]
    assert (sent[0]["status"], sent[1]["body"]) == (200, client().transaction(SAMPLE).body)
