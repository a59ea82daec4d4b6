"""`payproof diagnose`: why a signature does not verify, proven by reproducing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import MessageOptions, SchemeOptions, message_options, scheme_options

if TYPE_CHECKING:
    from payproof.signing.diagnosis.answer import Diagnosis
    from payproof.signing.envelope import Envelope
    from payproof.signing.keys import Keys
    from payproof.signing.recipe import Recipe
    from payproof.spec import Spec


@click.command()
@scheme_options
@message_options
@click.option(
    "--signature",
    default="",
    metavar="TEXT",
    help="The signature received, where FILE does not carry it (a signature is no secret).",
)
@click.option(
    "--earlier",
    multiple=True,
    metavar="FILE",
    help="Headers of an earlier delivery of this webhook; may be given again.",
)
@click.option("--now", default="", metavar="ISO|EPOCH", help="Judge the signing time at this moment too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the answer to this file.",
)
def diagnose(
    chosen: SchemeOptions,
    given: MessageOptions,
    signature: str,
    earlier: tuple[str, ...],
    now: str,
    form: str,
    output: Path | None,
) -> ExitCode:
    """Say why the message in FILE does not verify under SCHEME, and what to change; exit with 0 if it does.

    FILE (- for standard input) is a JSON body, form text, name=value lines, a raw HTTP message, the output
    of curl -v, a HAR file or a cassette. A cause is named only if it reproduces the signature to its last
    bit.

    Give all keys that you hold: PAYPROOF_<GATEWAY>_<ROLE> for each role (encryption_key, access_token, ...),
    and PAYPROOF_<GATEWAY>_SANDBOX_<ROLE> for the other environment's. None of them is ever shown.
    """
    from payproof.cli.options import write_report
    from payproof.cli.scheme_options import choose, load_spec
    from payproof.report.diagnosis import render, to_data
    from payproof.signing.recipe import Recipe

    spec = load_spec(chosen.gateway)
    scheme = choose(chosen, spec)
    if isinstance(scheme, Recipe):
        found, keys = _signed(chosen, given, spec, scheme, signature, earlier, now)
    else:
        found, keys = _sealed(chosen, given, spec, scheme, signature)
    text = render(found, keys) if form == "text" else json.dumps(to_data(found, keys), indent=2) + "\n"
    write_report(text, output)
    return ExitCode.CLEAN if found.verdict.ok else ExitCode.FINDINGS


def _signed(
    chosen: SchemeOptions,
    given: MessageOptions,
    spec: Spec,
    recipe: Recipe,
    signature: str,
    earlier: tuple[str, ...],
    now: str,
) -> tuple[Diagnosis, Keys]:
    from payproof.cli.diagnosing import all_keys, diagnosis_of, earlier_messages, read_messages
    from payproof.cli.placing import placed
    from payproof.cli.scheme_options import choose_recipe
    from payproof.cli.verify import read_moment
    from payproof.signing.carry import attach

    message = read_messages(given, recipe, chosen.scheme)
    chosen = placed(chosen, spec, message)
    recipe = choose_recipe(chosen, spec)
    if signature:
        message = attach(recipe, message, signature)
    keys = all_keys(chosen, spec, recipe)
    found = diagnosis_of(
        recipe,
        message,
        keys,
        spec=spec,
        chosen=chosen,
        earlier=earlier_messages(earlier),
        now_s=read_moment(now) if now else None,
    )
    return found, keys


def _sealed(
    chosen: SchemeOptions, given: MessageOptions, spec: Spec, envelope: Envelope, text: str
) -> tuple[Diagnosis, Keys]:
    from payproof.cli.decrypt import request_in
    from payproof.cli.diagnosing import all_keys
    from payproof.cli.messages import no_entries, read_bytes
    from payproof.signing.diagnosis.context import context_for
    from payproof.signing.diagnosis.layers import diagnose_envelope
    from payproof.signing.fields import text_of_bytes

    if given.entry:
        raise no_entries()
    sent = text or text_of_bytes(request_in(read_bytes(given.file), envelope.form_field))
    keys = all_keys(chosen, spec, envelope)
    context = context_for(spec, chosen.scheme)
    return diagnose_envelope(envelope, sent, keys, context=context), keys
