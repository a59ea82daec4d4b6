"""A third gateway is folders of one name: everything works on it, and nothing else knows it."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from payproof import gateway
from payproof.cli.main import main
from payproof.model import Message
from payproof.simulator.defects import Defect

ROOT = Path(__file__).parent / "root"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the folders be found as an installed distribution would offer them."""
    point = SimpleNamespace(name="teapot", load=lambda: SimpleNamespace(root=ROOT))
    monkeypatch.setattr("payproof.gateway.entry_points", lambda group: [point])


def test_it_is_loaded_from_a_folder_that_is_given() -> None:
    found = gateway.load("teapot", [ROOT])
    assert found.spec.name == "teapot"
    assert set(found.spec.operations) == {"brewPot", "getPot", "pourPot"}
    assert "teapot" in gateway.names([ROOT])


def test_its_sandbox_signs_verifies_and_follows_its_table() -> None:
    simulator = gateway.load("teapot", [ROOT]).simulator()
    body = b'{"reference":"pot-7","price":250}'
    wrong = simulator.handle(_brew(body, "0" * 64), 1.0)
    made = simulator.handle(_brew(body, _signed(body)), 1.0)
    assert isinstance(wrong, Message)
    assert isinstance(made, Message)
    assert (wrong.status, made.status) == (401, 201)
    pour = Message("POST", f"/pots/{json.loads(made.body)['pot_id']}/pour", (("X-Shop", "shop-1"),))
    answers = [simulator.handle(pour, 1.0) for _ in range(2)]
    assert [one.status for one in answers if isinstance(one, Message)] == [200, 409]
    (delivery,) = simulator.due(1.0)
    assert delivery.message.header("x-kettle") == _signed(delivery.message.body)


def _brew(body: bytes, signature: str) -> Message:
    headers = (("X-Shop", "shop-1"), ("Content-Type", "application/json"), ("X-Kettle", signature))
    return Message("POST", "/pots", headers, body)


def _signed(body: bytes) -> str:
    return hmac.digest(b"test-kettle-key", body, hashlib.sha256).hex()


@pytest.mark.usefixtures("installed")
def test_check_finds_nothing_on_it_and_walks_its_life_cycle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "teapot", "--no-generated", "--fail-on", "note"]) == 0
    out = capsys.readouterr().out
    assert "0 errors, 0 warnings, 0 notes" in out
    assert "3/3" in out


def test_check_names_a_pot_that_is_poured_twice() -> None:
    import time

    from payproof.conformance.subject import Subject
    from payproof.run.check import Runner
    from payproof.run.settings import Settings
    from payproof.run.target import SandboxTarget

    found = gateway.load("teapot", [ROOT])
    twice = Defect(
        "pour-twice", "state", "A pot can be poured twice.", "teapot", {"guard": "pour-once".__eq__}
    )
    target = SandboxTarget(found.simulator(defects=[twice]), "", time.time, time.perf_counter)
    subject = Subject(found.spec, found.testbed, {}, time.time(), 0)
    result = Runner(subject=subject, target=target, settings=Settings()).run()
    assert {finding.rule for finding in result.findings} == {"life-cycle-operation-not-allowed"}


@pytest.mark.usefixtures("installed")
def test_sign_signs_by_its_scheme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(b'{"reference":"pot-7","price":250}')
    assert main(["sign", "teapot.request", "--test-keys", str(body)]) == 0
    assert _signed(body.read_bytes()) in capsys.readouterr().out


@pytest.mark.usefixtures("installed")
def test_lifecycle_shows_its_table_and_judges_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lifecycle", "show", "teapot"]) == 0
    assert "EMPTY" in capsys.readouterr().out
    seen = tmp_path / "seen.ndjson"
    seen.write_text(
        '{"id": "p", "status": "EMPTY", "at": "2026-01-01T10:00:00Z"}\n'
        '{"id": "p", "status": "HOT", "at": "2026-01-01T10:00:05Z"}\n'
    )
    assert main(["lifecycle", "check", "teapot", str(seen)]) == 1
    assert "went from EMPTY back to HOT" in capsys.readouterr().out


@pytest.mark.usefixtures("installed")
def test_its_webhook_can_be_listed_among_those_to_send(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "send", "teapot", "--list"]) == 0
    assert "POT_EMPTY" in capsys.readouterr().out
