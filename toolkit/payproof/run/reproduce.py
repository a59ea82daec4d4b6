"""How to see a finding again: as a command of ours, and as curl with secrets read from a file."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from payproof.model import Interaction, Message

#: The file named in curl commands; it holds one credential header a line, and is the reader's to write.
CREDENTIALS_FILE = "credentials.headers"


def command(base: str, interaction: Interaction) -> str:
    """Give the command that runs the case again; a generated one comes back with the whole run's seed."""
    if interaction.kind == "generated":
        return base
    return f"{base} --case {shlex.quote(interaction.source)}"


def curl(request: Message, base_url: str, credentials: Collection[str]) -> str:
    """Give the request as a shell command in plain ASCII.

    Args:
        request: As sent; its target is the whole path.
        base_url: Scheme, host and port.
        credentials: Names of headers which hold secrets, in any case; they are read from a file.
    """
    secret = {name.lower() for name in credentials}
    words = ["curl", "-sS", "--path-as-is", "-X", request.method]
    if any(name.lower() in secret for name, _ in request.headers):
        words += ["-H", f"@{CREDENTIALS_FILE}"]
    for name, value in request.headers:
        if name.lower() not in {*secret, "host", "content-length"}:
            words += ["-H", f"{name}: {value}"]
    feed = ""
    if request.body:
        words += ["--data-binary", "@-"]
        feed = f"printf '%b' {_quoted(_octal(request.body))} | "
        if plain := _plain(request.body):
            words[-1], feed = plain, ""
    words.append(base_url + request.target)
    return feed + " ".join(_quoted(word) for word in words)


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
