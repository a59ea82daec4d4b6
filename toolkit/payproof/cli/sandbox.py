"""`payproof sandbox`: a gateway on this machine, with state, signatures, faults and a clock that moves."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payproof.cli.inputs import Input
from payproof.cli.roots import load, root_option
from payproof.errors import UsageError

if TYPE_CHECKING:
    from payproof.adapters.server import SandboxServer
    from payproof.gateway import Gateway
    from payproof.simulator.engine import Simulator
    from payproof.spec.testbed import Testbed


def settings(pairs: tuple[str, ...]) -> dict[str, str]:
    """Give `name=setting` pairs as a mapping; raises UsageError for one without `=`."""
    made = {}
    for pair in pairs:
        name, found, setting = pair.partition("=")
        if not found or not name:
            raise UsageError(
                f"{pair[:60]!r} is no switch setting", where="--switch", hint="give NAME=SETTING"
            )
        made[name] = setting
    return made


def clock_from(text: str) -> Callable[[], float]:
    """Give a clock that starts at a moment and runs on at the usual pace; `now` is this machine's."""
    if text == "now":
        return time.time
    try:
        start = datetime.fromisoformat(text)
        start_s = (start if start.tzinfo else start.astimezone()).timestamp()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text[:40]!r} is no moment",
            where="--clock",
            hint="give now or ISO 8601, such as 2026-01-31T10:00:00+05:30",
        ) from None
    begun = time.monotonic()
    return lambda: start_s + (time.monotonic() - begun)


@click.command()
@click.argument("gateway")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=0, show_default="a free one", type=click.IntRange(0, 65535), help="Port of the gateway."
)
@click.option("--seed", default=0, show_default=True, type=int, help="Seed of every id that is made up.")
@click.option(
    "--switch",
    "switches",
    multiple=True,
    metavar="NAME=SETTING",
    help="Settle what the documents leave open; see `payproof spec show`.",
)
@click.option(
    "--defect", "defects", multiple=True, metavar="NAME", help="Plant a named defect; see `payproof defects`."
)
@click.option(
    "--clock", default="now", show_default=True, metavar="now|ISO", help="The gateway's time at the start."
)
@click.option("--webhook-url", default="", metavar="URL", help="Deliver webhooks there.")
@click.option(
    "--control-port",
    default=0,
    show_default="a free one",
    type=click.IntRange(0, 65535),
    help="Port of the control API.",
)
@click.option("--no-control", is_flag=True, help="Do not offer the control API.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the control token there, readable by you alone, in place of printing it.",
)
@click.option(
    "--testbed",
    type=Input(dir_okay=False),
    help="Merchants, ids and seed state in place of the gateway's own.",
)
@root_option
@click.option(
    "--list-outcomes", is_flag=True, help="List the amounts and references that force an outcome, and leave."
)
def sandbox(
    gateway: str,
    host: str,
    port: int,
    seed: int,
    switches: tuple[str, ...],
    defects: tuple[str, ...],
    clock: str,
    webhook_url: str,
    control_port: int,
    no_control: bool,
    token_file: Path | None,
    testbed: Path | None,
    roots: tuple[Path, ...],
    list_outcomes: bool,
) -> None:
    """Run GATEWAY's sandbox until interrupted."""
    _consistent(host, no_control, control_port, token_file)
    from payproof.adapters.server import SandboxServer
    from payproof.spec.testbed import load_testbed

    found = load(gateway, roots)
    bed = load_testbed(testbed) if testbed else found.testbed
    if list_outcomes:
        _list_outcomes(bed)
        return
    simulator = found.simulator(testbed=bed, switches=settings(switches), defects=defects, seed=seed)
    server = SandboxServer(
        simulator,
        host=host,
        port=port,
        control=not no_control,
        control_port=control_port,
        webhook_url=webhook_url,
        clock=clock_from(clock),
    )
    _run(server, lambda: _announce(found, simulator, server, token_file))


def _consistent(host: str, no_control: bool, control_port: int, token_file: Path | None) -> None:
    try:
        host.encode("idna")
    except UnicodeError:
        hint = "give an address of this machine, such as 127.0.0.1"
        raise UsageError("this is no host's name", where="--host", hint=hint) from None
    given = {"--control-port": control_port, "--token-file": token_file}
    if no_control and any(given.values()):
        where = ", ".join(name for name, value in given.items() if value)
        raise UsageError("there is no control API in this run", where=where, hint="leave out --no-control")


def _list_outcomes(bed: Testbed) -> None:
    """Print the rows of the test bed's `state.outcomes`; the first that fits decides."""
    for row in (bed.state or {}).get("outcomes") or ():
        when = (
            ", ".join(f"{name} {row[name]}" for name in ("amount", "reference") if name in row) or "otherwise"
        )
        code = f" ({row['code']})" if "code" in row else ""
        click.echo(f"{row.get('for', 'any'):<8} {when:<28} {row.get('result', '')}{code}")
    settlement = (bed.state or {}).get("settlement") or {}
    for name, how in settlement.items():
        words = how if isinstance(how, str) else " ".join(f"{key} {value}" for key, value in how.items())
        click.echo(f"{name} settle {words}")


def _run(server: SandboxServer, announce: Callable[[], None]) -> None:
    """Serve until SIGINT (KeyboardInterrupt, which the command line turns into 130) or SIGTERM."""

    async def main() -> bool:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        interrupted = False

        def stop(by_user: bool) -> None:
            nonlocal interrupted
            interrupted = by_user
            ended.set()

        loop.add_signal_handler(signal.SIGINT, stop, True)
        loop.add_signal_handler(signal.SIGTERM, stop, False)
        await server.start()
        try:
            announce()
            await ended.wait()
        finally:
            await server.stop()
        return interrupted

    if asyncio.run(main()):
        raise KeyboardInterrupt


def _announce(gateway: Gateway, simulator: Simulator, server: SandboxServer, token_file: Path | None) -> None:
    say = click.echo
    say(f"{gateway.name} sandbox: {server.url}")
    for path in dict.fromkeys(base for one in gateway.spec.operations.values() for base in one.base_paths):
        say(f"  base path {path or '/'}")
    for name, merchant in simulator.merchants.items():
        if not simulator.testbed.test_keys:
            say(f"  merchant {name}: keys from the testbed, not shown (it does not call them test keys)")
            continue
        shown = ", ".join(f"{role} {row[0].text!s}" for role, row in merchant.keys.items())
        say(f"  merchant {name}: {shown}")
    if server.control_url:
        say(f"  control API {server.control_url}")
        _give_token(server.token, token_file)
    elif not server.control_url:
        click.echo("  control API off", err=True)
    sys.stdout.flush()


def _give_token(token: str, path: Path | None) -> None:
    if path is None:
        click.echo(f"  control token {token}", err=True)
        return
    try:
        # Made anew and never followed through a link, so that nobody else can be reading it already.
        if os.path.exists(path) and not path.is_file():
            raise OSError(errno.EEXIST, "this is no regular file")
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            f"cannot write the token ({error.strerror})",
            where=f"--token-file {path}",
            hint="name a file in a folder of yours",
        ) from None
    with os.fdopen(handle, "w") as file:
        file.write(token + "\n")
    click.echo(f"  control token in {path}", err=True)
