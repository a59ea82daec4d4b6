"""Webhooks reach whatever a merchant receives them with."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import fastapi
import flask
import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from payproof.adapters.receiver import CRASHED, receiver_of
from payproof.errors import UsageError
from payproof.model import Message

WEBHOOK = Message("POST", "/", (("Content-Type", "application/json"), ("webhook-id", "m1")), b'{"n": 1}')


def flask_app() -> flask.Flask:
    app = flask.Flask("shop")

    @app.post("/webhook")
    def webhook() -> Any:
        return {
            "n": json.loads(flask.request.get_data())["n"],
            "id": flask.request.headers["webhook-id"],
        }, 202

    return app


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.post("/webhook", status_code=202)
    async def webhook(request: Request) -> Any:
        return {"n": json.loads(await request.body())["n"], "id": request.headers["webhook-id"]}

    return app


def function(body: bytes, headers: dict[str, str]) -> int:
    assert (json.loads(body), headers["webhook-id"]) == ({"n": 1}, "m1")
    return 202


async def coroutine(message: Message) -> int:
    assert message == WEBHOOK
    return 202


TARGETS: dict[str, Callable[[], Any]] = {
    "Flask test client": lambda: flask_app().test_client(),
    "HTTP client": lambda: TestClient(fastapi_app()),
    "WSGI application": flask_app,
    "ASGI application": fastapi_app,
    "function": lambda: function,
}


@pytest.mark.parametrize("kind", TARGETS)
def test_each_kind_of_receiver_gets_the_delivery_as_signed(kind: str) -> None:
    receiver = receiver_of(TARGETS[kind]())
    answer = receiver.send(WEBHOOK)
    assert (receiver.kind, answer.status) == (kind, 202)
    assert kind == "function" or json.loads(answer.body) == {"n": 1, "id": "m1"}


def test_a_coroutine_function_is_a_receiver_too() -> None:
    assert receiver_of(coroutine).send(WEBHOOK).status == 202


def test_an_httpx_client_over_an_application_is_a_receiver() -> None:
    client = httpx.Client(transport=httpx.WSGITransport(app=flask_app()), base_url="http://shop")
    assert receiver_of(client).send(WEBHOOK).status == 202


@pytest.fixture
def url() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.rfile.read(int(self.headers["content-length"])) == WEBHOOK.body
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hooks"
        server.shutdown()


def test_a_url_gets_the_delivery(url: str) -> None:
    assert receiver_of(url).send(WEBHOOK).status == 202


def test_a_url_where_nobody_listens_gives_no_status() -> None:
    assert receiver_of("http://127.0.0.1:9/").send(WEBHOOK).status == 0


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, 200),
        (True, 200),
        (False, 400),
        (403, 403),
        (("no", 409), 409),
        ((409, "no"), 409),
        ("ok", 200),
        ({"received": True}, 200),
        ({"statusCode": 401}, 401),
        (flask.Response(status=401), 401),
        (fastapi.Response(status_code=401), 401),
    ],
)
def test_a_functions_answer_becomes_a_status(answer: Any, status: int) -> None:
    assert receiver_of(lambda body: answer).send(WEBHOOK).status == status


class RefusedError(Exception):
    pass


def test_an_exception_refuses_only_where_it_is_named() -> None:
    def refusing(body: bytes) -> None:
        raise RefusedError

    assert receiver_of(refusing, refuses=RefusedError).send(WEBHOOK).status == 400
    crashed = receiver_of(refusing).send(WEBHOOK)
    assert (crashed.status, crashed.header("x-payproof-crashed")) == (500, "RefusedError")


@pytest.mark.parametrize("target", [42, "ftp://host/", None])
def test_what_is_no_receiver_is_refused(target: Any) -> None:
    with pytest.raises(UsageError, match=r"receiver|URL"):
        receiver_of(target)


def test_a_receiver_that_trickles_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payproof.adapters.receiver_clients.TIMEOUT_S", 0.2)
    ended = threading.Event()

    def trickle(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.05):
                connection.sendall(b"X-More: 1\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server,), daemon=True)
        thread.start()
        answer = receiver_of(f"http://127.0.0.1:{server.getsockname()[1]}/hook").send(Message("POST", "/"))
        ended.set()
        thread.join()
    assert (answer.status, answer.header(CRASHED)) == (0, "timeout")


@pytest.mark.parametrize("answer", [object(), 1.5, ("no", "status"), (200, 404), {"statusCode": "401"}])
def test_an_answer_that_tells_no_status_is_a_usage_error(answer: Any) -> None:
    with pytest.raises(UsageError, match="tells no status"):
        receiver_of(lambda body: answer).send(WEBHOOK)


@pytest.mark.parametrize(
    "function",
    [lambda payload, headers: 200, lambda body, h: 200, lambda raw, signature: 200, lambda a, b, c, d: 200],
)
def test_a_function_that_asks_for_what_no_delivery_has_is_a_usage_error(function: Any) -> None:
    with pytest.raises(UsageError, match="which no delivery has"):
        receiver_of(function)
