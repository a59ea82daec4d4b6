"""TLS that does not begin is told as that, with what can be done, and not as a gateway that is not there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.test_record_tls import authority, upstream

from payproof.cli.main import main

__all__ = ["authority", "upstream"]

TESTBED = Path(__file__).parents[2] / "openapi" / "paykun" / "testbed.yaml"
CHECK = ("check", "paykun", "--no-generated", "--only", "getTransaction", "--testbed", str(TESTBED), "--url")


@pytest.fixture(params=[b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def plain(request: pytest.FixtureRequest) -> Iterator[str]:
    """An https URL of a port that speaks no TLS: it answers in plain HTTP, or closes."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(request.param)

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.mark.parametrize("command", [CHECK, ("webhook", "attack", "paykun")])
def test_a_certificate_that_is_not_trusted_is_named_with_the_way_to_trust_it(
    command: tuple[str, ...], upstream: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, upstream]) == 2
    shown = capsys.readouterr().err
    assert "TLS: the server's certificate is not trusted (unable to get local issuer certificate)" in shown
    assert "SSL_CERT_FILE" in shown
    assert "start" not in shown


@pytest.mark.parametrize("command", [CHECK, ("webhook", "attack", "paykun")])
def test_a_port_without_tls_is_told_as_one(
    command: tuple[str, ...], plain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, plain]) == 2
    shown = capsys.readouterr().err
    assert "TLS: the " in shown
    assert "a port without TLS wants http://" in shown


def test_the_way_to_trust_it_works(
    upstream: str,
    authority: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    main([*CHECK, upstream, "--format", "json"])
    assert '"reached": true' in capsys.readouterr().out
