"""`payproof webhook send` brings any documented event, signed, to a receiver of one's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from tests.gateways.plural.asking import gateway

from payproof.cli.main import main
from payproof.model import Message
from payproof.signing import scheme_for, verify
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.spec import validate


@pytest.fixture
def receiver() -> Iterator[Any]:
    """A receiver that keeps what arrives and answers `status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            server.got.append(Message(self.command, self.path, tuple(self.headers.items()), body))
            self.send_response(server.status)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server: Any = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def url(receiver: Any) -> str:
    return f"http://127.0.0.1:{receiver.server_port}/hook"


SPEC = gateway().spec
KEYS = Keys.of(dict(gateway().testbed.merchants["main"]), test=True)


@pytest.mark.parametrize("event", list(SPEC.webhooks))
def test_every_documented_event_arrives_in_its_form_and_rightly_signed(receiver: Any, event: str) -> None:
    assert main(["webhook", "send", "plural", event, "--to", url(receiver)]) == 0
    (message,) = receiver.got
    webhook = SPEC.webhooks[event]
    problems = [one for one in validate.webhook(SPEC, webhook, message) if not one.soft]
    assert [one for one in problems if not one.keyword.startswith("undocumented-")] == []
    recipe = scheme_for(SPEC, webhook, "webhook", {})
    assert isinstance(recipe, Recipe)
    assert verify(recipe, message, KEYS).ok


def test_a_receiver_that_refuses_makes_the_command_fail(
    receiver: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.status = 401
    assert main(["webhook", "send", "plural", "ORDER_FAILED", "--to", url(receiver), "--id", "msg_7"]) == 1
    assert capsys.readouterr().out == "ORDER_FAILED msg_7: 401\n"
    assert receiver.got[0].header("webhook-id") == "msg_7"


def test_a_switch_changes_the_key(receiver: Any) -> None:
    args = ["webhook", "send", "plural", "ORDER_FAILED", "--to", url(receiver)]
    assert main([*args, "--switch", "webhook-secret=base64"]) == 0
    recipe = scheme_for(SPEC, SPEC.webhooks["ORDER_FAILED"], "webhook", {"webhook-secret": "base64"})
    assert isinstance(recipe, Recipe)
    assert verify(recipe, receiver.got[0], KEYS).ok


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["ORDER_FAILED", "--to", "https://shop.example/hook"], "is not this machine"),
        (["ORDER_FAILED"], "no receiver"),
        (["NO_SUCH", "--to", "http://127.0.0.1:9/"], "documents no event"),
        (["ORDER_FAILED", "--to", "http://127.0.0.1:9/", "--example", "nope"], "no example"),
        (["ORDER_FAILED", "--to", "http://127.0.0.1:9/", "--merchant", "third"], "no merchant"),
    ],
)
def test_what_cannot_be_sent_is_said(more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "send", "plural", *more]) == 2
    assert said in capsys.readouterr().err


def test_the_events_are_listed_with_their_bodies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "send", "plural", "--list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in SPEC.webhooks)
    assert "netbanking" in out


@pytest.mark.parametrize("name", ["a\r\nX: 1", "a b", "₹", "\udcff", "a\x7f"])
def test_an_id_that_cannot_travel_in_a_header_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["webhook", "send", "plural", "ORDER_FAILED", "--to", "http://127.0.0.1:1/hooks", "--id", name]
    assert main(command) == 2
    assert "at:  --id" in capsys.readouterr().err
