"""The contract with schemathesis's engine, which is semi-private: what we rely on is held here."""

from __future__ import annotations

import _thread
import json
import signal
import socket
import threading
import time
from typing import Any

import pytest

pytest.importorskip("schemathesis")

from payproof.adapters import schemathesis_engine
from payproof.adapters.schemathesis_engine import SchemathesisGenerator, plain
from payproof.errors import UsageError
from payproof.model import Message
from payproof.run.settings import Budget

SMALL = Budget("small", 5, 2)
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "toy", "version": "1"},
    "servers": [{"url": "https://live.example/v1"}],
    "security": [{"Token": []}],
    "paths": {
        "/orders/{order_id}": {
            "get": {
                "operationId": "getOrder",
                "x-signing": {"request": {"scheme": "toy"}},
                "parameters": [
                    {"name": "order_id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "links": {
                            "refund": {
                                "operationId": "refund",
                                "parameters": {"id": "$response.body#/id"},
                            }
                        },
                    }
                },
            }
        },
        "/refunds/{id}": {
            "post": {
                "operationId": "refund",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["amount", "x-note"],
                                "properties": {
                                    "amount": {"type": "number", "minimum": 1, "x-soft": {"maximum": 5}},
                                    "x-note": {"type": "string"},
                                },
                            },
                            "example": {"amount": 7.25, "x-note": "documented"},
                        }
                    },
                },
                "responses": {"200": {"description": "ok"}},
            }
        },
    },
    "components": {"securitySchemes": {"Token": {"type": "apiKey", "in": "header", "name": "Token"}}},
}


def explore(
    answer: Message | None, *, seed: int = 0, only: tuple[str, ...] = ()
) -> tuple[list[Message], list[str]]:
    sent: list[Message] = []
    errors: list[str] = []

    def send(message: Message) -> Message | None:
        sent.append(message)
        return answer

    SchemathesisGenerator(DOCUMENT, only)(
        send=send, complain=lambda where, what: errors.append(f"{where}: {what}"), budget=SMALL, seed=seed
    )
    return sent, errors


OK = Message(status=200, headers=(("Content-Type", "application/json"),), body=b'{"id": "abc"}')


def test_every_phase_sends_to_the_run_and_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    sent, errors = explore(OK)
    assert errors == []
    assert {message.method for message in sent} == {"GET", "POST"}
    assert any(message.target.startswith("/refunds/abc") for message in sent), "links lead on"
    documented = [message for message in sent if message.body == b'{"amount": 7.25, "x-note": "documented"}']
    assert documented, "documented examples are sent"
    assert any("limit=101" in message.target for message in sent), "limits are overstepped"


def test_target_headers_and_body_arrive_as_serialised() -> None:
    sent, _ = explore(OK)
    posts = [message for message in sent if message.method == "POST" and message.body]
    assert all(message.target.startswith("/") and " " not in message.target for message in sent)
    assert any(message.media_type == "application/json" for message in posts)
    assert any(json.loads(message.body) for message in posts if message.media_type == "application/json")


def test_no_credentials_are_made_up() -> None:
    sent, _ = explore(OK)
    assert not any(message.header("Token") for message in sent)


def test_the_same_seed_sends_the_same_requests() -> None:
    assert explore(OK, seed=5)[0] == explore(OK, seed=5)[0]
    assert explore(OK, seed=5)[0] != explore(OK, seed=6)[0]


def test_requests_for_other_operations_are_left_out_when_asked() -> None:
    assert {message.method for message in explore(OK, only=("refund",))[0]} == {"POST"}


def test_an_answer_that_never_came_ends_the_run_all_the_same() -> None:
    sent, errors = explore(None)
    assert len(sent) > 10
    assert errors == []


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
def test_no_stock_check_judges(status: int) -> None:
    _, errors = explore(Message(status=status, headers=(("Content-Type", "text/html"),), body=b"<p>"))
    assert errors == []


def test_an_error_of_the_engine_is_told() -> None:
    def send(message: Message) -> Message | None:
        raise RuntimeError("the run broke")

    errors: list[str] = []
    SchemathesisGenerator(DOCUMENT)(
        send=send, complain=lambda where, what: errors.append(what), budget=SMALL, seed=0
    )
    assert any("the run broke" in error for error in errors)


def test_a_thread_of_the_engine_that_dies_is_told_and_nothing_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no test could be made")

    monkeypatch.setattr("schemathesis.generation.hypothesis.builder.create_test", broken)
    hook = threading.excepthook
    _, errors = explore(OK)
    assert any("thread" in error and "RuntimeError: no test could be made" in error for error in errors)
    assert threading.excepthook is hook
    assert "Traceback" not in capfd.readouterr().err


def test_an_interruption_ends_the_run_and_the_engine_with_it() -> None:
    sent: list[Message] = []

    def send(message: Message) -> Message | None:
        sent.append(message)
        if len(sent) == 3:
            _thread.interrupt_main()
        return OK

    errors: list[str] = []
    # A shell starts what it puts into the background with interruptions ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            SchemathesisGenerator(DOCUMENT)(
                send=send,
                complain=lambda where, what: errors.append(what),
                budget=Budget("more", 500, 2),
                seed=0,
            )
    finally:
        signal.signal(signal.SIGINT, before)
    number = len(sent)
    assert number < 500
    time.sleep(0.2)
    assert (len(sent), errors) == (number, [])


def test_generation_sees_no_servers_security_or_notes_but_every_property() -> None:
    kept = plain(DOCUMENT)
    assert "servers" not in kept
    assert "security" not in kept
    operation = kept["paths"]["/refunds/{id}"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["amount"] == {"type": "number", "minimum": 1}
    assert "x-note" in schema["properties"]
    assert "x-signing" not in kept["paths"]["/orders/{order_id}"]["get"]
    assert DOCUMENT["servers"], "the caller's document stays as it is"


def test_without_schemathesis_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemathesis_engine, "available", lambda: False)
    with pytest.raises(UsageError) as raised:
        SchemathesisGenerator(DOCUMENT)
    assert "--no-generated" in raised.value.hint
