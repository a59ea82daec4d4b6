"""`payproof explain`: each step from a message to its signature."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import MessageOptions, SchemeOptions, message_options, scheme_options

if TYPE_CHECKING:
    from payproof.signing.keys import Keys
    from payproof.signing.recipe import Recipe
    from payproof.signing.signer import Trace


@click.command()
@scheme_options
@message_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(chosen: SchemeOptions, given: MessageOptions, form: str) -> ExitCode:
    """Show each step from the message in FILE to its signature under SCHEME.

    FILE (- for standard input) is a JSON body, form text, name=value lines, a raw HTTP message, the output
    of curl -v, or a HAR file.
    """
    from payproof.cli.placing import read_placed
    from payproof.cli.scheme_options import keys_for, roles_of
    from payproof.report.printable import printable
    from payproof.signing.signer import explain as explain_message
    from payproof.signing.verdict import repeated

    read = read_placed(chosen, given)
    recipe, keys = read.recipe, keys_for(chosen, roles_of(read.recipe))
    trace = explain_message(recipe, read.taken.message, keys)
    if twice := repeated(recipe, read.taken.message):
        click.echo(f"warning: no verifier may trust this signature: {printable(twice)}", err=True)
    if form == "json":
        click.echo(json.dumps(as_json(trace, keys), indent=2))
        return ExitCode.CLEAN
    click.echo("\n".join([f"scheme     {chosen.scheme}", *steps(recipe, trace, keys)]))
    return ExitCode.CLEAN


def steps(recipe: Recipe, trace: Trace, keys: Keys, *, reveal: bool = True) -> list[str]:
    """Give the lines of an explanation; keys that stand in the message show as their role.

    Args:
        reveal: Whether digest and signature are shown.
    """
    from payproof.cli.visible import visible, visible_bytes

    names = [visible(name) for name, _ in trace.fields]
    width = min(max(map(len, names), default=0), 40)
    lines = ["fields     " + ("none" if not names else f"{len(names)}, in the order signed")]
    lines += [
        f"  {name:<{width}}  {visible(keys.mask(text))}"
        for name, (_, text) in zip(names, trace.fields, strict=True)
    ]
    canonical = keys.mask(visible_bytes(trace.canonical))
    lines += [f"canonical  {len(trace.canonical)} bytes", f"  {canonical}"]
    for at, (step, key) in enumerate(zip(recipe.rounds, trace.keys, strict=True)):
        number = f" {at + 1}" if len(recipe.rounds) > 1 else ""
        lines.append(f"key{number:<8}{key}")
        if reveal:
            lines.append(f"digest{number:<5}{step.digest} {trace.digests[at].hex()}")
    return [*lines, f"signature  {visible(trace.signature)}"] if reveal else lines


def as_json(trace: Trace, keys: Keys) -> dict[str, Any]:
    """Give an explanation as data; keys that stand in the message show as their role."""
    from payproof.signing.fields import bytes_of_text, text_of_bytes

    text = keys.mask(text_of_bytes(trace.canonical))
    raw = bytes_of_text(text)
    return {
        "scheme": trace.scheme,
        "fields": [{"name": name, "text": keys.mask(value)} for name, value in trace.fields],
        "canonical": raw.decode("utf-8", "backslashreplace"),
        "canonical_base64": base64.b64encode(raw).decode(),
        "keys": list(trace.keys),
        "digests": [digest.hex() for digest in trace.digests],
        "signature": trace.signature,
    }
