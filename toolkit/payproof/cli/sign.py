"""`payproof sign`: the signature of a message, or the message with it."""

from __future__ import annotations

import sys

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import MessageOptions, SchemeOptions, message_options, scheme_options


@click.command()
@scheme_options
@message_options
@click.option("--attach", is_flag=True, help="Print the message with the signature in its place.")
def sign(chosen: SchemeOptions, given: MessageOptions, attach: bool) -> ExitCode:
    """Print the signature of the message in FILE under SCHEME.

    FILE (- for standard input) is a JSON body, form text, name=value lines, a raw HTTP message, the output
    of curl -v, or a HAR file.
    """
    from payproof.cli.messages import write_message
    from payproof.cli.placing import read_placed
    from payproof.cli.scheme_options import keys_for, roles_of
    from payproof.cli.visible import visible
    from payproof.signing.carry import attach as put
    from payproof.signing.signer import sign as sign_message
    from payproof.signing.stages import CannotRead
    from payproof.signing.verdict import repeated

    read = read_placed(chosen, given)
    recipe, taken = read.recipe, read.taken
    if twice := repeated(recipe, taken.message):
        raise CannotRead(f"{recipe.name}: {twice}", where="the message", hint="send each key once")
    signature = sign_message(recipe, taken.message, keys_for(chosen, roles_of(recipe)))
    if not attach:
        click.echo(visible(signature))
        return ExitCode.CLEAN
    # The message goes out byte for byte: it is to be sent, and was the caller's own.
    sys.stdout.buffer.write(write_message(taken, put(recipe, taken.message, signature)))
    sys.stdout.buffer.flush()
    return ExitCode.CLEAN
