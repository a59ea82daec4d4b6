"""`payproof sandbox` serves, tells what a client needs, and ends cleanly."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from payproof.cli.main import main


def start(*options: str) -> subprocess.Popen[str]:
    code = "import sys; from payproof.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "sandbox", "paykun", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    told = ""
    while word not in told:
        line = process.stdout.readline()
        if not line:
            raise AssertionError(told + (process.stderr.read() if process.stderr else ""))
        told += line
    return told


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_serves_until_it_is_told_to_end(number: signal.Signals, code: int, tmp_path: Path) -> None:
    token = tmp_path / "token"
    process = start("--token-file", str(token), "--clock", "2026-11-21T10:00:00+05:30", "--seed", "4")
    try:
        told = lines_until(process, "control API")
        port = re.search(r"sandbox: http://127.0.0.1:(\d+)", told)
        control = re.search(r"control API http://(\S+)", told)
        assert port
        assert control
        assert "A11CE000000000000000000000000001" in told
        connection = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=5)
        connection.request("GET", "/v1/merchant/transaction/x")
        assert connection.getresponse().status == 401
        api = http.client.HTTPConnection(control[1], timeout=5)
        api.request("GET", "/state", headers={"Authorization": f"Bearer {token.read_text().strip()}"})
        state = json.loads(api.getresponse().read())
        assert (state["seed"], state["now_s"] // 10) == (4, 179523540)
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
    finally:
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert process.returncode == code
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--switch", "nonsense"], "NAME=SETTING"),
        (["--switch", "nonsense=1"], "no switch"),
        (["--defect", "nonsense"], "no defect"),
        (["--clock", "yesterday"], "ISO 8601"),
        (["--clock", "0001-01-01"], "ISO 8601"),
        (["--webhook-url", "nonsense"], "http"),
        (["--host", "256.256.256.256"], "cannot listen"),
        (["--host", "h" * 300], "at:  --host"),
        (["--host", "\udcff"], "at:  --host"),
        (["--no-control", "--control-port", "8401"], "at:  --control-port"),
        (["--no-control", "--token-file", "token"], "at:  --token-file"),
    ],
)
def test_an_option_that_does_not_fit_is_a_usage_error(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", "paykun", *options]) == 2
    assert said in capsys.readouterr().err


def test_the_amounts_and_references_that_force_an_outcome_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sandbox", "plural", "--list-outcomes"]) == 0
    out = capsys.readouterr().out
    assert "131313" in out
    assert "refund-fails-" in out


def test_a_token_takes_no_pipe_s_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["sandbox", "paykun", "--token-file", str(tmp_path / "pipe")]) == 2
    assert "no regular file" in capsys.readouterr().err
    assert (tmp_path / "pipe").is_fifo()
