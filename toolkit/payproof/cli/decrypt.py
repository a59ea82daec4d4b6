"""`payproof decrypt`: the fields of an encrypted request, its mac checked first."""

from __future__ import annotations

import json

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import SchemeOptions, scheme_options


@click.command()
@scheme_options
@click.argument("file", default="-")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def decrypt(chosen: SchemeOptions, file: str, form: str) -> ExitCode:
    """Print the fields of the encrypted request in FILE; exit with 1 where a layer of it is broken.

    FILE (- for standard input) is the Base64 text, or the form or JSON that carries it. Nothing is
    decrypted whose mac is wrong.
    """
    from payproof.cli.messages import read_bytes
    from payproof.cli.scheme_options import choose_envelope, keys_for, load_spec
    from payproof.cli.visible import visible
    from payproof.report.printable import printable
    from payproof.signing.opening import open_envelope

    envelope = choose_envelope(chosen, load_spec(chosen.gateway))
    sent = request_in(read_bytes(file), envelope.form_field)
    keys = keys_for(chosen, {envelope.key.role, envelope.mac_key.role})
    opened = open_envelope(envelope, sent, keys)
    if form == "json":
        record = {"ok": opened.ok, "layer": opened.layer, "message": opened.message, "fields": opened.fields}
        click.echo(json.dumps(record, indent=2))
    elif opened.ok:
        for name, value in opened.fields:
            click.echo(f"{visible(name)}={visible(value)}")
    else:
        click.echo(printable(f"{opened.layer}: {opened.message}"))
    return ExitCode.CLEAN if opened.ok else ExitCode.FINDINGS


def request_in(data: bytes, name: str) -> bytes:
    """Give the encrypted request that a form, JSON or raw HTTP message carries; other text as it is."""
    from payproof.cli.messages import Wanted, kind_of, read_message
    from payproof.signing.fields import UnreadableBody, body_fields, bytes_of_text, find

    kind = kind_of(data)
    # Base64 may end with =, so one line counts as a form only when it names the field.
    if kind == "text" or (kind == "form" and name.encode() + b"=" not in data):
        return data.strip()
    try:
        found = find(body_fields(read_message(data, Wanted(), where="the message").message), name)
    except UnreadableBody:
        return data.strip()
    return bytes_of_text(found) if isinstance(found, str) else data.strip()
