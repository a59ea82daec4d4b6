"""`payproof webhook attack`: the receiver suite against a URL."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.inputs import Input
from payproof.cli.options import known_switches, switches
from payproof.errors import NothingCheckedError
from payproof.model import Message


@click.command()
@click.argument("gateway")
@click.argument("url")
@click.option(
    "--testbed",
    type=Input(dir_okay=False),
    help="Whose keys the receiver expects (YAML or JSON); the sandbox's test keys when left out.",
)
@click.option(
    "--event", default="", metavar="NAME", help="The webhook to send; the most telling one if empty."
)
@click.option(
    "--allow-live", "allowed", multiple=True, metavar="HOST", help="Allow a host other than this one."
)
@click.option("--previous", default="", metavar="MERCHANT", help="Merchant whose keys are taken too.")
@switches
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def attack(
    gateway: str,
    url: str,
    testbed: Path | None,
    event: str,
    allowed: tuple[str, ...],
    previous: str,
    switches: dict[str, str],
    form: str,
) -> ExitCode:
    """Send honest, forged, repeated and broken webhooks of GATEWAY to the receiver at URL.

    Use a receiver of a test environment, on this machine unless --allow-live names its host: honest
    deliveries are acted on. Keys come from the test bed, or from
    PAYPROOF_<GATEWAY>_<ROLE> and ..._FILE; never from the command line.
    """
    from payproof import gateway as gateways
    from payproof.adapters.live_guard import require_own_receiver
    from payproof.adapters.receiver import receiver_of
    from payproof.adapters.secrets import from_environment
    from payproof.conformance.deliveries import Deliveries
    from payproof.run.receiver import Suite
    from payproof.run.receiver_suite import attack as run
    from payproof.spec.testbed import Masked, load_testbed

    require_own_receiver(url, allowed, where="URL")
    chosen = gateways.load(gateway)
    known_switches(switches, chosen.spec.switches)
    bed = load_testbed(testbed, gateway=gateway) if testbed else chosen.testbed
    keys = from_environment(gateway, bed.merchants.get("main", {}), os.environ)
    bed = replace(bed, merchants={**bed.merchants, "main": Masked(keys)})
    deliveries = Deliveries(chosen.spec, bed, {**bed.switches, **switches}, time.time())
    line = _Line(receiver_of(url).send)
    verdicts = run(Suite(deliveries, line.send, event, previous=previous))
    if not line.answered:
        raise NothingCheckedError(
            "the receiver never answered", where="URL", hint="start it, or correct the URL"
        )
    if form == "json":
        rows = [
            {
                "property": one.property.id,
                "verdict": one.word,
                "message": one.message,
                "promise": one.property.says,
                "hint": one.property.fix if one.word == "broken" else "",
                "evidence": one.evidence,
            }
            for one in verdicts
        ]
        click.echo(json.dumps({"version": 1, "gateway": gateway, "properties": rows}, indent=2))
    else:
        from payproof.run.receiver_text import table

        click.echo(table(verdicts, "URL"))
    return ExitCode.FINDINGS if any(one.word == "broken" for one in verdicts) else ExitCode.CLEAN


@dataclass
class _Line:
    """Sends to a receiver, and remembers whether it ever answered.

    Args:
        through: Sends; the status of what came of it is 0 where there was no answer.
    """

    through: Callable[[Message], Message]
    answered: bool = False

    def send(self, message: Message) -> Message:
        """Give the receiver's answer."""
        reply = self.through(message)
        self.answered = self.answered or reply.status != 0
        return reply
