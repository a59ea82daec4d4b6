"""The recording of a test: made redacted when asked for, then played without a network, by vcrpy too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from payproof import gateway
from payproof.adapters.server import serve
from payproof.cassettes.read import read
from payproof.cassettes.redaction.traces import shown

CANARY = "asha.canary@private.example"
COMMON = """
import aiohttp, asyncio, hmac, os, httpx, pytest, requests
BASE = os.environ["BASE"]
KEY = "0123456789ABCDEF0123456789ABCDEF"
HEADERS = {"MerchantId": "900000000000001", "AccessToken": "A11CE000000000000000000000000001"}
PATH = "/v1/merchant/transaction/20001-00000-00000-00001"
def sign(values):
    return hmac.digest(KEY.encode(), ("".join(f"{v}|" for v in values) + "#").encode(), "sha512").hex()
def refund(amount="1.00"):
    body = {"refund_amount": amount, "remarks": "for CANARY"}
    body["signature"] = sign(body.values())
    return requests.post(BASE + PATH + "/refund", json=body, headers=HEADERS, timeout=5)
def status(base=BASE):
    return httpx.get(base + PATH, headers=HEADERS, trust_env=False)
async def later():
    async with aiohttp.ClientSession() as client, client.get(BASE + PATH, headers=HEADERS) as reply:
        return await reply.json()
def both():
    assert status().json()["data"]["transaction"]["status"] == "Success"
    assert refund().status_code == 200
OURS = pytest.mark.payproof("paykun")
""".replace("CANARY", CANARY)
RECORDED = """
import http.server, threading
from common import *
@OURS
def test_refund(payproof_cassette):
    assert payproof_cassette.recording
    both()
@OURS
def test_aiohttp(payproof_cassette):
    assert asyncio.run(later())["data"]["transaction"]["status"] == "Success"
@OURS
def test_not_the_gateways(payproof_cassette):
    class Own(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()
    server = http.server.HTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.handle_request, daemon=True).start()
    assert requests.get(f"http://127.0.0.1:{server.server_port}/mine", timeout=5).status_code == 204
@OURS
def test_a_real_gateway(payproof_cassette):
    status("https://api.paykun.com")
"""
PLAYED = """
import time, vcr
from common import *
@OURS
def test_refund(payproof_cassette):
    assert not payproof_cassette.recording
    both()
@OURS
def test_aiohttp(payproof_cassette):
    assert asyncio.run(later())["data"]["transaction"]["status"] == "Success"
@OURS
@pytest.mark.payproof_cassette("test_it/test_refund")
def test_bad_name(payproof_cassette): ...
@OURS
@pytest.mark.payproof_cassette("..")
def test_bad_folder(payproof_cassette): ...
@OURS
@pytest.mark.payproof_cassette("copy", frozen=True)
def test_frozen(payproof_cassette):
    stands = time.time()
    time.sleep(0.01)
    assert time.time() == stands
    both()
    print(f"the clock stands at {time.time()}")
@OURS
@pytest.mark.payproof_cassette("timeless", frozen=True)
def test_timeless(payproof_cassette): ...
@OURS
def test_without_a_recording(payproof_cassette): ...
@OURS
@pytest.mark.payproof_cassette("copy")
def test_another_amount(payproof_cassette):
    refund("2.00")
def test_plain_vcrpy():
    with vcr.use_cassette("cassettes/test_it/test_refund.yaml", record_mode="none"):
        both()
"""
NEIGHBOUR = """
@pytest.mark.vcr
@pytest.mark.default_cassette("test_refund.yaml")
def test_pytest_recording():
    both()
"""


@dataclass
class Folder:
    """A project whose tests ask a sandbox; made once, as each run of pytest takes a second."""

    path: Path
    base: str = ""

    def run(self, test: str, *options: str) -> str:
        """Give what pytest says, with the test's outcomes by name in front."""
        (self.path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
        (self.path / "common.py").write_text(COMMON)
        (self.path / "test_it.py").write_text(test)
        words = [
            "-p",
            "no:cacheprovider",
            "-p",
            "no:schemathesis",
            "--strict-markers",
            "-rA",
        ]
        command = [sys.executable, "-m", "pytest", *words, *options]
        environ = {**os.environ, "BASE": self.base, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
        done = subprocess.run(
            command, cwd=self.path, env=environ, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    @property
    def cassette(self) -> Path:
        """What the test of the refund recorded."""
        return self.path / "cassettes" / "test_it" / "test_refund.yaml"


def outcomes(said: str) -> dict[str, str]:
    """Give the outcome of each test."""
    return {name: word for word, name in re.findall(r"^(PASSED|FAILED|ERROR) test_it\.py::(\w+)", said, re.M)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def recording(folder: Folder) -> str:
    """What a run says that makes the recordings; the sandbox is gone by the end of it."""
    with serve(gateway.load("paykun").simulator()) as server:
        folder.base = server.url
        return folder.run(RECORDED, "--payproof-record")


@pytest.fixture(scope="module")
def playing(folder: Folder, recording: str) -> str:
    """What a run says that plays the recordings: this plugin, vcrpy, and pytest-recording if it is here."""
    (folder.path / "cassettes" / "copy.yaml").write_bytes(folder.cassette.read_bytes())
    timeless = re.sub(r"(?m)^ *at: .*\n", "", folder.cassette.read_text("utf-8"))
    (folder.path / "cassettes" / "timeless.yaml").write_text(timeless, "utf-8")
    return folder.run(PLAYED + (NEIGHBOUR if find_spec("pytest_recording") else ""))


def test_a_recording_is_made_where_it_is_asked_for_and_is_safe(folder: Folder, recording: str) -> None:
    assert outcomes(recording)["test_refund"] == "PASSED", recording
    first, second = read(folder.cassette)
    assert (first.operation, second.operation) == ("getTransaction", "refundTransaction")
    assert {one.provenance for one in (first, second)} == {"sandbox"}
    assert second.tags["verdicts"]["request"]["ok"] is True
    assert shown(folder.cassette.read_bytes(), [CANARY]) == []
    assert list(folder.path.rglob("*.ndjson")) == []


def test_what_is_not_the_gateways_goes_its_way_and_is_not_kept(folder: Folder, recording: str) -> None:
    assert outcomes(recording)["test_not_the_gateways"] == "PASSED", recording
    assert list(read(folder.cassette.with_name("test_not_the_gateways.yaml"))) == []


def test_a_real_gateway_is_never_called_to_record(recording: str) -> None:
    assert outcomes(recording)["test_a_real_gateway"] == "FAILED"
    assert "api.paykun.com is a real gateway's host" in recording


@pytest.mark.parametrize("name", ["test_refund", "test_aiohttp", "test_plain_vcrpy", "test_pytest_recording"])
def test_a_recording_plays_without_a_network(playing: str, name: str) -> None:
    if name == "test_pytest_recording" and find_spec("pytest_recording") is None:
        pytest.skip("pytest-recording is not installed")
    assert outcomes(playing)[name] == "PASSED", playing


def test_the_clock_stands_where_the_last_answer_was_recorded(folder: Folder, playing: str) -> None:
    assert outcomes(playing)["test_frozen"] == "PASSED", playing
    (said,) = re.findall(r"the clock stands at ([\d.]+)", playing)
    _, second = read(folder.cassette)
    assert float(said) == pytest.approx(second.started_s, abs=1e-3)


def test_a_clock_cannot_stand_where_no_time_was_kept(playing: str) -> None:
    assert outcomes(playing)["test_timeless"] == "ERROR"
    assert "does not say when it was made" in playing


def test_what_is_asked_otherwise_is_explained(playing: str) -> None:
    assert outcomes(playing)["test_another_amount"] == "FAILED"
    assert "NotRecorded" in playing
    assert re.search(r"body/refund_amount: recorded '1.00', asked '2.00'", playing), playing


def test_what_cannot_be_played_is_told_by_name(playing: str) -> None:
    found = outcomes(playing)
    assert {found[name] for name in ("test_bad_name", "test_bad_folder", "test_without_a_recording")} == {
        "ERROR"
    }
    assert playing.count("is no name of a cassette") >= 2
    assert "make it: pytest --payproof-record" in playing
