"""A message in which a key stands twice: what `verify` refuses, no other command makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payproof.cli.main import main
from payproof.signing.verdict import REASONS

TWICE = {
    "json": '{"refund_amount":"1","refund_amount":"2","remarks":"x"}',
    "nested": '{"refund_amount":"1","more":{"a":"1","a":"2"}}',
    "form": "refund_amount=1&refund_amount=2",
}
WORDS = f"{REASONS['duplicate-keys']}: the key"


@pytest.fixture(params=sorted(TWICE))
def twice(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "message"
    path.write_text(TWICE[request.param])
    return str(path)


@pytest.mark.parametrize("more", [[], ["--attach"]])
def test_it_is_not_signed(twice: str, more: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", "paykun.request", twice, "--test-keys", *more]) == 3
    done = capfd.readouterr()
    assert done.out == ""
    assert WORDS in done.err


def test_it_is_explained_with_a_warning(twice: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "paykun.request", twice, "--test-keys", "--format", "json"]) == 0
    done = capfd.readouterr()
    assert json.loads(done.out)["signature"]
    assert done.err.startswith("warning: ")
    assert WORDS in done.err


@pytest.mark.parametrize("kind", ["json", "form"])
def test_it_is_not_encrypted(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "message").write_text(TWICE[kind])
    assert main(["encrypt", "paykun.checkout", str(tmp_path / "message"), "--test-keys"]) == 3
    done = capfd.readouterr()
    assert done.out == ""
    assert WORDS in done.err


def test_a_scheme_over_raw_text_signs_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    message = "POST / HTTP/1.1\nwebhook-id: a\nwebhook-timestamp: 1\n\n" + TWICE["json"]
    (tmp_path / "message.http").write_text(message)
    assert main(["sign", "plural.webhook", str(tmp_path / "message.http"), "--test-keys"]) == 0
    assert capfd.readouterr().err == ""
