"""`payproof encrypt`: fields as an encrypted request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import SchemeOptions, scheme_options
from payproof.errors import UsageError

if TYPE_CHECKING:
    from payproof.signing.envelope import Sealed


@click.command()
@scheme_options
@click.argument("file", default="-")
@click.option(
    "--iv", default="", metavar="HEX", help="Use this iv (test keys only), to compare with a known result."
)
@click.option("--explain", "explained", is_flag=True, help="Show each layer.")
def encrypt(chosen: SchemeOptions, file: str, iv: str, explained: bool) -> ExitCode:
    """Print the fields in FILE as an encrypted request of SCHEME.

    FILE (- for standard input) is a JSON object of texts, form text, or name=value lines.
    """
    from payproof.cli.messages import read_bytes
    from payproof.cli.scheme_options import choose_envelope, keys_for, load_spec
    from payproof.signing.envelope import seal

    envelope = choose_envelope(chosen, load_spec(chosen.gateway))
    fields = read_fields(read_bytes(file), where="standard input" if file == "-" else file)
    keys = keys_for(chosen, {envelope.key.role, envelope.mac_key.role})
    if iv and not keys.test:
        raise UsageError("an iv of your own is for test keys", where="--iv", hint="leave it out: it is drawn")
    sealed = seal(envelope, fields, keys, iv=_iv(iv) if iv else os.urandom(16))
    if explained:
        click.echo("\n".join(layers(sealed)))
    else:
        click.echo(sealed.text)
    return ExitCode.CLEAN


def _iv(text: str) -> bytes:
    try:
        made = bytes.fromhex(text)
    except ValueError:
        made = b""
    if len(made) != 16:
        raise UsageError("the iv is not 16 bytes", where="--iv", hint="write 32 hex digits")
    return made


def read_fields(data: bytes, *, where: str) -> list[tuple[str, Any]]:
    """Give the fields that a text holds, in order; raises UnreadableInput."""
    from payproof.cli.messages import Wanted, kind_of, read_message
    from payproof.errors import UnreadableInput
    from payproof.signing.fields import Pairs, UnreadableBody, body_fields, duplicate_names
    from payproof.signing.verdict import REASONS

    try:
        if kind_of(data) not in ("json", "form", "fields"):
            raise UnreadableBody("it is neither JSON nor fields")
        found = body_fields(read_message(data, Wanted(), where=where).message)
        if type(found) is not Pairs or any(type(value) in (Pairs, list) for _, value in found):
            raise UnreadableBody("it is no flat object")
    except UnreadableBody as error:
        raise UnreadableInput(
            f"there are no fields: {error}",
            where=where,
            hint="give a JSON object of texts, or name=value lines",
        ) from None
    if twice := duplicate_names(found):
        raise UnreadableInput(
            f"{REASONS['duplicate-keys']}: the key {twice[0][:40]!r} stands twice in one object",
            where=where,
            hint="give each key once",
        )
    return list(found)


def layers(sealed: Sealed) -> list[str]:
    """Give one line a layer, from the plaintext to the request."""
    from payproof.cli.visible import visible_bytes

    return [
        f"plaintext   {visible_bytes(sealed.plaintext)}",
        f"serialised  {visible_bytes(sealed.serialised)}",
        f"iv          {sealed.iv}",
        f"value       {sealed.value}",
        f"mac         {sealed.mac}",
        f"request     {sealed.text}",
    ]
