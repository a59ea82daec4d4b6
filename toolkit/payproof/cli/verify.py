"""`payproof verify`: whether a message's signature is right."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import MessageOptions, SchemeOptions, message_options, scheme_options
from payproof.errors import UsageError

if TYPE_CHECKING:
    from payproof.cli.placing import Placed
    from payproof.signing.keys import Keys
    from payproof.signing.verdict import Verdict

HINTS = {
    "mismatch": "payproof diagnose looks for the mistake; payproof explain shows what is signed",
    "missing-signature": "give the whole message as it travels; see the scheme's carry in payproof spec show",
    "empty-signature": "sign the message before it is sent",
    "malformed-signature": "compare its form with the scheme's: hex or Base64, prefix, letter case",
    "too-many-signatures": "refuse the message: nobody rotates that many keys",
    "repeated-header": "send each header once; a proxy may have added another",
    "unreadable-body": "give the body's bytes as they came, without a trace or a pretty-printer in between",
    "nothing-to-sign": "give the whole message as it travels, not a part of it",
    "duplicate-keys": "refuse the message: two readers may see two values",
    "missing-time": "give the message with its headers",
    "malformed-time": "send whole seconds since the epoch in ASCII digits",
    "stale": "refuse it as a replay, unless the clock is wrong; --now sets another moment",
    "future": "compare both clocks; --now sets another moment",
}


@click.command()
@scheme_options
@message_options
@click.option("--now", "now", default="", metavar="ISO|EPOCH", help="Judge the signing time at this moment.")
@click.option("--no-freshness", is_flag=True, help="Do not judge the signing time.")
@click.option(
    "--explain", "explained", is_flag=True, help="Show the steps to the signature, and why it fails."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(
    chosen: SchemeOptions,
    given: MessageOptions,
    now: str,
    no_freshness: bool,
    explained: bool,
    form: str,
) -> ExitCode:
    """Say whether the message in FILE carries the right signature of SCHEME; exit with 1 if not.

    FILE (- for standard input) is a JSON body, form text, name=value lines, a raw HTTP message, the output
    of curl -v, or a HAR file. The right signature of a message that fails is shown for test keys only.
    """
    from payproof.cli.placing import read_placed
    from payproof.cli.scheme_options import keys_for, roles_of
    from payproof.signing.verdict import verify as verify_message

    now_s = None if no_freshness else read_moment(now)
    read = read_placed(chosen, given)
    recipe, message = read.recipe, read.taken.message
    keys = keys_for(chosen, roles_of(recipe))
    verdict = verify_message(recipe, message, keys, now_s=now_s)
    _print(verdict, form)
    if explained and form == "text":
        _explain(read, keys, reveal=verdict.ok or keys.test)
        if not verdict.ok:
            _diagnose(read)
    return ExitCode.CLEAN if verdict.ok else ExitCode.FINDINGS


def _print(verdict: Verdict, form: str) -> None:
    hint = HINTS.get(verdict.reason, "")
    if form == "json":
        record = {"ok": verdict.ok, "reason": verdict.reason, "message": verdict.message, "hint": hint}
        click.echo(json.dumps(record, indent=2))
        return
    from payproof.cli.visible import visible

    click.echo(f"{verdict.reason}: {verdict.message if verdict.ok else visible(verdict.message)}")
    if hint:
        click.echo(f"  try: {hint}")


def _explain(read: Placed, keys: Keys, *, reveal: bool) -> None:
    from payproof.cli.diagnosing import all_keys
    from payproof.cli.explain import steps
    from payproof.cli.visible import visible
    from payproof.report.mask import mask_for
    from payproof.signing.carry import received_signature
    from payproof.signing.fields import UnreadableBody
    from payproof.signing.signer import explain
    from payproof.signing.stages import CannotSign

    recipe, message = read.recipe, read.taken.message
    try:
        trace, received = explain(recipe, message, keys), received_signature(recipe, message)
    except (CannotSign, UnreadableBody):
        return  # The verdict has said why there are no steps.
    click.echo("\n".join(steps(recipe, trace, keys, reveal=reveal)))
    # Beginners send a key as the signature.
    mask = mask_for(all_keys(read.chosen, read.spec, recipe))
    click.echo(f"received   {visible(mask(received)) if received is not None else 'none'}")


def _diagnose(read: Placed) -> None:
    from payproof.cli.diagnosing import all_keys, diagnosis_of
    from payproof.report.diagnosis import render

    keys = all_keys(read.chosen, read.spec, read.recipe)
    found = diagnosis_of(read.recipe, read.taken.message, keys, spec=read.spec, chosen=read.chosen)
    click.echo("\n" + render(found, keys), nl=False)


def read_moment(text: str) -> float:
    """Give a moment in seconds since the epoch, this machine's clock for an empty text; raises UsageError."""
    if not text:
        return time.time()
    from datetime import datetime
    from math import isfinite

    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
            seconds = (moment if moment.tzinfo else moment.astimezone()).timestamp()
        except (ValueError, OverflowError):
            seconds = float("nan")
    if not isfinite(seconds):
        raise UsageError(
            f"{text[:40]!r} is no moment",
            where="--now",
            hint="write seconds since the epoch, or ISO 8601 such as 2026-11-20T10:00:00+05:30",
        )
    return seconds
