"""How to see a finding again: as our command, as curl or Python with secrets in files, and as a test."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from payproof.model import Finding, Interaction, Message


def command(base: str, interaction: Interaction) -> str:
    """Give the command that runs the case again; a generated one comes back with the whole run's seed."""
    if interaction.kind == "generated":
        return base
    return f"{base} --case {shlex.quote(interaction.source)}"


def curl(request: Message, base_url: str, credentials: Mapping[str, str]) -> str:
    """Give the request as a shell command in plain ASCII.

    Args:
        request: As sent; its target is the whole path.
        base_url: Scheme, host and port.
        credentials: The right values of headers which hold secrets. A right one is read from a file named
            `HEADER.header`, which holds the line `HEADER: value` and is the reader's to write; another one
            may still be near a secret, so only its being wrong is shown.
    """
    words = ["curl", "-sS", "--path-as-is", "-X", request.method, *_headers(request, credentials)]
    feed = ""
    if request.body:
        words += ["--data-binary", "@-"]
        feed = f"printf '%b' {_quoted(_octal(request.body))} | "
        if plain := _plain(request.body):
            words[-1], feed = plain, ""
    words.append(base_url + request.target)
    return feed + " ".join(_quoted(word) for word in words)


def _headers(request: Message, credentials: Mapping[str, str]) -> Iterator[str]:
    right = {name.lower(): value for name, value in credentials.items()}
    for name, value in request.headers:
        if name.lower() in ("host", "content-length"):
            continue
        if name.lower() not in right:
            # A header without a value is written with a semicolon.
            shown = f"{name}: {value}" if value else f"{name};"
        elif value == right[name.lower()]:
            shown = f"@{name}.header"
        else:
            shown = f"{name}: wrong" if value else f"{name};"
        yield from ("-H", shown)


def _plain(body: bytes) -> str:
    """Give a short printable ASCII body as it is, else nothing; `@` at its start would name a file."""
    text = body.decode("latin-1")
    return text if text.isascii() and text.isprintable() and len(text) < 4000 and text[0] != "@" else ""


def _octal(body: bytes) -> str:
    shown = (chr(one) if 32 <= one < 127 and one != 92 else f"\\0{one:03o}" for one in body[:4000])
    return "".join(shown)


def _quoted(word: str) -> str:
    if word.isascii() and word.isprintable():
        return shlex.quote(word)
    # $'...' keeps what a terminal or an editor would swallow.
    inner = "".join(
        character if 32 <= ord(character) < 127 and character not in "'\\" else _escaped(character)
        for character in word
    )
    return f"$'{inner}'"


def _escaped(character: str) -> str:
    return "".join(f"\\x{one:02x}" for one in character.encode("utf-8", "surrogatepass"))


def python(request: Message, base_url: str, credentials: Mapping[str, str]) -> str:
    """Give the request as a Python script of the standard library, in plain ASCII; arguments as in `curl`."""
    parts = urlsplit(base_url)
    kind = "HTTPSConnection" if parts.scheme == "https" else "HTTPConnection"
    lines = ["import http.client", "from pathlib import Path", ""]
    lines += [f"connection = http.client.{kind}({parts.netloc!a}, timeout=30)"]
    lines += [f"connection.putrequest({request.method!a}, {request.target!a})"]
    right = {name.lower(): value for name, value in credentials.items()}
    for name, value in request.headers:
        if name.lower() in ("host", "content-length"):
            continue
        shown = ascii(value)
        if name.lower() in right:
            wrong = ascii("wrong" if value else "")
            file = ascii(f"{name}.header")
            is_right = value == right[name.lower()]
            shown = f'Path({file}).read_text().partition(": ")[2].strip()' if is_right else wrong
        lines.append(f"connection.putheader({name!a}, {shown})")
    if request.body:
        lines.append(f'connection.putheader("Content-Length", "{len(request.body)}")')
    lines += [f"connection.endheaders({request.body!a})" if request.body else "connection.endheaders()"]
    lines += [
        "answer = connection.getresponse()",
        "print(answer.status, answer.read().decode(errors='replace'))",
    ]
    return "\n".join(lines) + "\n"


def pytest_file(again: str, finding: Finding) -> str:
    """Give a test file in plain ASCII that fails while the finding stands.

    Args:
        again: The command that shows the finding again.
        finding: Whose rule names the test, and whose severity is what may not be found.
    """
    name = re.sub(r"[^a-z0-9]+", "_", f"{finding.rule} at {finding.location.operation}".lower()).strip("_")
    argv = [*shlex.split(again)[1:], "--fail-on", finding.severity.label]
    return (
        "from payproof.cli.main import main\n\n\n"
        f"def test_no_{name}() -> None:\n"
        f"    argv = {argv!a}\n"
        "    assert main(argv) == 0\n"
    )
