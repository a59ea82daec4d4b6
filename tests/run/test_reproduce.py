"""Commands that show a finding again hold no secret, and the shell reads them back as they were meant."""

from __future__ import annotations

import subprocess

import pytest

from payproof.model import Interaction, Message
from payproof.run.reproduce import command, curl

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
