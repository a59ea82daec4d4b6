"""`payproof check` against an application, a command and recordings."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from payproof.cli.main import main

FAST = ("check", "paykun", "--no-generated")
CASSETTES = Path(__file__).parents[2] / "cassettes"


@pytest.mark.parametrize("app", ["good_asgi", "good_wsgi"])
def test_an_application_is_checked_in_this_process(app: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FAST, "--app", f"tests.adapters.apps:{app}"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"paykun at app tests.adapters.apps:{app}")
    assert shown.count(" yes\n") == 4


def test_an_application_that_only_fails_does_not_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FAST, "--app", "tests.adapters.apps:failing"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "never answered: RuntimeError: no\n" in shown.err


def test_an_exception_of_the_application_is_masked_printable_and_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    testbed = Path(__file__).parents[2] / "openapi" / "paykun" / "testbed.yaml"
    monkeypatch.setenv("PAYPROOF_PAYKUN_ACCESS_TOKEN", "5ECRE7000000000000000000000000TK")
    again = ["--testbed", str(testbed), "--only", "getTransaction"]
    assert main([*FAST, "--app", "tests.adapters.apps:leaking", *again]) == 2
    shown = capsys.readouterr().err
    assert "RuntimeError: \\x1b[31mno database for <access_token>" in shown
    assert "5ECRE7" not in shown
    assert len(shown) < 1000


def test_what_an_application_raises_stands_in_the_finding_without_a_command_to_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = "tests.adapters.apps:half_wsgi"
    assert main([*FAST, "--app", app, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    crash = next(one for one in found if one["rule"] == "no-answer")
    assert "let an exception out: RuntimeError: database is read-only" in crash["message"]
    assert f"--app {app}" in crash["reproduce"]
    commands = [one.get("details", one) for one in found]
    assert not any({"curl", "python"} & set(one) for one in commands)
    assert "app.invalid" not in json.dumps(found)


def test_a_command_is_started_checked_and_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    code = "import sys; from payproof.cli.main import main; sys.exit(main(sys.argv[1:]))"
    serve = shlex.join([sys.executable, "-c", code, "sandbox", "paykun", "--port"]) + " {port}"
    assert main([*FAST, "--command", serve]) == 0
    shown = capsys.readouterr().out
    assert shown.count(" yes\n") == 4
    assert shown.startswith("paykun at http://127.0.0.1:")


def test_a_command_that_ends_at_once_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FAST, "--command", shlex.join([sys.executable, "-c", "print('bye')"])]) == 2
    shown = capsys.readouterr().err
    assert "before it listened" in shown
    assert "bye" in shown


@pytest.mark.parametrize("gateway", ["paykun", "plural"])
def test_the_recordings_of_this_project_are_clean(gateway: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", gateway, "--cassettes", str(CASSETTES / gateway)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{gateway} at recordings")
    assert "0 errors, 0 warnings" in shown


def test_a_recording_that_breaks_the_contract_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (CASSETTES / "paykun" / "flow-refund.yaml").read_text("utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("code: 200", "code: 500"))
    assert broken.read_text() != text
    assert main(["check", "paykun", "--cassettes", str(broken)]) == 1
    assert "server-error" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--app", "a:b", "--command", "c"], "more than one target"),
        (["--app", "a:b", "--defect", "remarks-not-covered"], "only the sandbox"),
        (["--base-path", "/x"], "--base-path"),
        (["--app", "no_such_module:app"], "cannot be imported"),
        (["--cassettes", str(CASSETTES), "--case", "x"], "nothing is sent"),
        (["--command", "/no/such/program"], "cannot be started"),
    ],
)
def test_what_does_not_fit_ends_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*FAST, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_recordings_of_another_gateway_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "paykun", "--cassettes", str(CASSETTES / "plural" / "flow-full-refund.yaml")]) == 2
    assert "--cassettes" in capsys.readouterr().err
