"""Recording behind TLS: the certificate is verified, by an authority of the user's own where one is named."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from payproof import gateway
from payproof.cassettes.read import read
from payproof.cli.main import main
from payproof.model import Message

PATH = "/v1/merchant/transaction/88253-41453-72735-05390"
CLIENT = f"""
import os, sys, urllib.error, urllib.request
keys = {{"MerchantId": "900000000000001", "AccessToken": "A11CE000000000000000000000000001"}}
asked = urllib.request.Request(os.environ["BASE"] + "{PATH.removeprefix("/v1")}", headers=keys)
try:
    sys.exit(0 if urllib.request.urlopen(asked).status == 200 else 1)
except urllib.error.HTTPError as error:
    sys.exit(error.code == 502 and 52)
"""


def certificate(
    name: str, of: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None, host: str
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Give a certificate and its key: an authority's own, or a server's that `of` has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(of[0].subject if of else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=of is None, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
        )
    )
    signer = of[1] if of else key
    issuer = (of[1] if of else key).public_key()
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if of is None:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = made.add_extension(usage, critical=True)
    return made.sign(signer, hashes.SHA256()), key


class Upstream(http.server.BaseHTTPRequestHandler):
    """The sandbox behind TLS."""

    simulator = gateway.load("paykun").simulator()

    def do_GET(self) -> None:
        answer = self.simulator.handle(Message("GET", self.path, tuple(self.headers.items())), 1795168800.0)
        assert isinstance(answer, Message)
        self.send_response(answer.status)
        for name, value in (*answer.headers, ("Content-Length", str(len(answer.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An authority's certificate, and a server's chain and key that come from it, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    root = certificate("Test authority", None, "127.0.0.1")
    (folder / "ca.pem").write_bytes(root[0].public_bytes(serialization.Encoding.PEM))
    for name, host in (("server", "127.0.0.1"), ("other", "127.0.0.9")):
        made, key = certificate(name, root, host)
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        text = key.private_bytes(serialization.Encoding.PEM, form, plain)
        (folder / f"{name}.pem").write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return folder / "ca.pem", folder


@pytest.fixture(params=["server"])
def upstream(authority: tuple[Path, Path], request: pytest.FixtureRequest) -> Iterator[str]:
    """The base URL of the gateway behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority[1] / f"{request.param}.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def record(url: str, journal: Path, *options: str) -> int:
    words = ["cassette", "record", "paykun", "--url", url, "-o", str(journal), "--base-url-env", "BASE"]
    return main([*words, *options, "--around", sys.executable, "-c", CLIENT])


def test_a_gateway_with_a_certificate_of_an_authority_given_is_recorded(
    upstream: str, authority: tuple[Path, Path], tmp_path: Path
) -> None:
    journal = tmp_path / "j.ndjson"

    assert record(upstream, journal, "--ca", str(authority[0])) == 0
    (row,) = read(journal)
    assert row.operation == "getTransaction"
    assert row.request.target.startswith(upstream)
    assert row.tags["verdicts"]["response"]["ok"] is True


def test_a_certificate_of_nobody_known_is_refused(upstream: str, tmp_path: Path) -> None:
    journal = tmp_path / "j.ndjson"

    assert record(upstream, journal) == 52
    (row,) = read(journal)
    assert (row.response, row.failure) == (None, "tls")


@pytest.mark.parametrize("upstream", ["other"], indirect=True)
def test_a_certificate_for_another_host_is_refused(
    upstream: str, authority: tuple[Path, Path], tmp_path: Path
) -> None:
    assert record(upstream, tmp_path / "j.ndjson", "--ca", str(authority[0])) == 52


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("nothing")

    assert record("https://127.0.0.1:1/v1", tmp_path / "j.ndjson", "--ca", str(wrong)) == 2
    assert "--ca" in capsys.readouterr().err
