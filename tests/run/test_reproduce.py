"""Commands that show a finding again hold no secret, and the shell reads them back as they were meant."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from payproof.model import Finding, Interaction, Location, Message, Severity
from payproof.run.reproduce import command, curl, pytest_file, python

HEADERS = (
    ("MerchantId", "m1"),
    ("AccessToken", "s3cret"),
    ("Content-Type", "application/json"),
    ("Host", "h"),
)


def arguments(line: str) -> list[str]:
    """What a shell would hand to curl: its arguments, then its standard input."""
    script = line.replace("curl ", "show ", 1)
    run = (
        'show() { for one in "$@"; do printf "%s\\0" "$one"; done; case "$*" in *@-*) cat;; esac; }\n'
        + script
    )
    done = subprocess.run(["bash", "-c", run], capture_output=True, check=True)
    return [piece.decode("utf-8", "surrogateescape") for piece in done.stdout.split(b"\0")]


def test_credentials_are_read_from_a_file() -> None:
    line = curl(
        Message("GET", "/x?a=1", HEADERS), "http://127.0.0.1:1", {"MerchantId": "m1", "accesstoken": "s3cret"}
    )
    assert "s3cret" not in line
    assert "m1" not in line
    assert arguments(line)[:-1] == [
        *("-sS", "--path-as-is", "-X", "GET", "-H", "@MerchantId.header", "-H", "@AccessToken.header"),
        *("-H", "Content-Type: application/json", "http://127.0.0.1:1/x?a=1"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b'{"remarks":"it\'s $HOME `id` \\"x\\""}',
        '{"remarks":"धन्यवाद"}'.encode(),
        b"\x00\x1b[31m\\n%s%d\xff",
        b"@/etc/passwd",
        b"-d",
    ],
)
def test_every_body_survives_the_shell(body: bytes) -> None:
    line = curl(Message("POST", "/", (), body), "http://h", {})
    assert line.isascii()
    assert line.isprintable()
    shown = arguments(line)
    given = shown[shown.index("--data-binary") + 1]
    read = "\0".join(shown[-1:]) if given == "@-" else given
    if given == "@-":
        read = "\0".join(shown[shown.index("http://h/") + 1 :])
    assert read.encode("utf-8", "surrogateescape") == body


def test_a_wrong_credential_is_near_a_secret_and_not_shown() -> None:
    for value, shown in (("s3creT", "AccessToken: wrong"), ("", "AccessToken;")):
        line = curl(Message("GET", "/", (("AccessToken", value),)), "http://h", {"AccessToken": "s3cret"})
        assert "s3cre" not in line
        assert shown in arguments(line)


def test_headers_with_odd_characters_stay_one_argument() -> None:
    line = curl(Message("GET", "/", (("X-A", "a'b\x1b; rm -rf /"),)), "http://h", {})
    assert line.isprintable()
    assert "X-A: a'b\x1b; rm -rf /" in arguments(line)


def test_a_named_case_is_run_again_by_its_name() -> None:
    one = Interaction(Message(), None, operation="o", source="o/signature/missing", kind="signature")
    assert command("payproof check paykun", one) == "payproof check paykun --case o/signature/missing"


def test_a_generated_case_comes_back_with_the_seed_of_its_run() -> None:
    one = Interaction(Message(), None, operation="o", source="o/generated/7", kind="generated")
    assert command("payproof check paykun --seed 3", one) == "payproof check paykun --seed 3"


def test_the_python_script_sends_the_same_bytes_and_holds_no_secret(tmp_path: Path) -> None:
    seen: list[tuple[str, str, str | None, bytes]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Content-Type"], self.headers["AccessToken"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    body = b'{"remarks":"\\"""\n\xff\'\'\'"}'
    (tmp_path / "AccessToken.header").write_text("AccessToken: s3cret\n")
    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        message = Message("POST", "/x?a=%E0&b='", HEADERS[1:], body)
        script = python(message, f"http://127.0.0.1:{server.server_port}", {"AccessToken": "s3cret"})
        done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert seen == [("/x?a=%E0&b='", "application/json", "s3cret", body)]
    assert "s3cret" not in script
    assert script.isascii()


def test_a_wrong_credential_is_shown_as_wrong_in_python_too() -> None:
    script = python(Message("GET", "/", (("AccessToken", "s3cres"),)), "http://h", {"AccessToken": "s3cret"})
    assert "s3cre" not in script


def test_the_test_file_fails_while_the_finding_stands_and_passes_on_an_honest_gateway() -> None:
    place = Location("getTransaction", "response", "x\nimport os")
    finding = Finding("html-in-response", Severity.WARNING, place, "'''; import os")
    again = "payproof check paykun --seed 0 --no-generated --only getTransaction"
    for defect, stands in ((" --defect html-error-page", True), ("", False)):
        space: dict[str, object] = {}
        exec(compile(pytest_file(again + defect, finding), "test_file.py", "exec"), space)
        test = space["test_no_html_in_response_at_gettransaction"]
        assert callable(test)
        if stands:
            with pytest.raises(AssertionError):
                test()
        else:
            test()
