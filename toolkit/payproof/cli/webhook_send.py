"""`payproof webhook send`: one documented event, signed, to a URL."""

from __future__ import annotations

import http.client
import os
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.inputs import Input
from payproof.cli.options import known_switches, switches
from payproof.cli.roots import load, root_option
from payproof.errors import NothingCheckedError, UsageError

if TYPE_CHECKING:
    from payproof.gateway import Gateway
    from payproof.signing import Keys


@click.command()
@click.argument("gateway")
@click.argument("event", required=False, default="")
@click.option("--to", "url", default="", metavar="URL", help="The receiver.")
@click.option("--example", default="", metavar="NAME", help="Which documented body; the first when left out.")
@click.option("--merchant", default="main", show_default=True, help="Whose keys of the test bed.")
@click.option(
    "--id", "delivery_id", default="", metavar="ID", help="Its delivery id; a new one when left out."
)
@click.option(
    "--testbed",
    type=Input(dir_okay=False),
    help="Take the keys from this test bed; PAYPROOF_<GATEWAY>_<ROLE> replaces them.",
)
@click.option(
    "--allow-live", "allowed", multiple=True, metavar="HOST", help="Allow a host other than this one."
)
@click.option("--list", "listed", is_flag=True, help="List the events and their bodies, and send nothing.")
@switches
@root_option
def send(
    gateway: str,
    event: str,
    url: str,
    example: str,
    merchant: str,
    delivery_id: str,
    testbed: Path | None,
    allowed: tuple[str, ...],
    listed: bool,
    switches: dict[str, str],
    roots: tuple[Path, ...],
) -> ExitCode:
    """Send the documented EVENT of GATEWAY, signed, to a receiver, and print what that answers.

    The receiver must be on this machine unless --allow-live names its host. Exits with 1 when the answer is
    no success.
    """
    from payproof.adapters.live_guard import require_own_receiver
    from payproof.adapters.webhook_pump import post
    from payproof.run.sending import webhook_message
    from payproof.simulator.webhooks import Delivery

    found = load(gateway, roots)
    if listed:
        _list(found)
        return ExitCode.CLEAN
    require_own_receiver(url, allowed, where="--to")
    known_switches(switches, found.spec.switches)
    name = _id(delivery_id) if delivery_id else f"msg_{uuid.uuid4().hex}"
    keys = _keys(found, testbed, merchant)
    now_s = time.time()
    message = webhook_message(
        found.spec, event, keys, url=url, example=example, switches=switches, now_s=now_s, delivery_id=name
    )
    try:
        status = post(url, Delivery(name, event, url, 1, now_s, message))
    except (OSError, http.client.HTTPException) as error:
        what = f"the receiver did not answer ({type(error).__name__})"
        raise NothingCheckedError(what, where="--to", hint="start it, or correct the URL") from None
    click.echo(f"{event} {name}: {status}")
    return ExitCode.CLEAN if 200 <= status < 300 else ExitCode.FINDINGS


def _id(text: str) -> str:
    # It travels in a header as it was signed: no line may end in it, and nothing may be stripped off.
    if not text.isascii() or not text.isprintable() or " " in text:
        hint = "use visible ASCII characters without spaces"
        raise UsageError("this delivery id cannot travel in a header", where="--id", hint=hint)
    return text


def _list(found: Gateway) -> None:
    from payproof.run.sending import examples

    for name, webhook in found.spec.webhooks.items():
        bodies = ", ".join(examples(webhook)) or "-"
        click.echo(f"{name:<28} {bodies}")


def _keys(found: Gateway, testbed: Path | None, merchant: str) -> Keys:
    from payproof.adapters.secrets import from_environment
    from payproof.signing import Keys
    from payproof.spec.testbed import load_testbed

    bed = load_testbed(testbed, gateway=found.name) if testbed is not None else found.testbed
    if merchant not in bed.merchants:
        hint = f"known: {', '.join(bed.merchants)}"
        raise UsageError(f"the test bed has no merchant {merchant[:40]!r}", where="--merchant", hint=hint)
    texts = from_environment(found.name, bed.merchants[merchant], os.environ)
    return Keys.of(texts, test=bed.test_keys and texts == dict(bed.merchants[merchant]))
