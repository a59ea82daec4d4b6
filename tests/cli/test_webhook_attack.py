"""`payproof webhook attack` gives a verdict on a receiver at a URL."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.run.sample_receiver import Shop

from payproof.cli.main import main


@pytest.fixture
def serve() -> Iterator[Any]:
    servers = []

    def start(fault: str) -> str:
        shop = Shop(time.time(), fault)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(shop.receive(body, {k.lower(): v for k, v in self.headers.items()}))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/webhook"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_correct_receiver_gives_exit_code_0(serve: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "attack", "plural", serve(""), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["properties"]
    assert {row["verdict"] for row in rows} == {"held", "not observable"}


def test_a_broken_property_gives_exit_code_1_and_is_named(
    serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["webhook", "attack", "plural", serve("never-stale")]) == 1
    shown = capsys.readouterr().out
    assert "breaks 1 of 23 properties" in shown
    assert "broken          stale-refused: " in shown


def test_a_receiver_that_never_answers_was_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "attack", "plural", "http://127.0.0.1:9/hook"]) == 2
    said = capsys.readouterr()
    assert "the receiver never answered" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/hook",
        "http://127.0.0.1.shop.example/",
        "ftp://127.0.0.1/",
        "http://[",
        "http://h:x",
    ],
)
def test_only_a_receiver_of_one_s_own_is_attacked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "attack", "plural", url]) == 2
    assert "at:  URL" in capsys.readouterr().err
