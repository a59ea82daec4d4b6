"""`payproof check` from the command line."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import jsonschema
import pytest
from tests.independent import paykun_server

import payproof.report
from payproof.cli.main import main

FAST = ("check", "paykun", "--no-generated")


@pytest.fixture
def testbed(tmp_path: Path) -> str:
    path = tmp_path / "testbed.json"
    path.write_text(json.dumps(paykun_server.testbed()))
    return str(path)


def test_a_clean_sandbox_ends_with_0_and_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(FAST) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.count(" yes\n") == 4
    assert "0 errors, 0 warnings, 0 notes" in shown.out


def test_a_defect_ends_with_1_and_a_way_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FAST, "--defect", "remarks-not-covered"]) == 1
    shown = capsys.readouterr().out
    line = next(line for line in shown.splitlines() if "again:" in line)
    assert line.split("payproof ")[1].split() == [
        *("check", "paykun", "--seed", "0", "--defect", "remarks-not-covered"),
        *("--case", "refundTransaction/signature/changed-remarks"),
    ]


def test_the_command_moves_the_sandboxs_clock_to_the_end_of_a_token(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = ("check", "plural", "--no-generated", "--only", "getOrder", "--defect", "token-never-expires")
    assert main(run) == 1
    shown = capsys.readouterr().out
    assert "though its token has expired" in shown
    assert "not sent" not in shown


def test_the_command_of_a_finding_shows_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    case = "refundTransaction/signature/changed-remarks"
    assert main([*FAST, "--defect", "remarks-not-covered", "--case", case]) == 1
    assert "request-signature-covers-too-little" in capsys.readouterr().out
    assert main([*FAST, "--case", case]) == 0


def test_fail_on_moves_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    soft = [*FAST, "--defect", "fee-as-float"]
    assert main(soft) == 0
    assert main([*soft, "--fail-on", "warning"]) == 1
    assert "amount-below-a-paisa" in capsys.readouterr().out


def test_json_goes_to_a_file_and_fits_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    assert main([*FAST, "--format", "json", "-o", str(path), "--defect", "amount-as-string"]) == 1
    assert capsys.readouterr().out == ""
    data = json.loads(path.read_text())
    schema = Path(payproof.report.__file__).with_name("report.schema.json")
    jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(data)
    assert {one["rule"] for one in data["findings"]} == {"response-schema"}


def test_a_url_is_checked_with_its_own_test_bed(testbed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with paykun_server.serve() as running:
        assert main([*FAST, "--url", f"{running.url}/v1", "--testbed", testbed]) == 0
    assert "0 errors, 0 warnings, 0 notes" in capsys.readouterr().out


def test_keys_of_the_environment_beat_the_test_bed(
    testbed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAYPROOF_PAYKUN_ENCRYPTION_KEY", "another key of thirty two chars.")
    with paykun_server.serve() as running:
        assert main([*FAST, "--url", f"{running.url}/v1", "--testbed", testbed]) == 1
    shown = capsys.readouterr().out
    assert "operation-not-reached at refundTransaction" in shown
    assert "another key" not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", "http://127.0.0.1:1/v1"], "--testbed"),
        (["--budget", "huge"], "quick, default, thorough"),
        (["--switch", "no-such=1"], "request-scalars"),
        (["--switch", "request-scalars=perl"], "php, javascript"),
        (["--defect", "no-such"], "defect"),
        (["--only", "nothing"], "getTransaction"),
        (["--case", "nothing"], "--case"),
    ],
)
def test_what_does_not_fit_ends_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*FAST, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_gateway_that_nobody_serves_ends_with_2(testbed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert main([*FAST, "--url", f"http://127.0.0.1:{port}/v1", "--testbed", testbed]) == 2
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url", ["https://api.paykun.com/v1", "https://API.paykun.com./v1", "https://sandbox.paykun.com"]
)
def test_a_real_gateway_is_not_called_unless_allowed(
    url: str, testbed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", forbidden)
    assert main([*FAST, "--url", url, "--testbed", testbed]) == 2
    assert "--allow-live" in capsys.readouterr().err


def test_without_schemathesis_the_generated_phases_end_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from payproof.adapters import schemathesis_engine

    monkeypatch.setattr(schemathesis_engine, "available", lambda: False)
    assert main(["check", "paykun"]) == 2
    assert "--no-generated" in capsys.readouterr().err
    assert main(FAST) == 0


def test_the_generated_phases_take_part(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("schemathesis")
    assert main(["check", "paykun", "--budget", "3", "--only", "refundTransaction"]) == 0
    assert "generated" in capsys.readouterr().out
