"""What is exported replays under vcrpy with the clients that people use, against no server at all."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import requests
import vcr

from payproof.cassettes.journal import Journal, recover
from payproof.cassettes.read import read
from payproof.model import Interaction, Message

BODY = '{"status": true, "note": "Zoë: - a\\n#b"}'.encode()
URL = "http://gateway.invalid/v1/item?a=1"


def _requests(method: str, url: str, body: bytes | None) -> tuple[int, bytes, str]:
    got = requests.request(method, url, data=body, timeout=5)
    return got.status_code, got.content, got.headers["content-type"]


def _httpx(method: str, url: str, body: bytes | None) -> tuple[int, bytes, str]:
    got = httpx.request(method, url, content=body, trust_env=False)
    return got.status_code, got.content, got.headers["content-type"]


def _urllib(method: str, url: str, body: bytes | None) -> tuple[int, bytes, str]:
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method=method)) as got:
        return got.status, got.read(), got.headers["content-type"]


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    headers = (
        ("Content-Type", "application/json"),
        ("Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    )
    with Journal(tmp_path / "j.ndjson", {"gateway": "g"}) as journal:
        for method, sent, answer in (
            ("GET", b"", BODY),
            ("POST", b'{"x": 1}', BODY),
            ("PUT", b"\xff\x00", b"\xfe"),
        ):
            request = Message(method, URL, (("Accept", "*/*"),), sent)
            response = Message(status=200, headers=headers, body=answer)
            journal.append(Interaction(request, response, provenance="live", started_s=1.5))
        journal.append(Interaction(Message("GET", "http://gateway.invalid/lost"), None, failure="timeout"))
    recover(tmp_path / "j.ndjson", tmp_path / "c.yaml")
    return tmp_path / "c.yaml"


@pytest.mark.parametrize("client", [_requests, _httpx, _urllib])
def test_an_exported_cassette_replays(
    cassette: Path, client: Callable[[str, str, bytes | None], tuple[int, bytes, str]]
) -> None:
    before = cassette.read_bytes()
    with vcr.use_cassette(str(cassette), record_mode="none") as tape:
        assert client("GET", URL, None) == (200, BODY, "application/json")
        assert client("POST", URL, b'{"x": 1}') == (200, BODY, "application/json")
        assert client("PUT", URL, b"\xff\x00") == (200, b"\xfe", "application/json")
        assert tape.all_played
    assert cassette.read_bytes() == before


@pytest.mark.parametrize("client", [_requests, _httpx])
def test_what_vcrpy_records_with_a_client_is_read(
    tmp_path: Path, client: Callable[[str, str, bytes | None], tuple[int, bytes, str]]
) -> None:
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1/x"
    path = tmp_path / "theirs.yaml"
    try:
        with vcr.use_cassette(str(path)):
            client("GET", url, None)
            client("POST", url, b'{"x": 1}')
    finally:
        server.shutdown()
        server.server_close()
    first, second = read(path)
    assert (first.request.method, first.request.target, first.request.body) == ("GET", url, b"")
    assert second.request.body == b'{"x": 1}'
    assert first.response is not None
    assert first.response.body == BODY
    # httpx writes header names in lower case; here their case does not matter.
    assert first.response.media_type == "application/json"
