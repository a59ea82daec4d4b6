"""`payproof cassette`: record, redact, lint, replay and recover recordings."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import click

from payproof.cli.cassette_parts import gateway_of, keys_for_tests, real_keys, wait_forever
from payproof.cli.exit_codes import ExitCode
from payproof.cli.inputs import Input
from payproof.cli.options import switches, write_bytes
from payproof.cli.roots import root_option
from payproof.cli.whose import whose
from payproof.errors import NothingCheckedError
from payproof.model import Finding, Severity

_FILES = click.argument("files", nargs=-1, required=True, type=Input())
_GATEWAY = click.option(
    "--gateway",
    "name",
    metavar="NAME",
    help="Whose traffic it is; needed where neither FILES nor a folder say it.",
)
_OUT = click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)


@click.group()
def cassette() -> None:
    """Record traffic safely, and use recordings: redact, lint, replay, recover."""


class _Around(click.Command):
    """Takes everything behind `--around` as a command line of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--around" in args:
            at = args.index("--around")
            args, ctx.meta["payproof.around"] = args[:at], args[at + 1 :]
            if not ctx.meta["payproof.around"]:
                raise click.UsageError("--around needs a command behind it", ctx)
        return super().parse_args(ctx, args)


@cassette.command(cls=_Around, epilog="Everything behind --around is the command to run; it comes last.")
@click.argument("name", metavar="GATEWAY")
@click.option("--url", required=True, help="Base URL of the one gateway that is forwarded to.")
@_OUT
@click.option("--port", default=0, show_default="a free one", type=click.IntRange(0, 65535))
@click.option("--allow-live", multiple=True, metavar="HOST", help="Allow reads at this real gateway's host.")
@click.option("--allow-writes", is_flag=True, help="Allow writes there too: they move real money.")
@click.option(
    "--ca",
    type=Input(dir_okay=False),
    help="Authority (PEM) that the gateway's certificate must come from, in place of the usual ones.",
)
@click.option(
    "--base-url-env",
    default="PAYPROOF_BASE_URL",
    show_default=True,
    metavar="VARIABLE",
    help="Variable in which the command behind --around finds the recorder's URL.",
)
@switches
@root_option
@click.pass_context
def record(ctx: click.Context, /, **asked: Any) -> int:
    """Forward requests to one gateway and write what was said, redacted before the first byte is written.

    The recorder listens on this machine only. Without --around it runs until interrupted. Real keys come
    from PAYPROOF_<GATEWAY>_<ROLE> and ..._FILE; without them signatures are recorded as unverifiable.
    """
    from payproof.cli.cassette_record import run

    return run(ctx.meta.get("payproof.around"), **asked)


@cassette.command()
@_FILES
@_GATEWAY
@_OUT
@click.option(
    "--unknown",
    type=click.Choice(["personal", "text"]),
    default="personal",
    show_default=True,
    help="What fields are which the spec does not describe.",
)
@switches
@root_option
def redact(
    files: tuple[Path, ...],
    name: str | None,
    output: Path,
    unknown: Any,
    switches: dict[str, str],
    roots: tuple[Path, ...],
) -> ExitCode:
    """Write FILES again without secrets and personal data, as a journal (.ndjson) or for vcrpy (.yaml)."""
    from payproof.cassettes.journal import export_yaml
    from payproof.cassettes.journal_lines import entry_line, header_line
    from payproof.cassettes.read import read_all
    from payproof.cassettes.redaction.redact import Policy, Redactor

    chosen = gateway_of(name or whose(files, roots), roots)
    fixed = {**chosen.testbed.switches, **switches}
    keys = real_keys(chosen)
    policy = Policy(chosen.spec, keys_for_tests(chosen), os.urandom(32), keys, unknown, fixed)
    redactor = Redactor(policy)
    rows = [redactor.redact(one) for one in read_all(list(files))]
    if not rows:
        raise _nothing("there is no recorded interaction", files)
    header = {"gateway": chosen.name, "spec": chosen.spec.version, "redacted": True}
    if output.suffix in (".ndjson", ".jsonl"):
        data = header_line(header) + b"".join(entry_line(row) for row in rows)
    else:
        data = export_yaml(rows, header).encode()
    write_bytes(data, output, private=True)
    click.echo(f"{len(rows)} entries written to {_name(output)}", err=True)
    return ExitCode.CLEAN


@cassette.command()
@_FILES
@_GATEWAY
@click.option("--warn-days", default=90.0, show_default=True, type=click.FloatRange(0))
@click.option("--fail-days", default=365.0, show_default=True, type=click.FloatRange(0))
@click.option(
    "--used",
    type=Input(dir_okay=False),
    help="File that lists the entries which tests played, one FILE:ENTRY a line.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on", type=click.Choice([one.label for one in Severity]), default="error", show_default=True
)
@switches
@root_option
def lint(
    files: tuple[Path, ...],
    name: str | None,
    warn_days: float,
    fail_days: float,
    used: Path | None,
    form: str,
    fail_on: str,
    switches: dict[str, str],
    roots: tuple[Path, ...],
) -> ExitCode:
    """Say what is wrong with the recordings in FILES: schema, signature, secrets, cards, age, use.

    Each file is held against the gateway that it names, so that one call takes those of several gateways.
    """
    from payproof.cassettes.lint import Age
    from payproof.cli.cassette_lint import findings_of

    age, entries = Age(warn_days, fail_days), _used(used)
    findings = findings_of(files, name, roots, age=age, used=entries, switches=switches, now_s=time.time())
    _print(findings, form)
    failed = any(row.severity >= Severity.of(fail_on) for row in findings)
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN


def _used(path: Path | None) -> frozenset[str] | None:
    if path is None:
        return None
    from payproof.files import read_bytes

    data, _ = read_bytes(path)
    return frozenset(line.strip() for line in data.decode("utf-8", "replace").splitlines() if line.strip())


def _print(findings: list[Finding], form: str) -> None:
    from payproof.cli.findings_text import counted
    from payproof.report.json import finding_data
    from payproof.report.printable import printable

    if form == "json":
        click.echo(json.dumps([finding_data(row) for row in findings], indent=2))
        return
    for row in sorted(findings, key=lambda one: -one.severity):
        place = f"{printable(row.location.source)}  {printable(str(row.location))}"
        click.echo(f"{row.severity.label}  {row.rule}  {place}")
        click.echo(f"  {printable(row.message)}")
        click.echo(f"  try: {printable(row.hint)}")
    click.echo(counted(findings) if findings else "nothing to mend")


@cassette.command()
@_FILES
@_GATEWAY
@click.option("--port", default=0, show_default="a free one", type=click.IntRange(0, 65535))
@click.option(
    "--at-end",
    type=click.Choice(["repeat", "error"]),
    default="repeat",
    show_default=True,
    help="What a request gets that is asked for more often than it was recorded.",
)
@switches
@root_option
def replay(
    files: tuple[Path, ...],
    name: str | None,
    port: int,
    at_end: Any,
    switches: dict[str, str],
    roots: tuple[Path, ...],
) -> ExitCode:
    """Answer requests on this machine from the recordings in FILES until interrupted; 501 is not recorded."""
    from payproof.adapters.loopback import serve_loopback
    from payproof.adapters.replayer import replay_handler
    from payproof.cassettes.read import read_all
    from payproof.cassettes.replay import Replay
    from payproof.report.printable import printable_lines
    from payproof.signing import Keys

    chosen = gateway_of(name or whose(files, roots), roots)
    # Clients seal with the real key, recordings are sealed with the test key.
    tests, real = keys_for_tests(chosen), real_keys(chosen) or {}
    keys = Keys.of({role: [text, *([real[role]] if role in real else [])] for role, text in tests.items()})
    rows = Replay(
        read_all(list(files)),
        chosen.spec,
        at_end=at_end,
        keys=keys,
        switches={**chosen.testbed.switches, **switches},
    )
    if not rows.count:
        raise _nothing("there is no recorded answer", files)
    handler = replay_handler(rows, lambda text: click.echo(printable_lines(text), err=True))
    with serve_loopback(handler, port) as origin:
        click.echo(f"{chosen.name}: {rows.count} recorded answers at {origin}")
        wait_forever()
    return ExitCode.CLEAN


@cassette.command()
@click.argument("journal", type=Input(dir_okay=False))
@_OUT
def recover(journal: Path, output: Path) -> ExitCode:
    """Export JOURNAL, torn by a crash or not, as YAML that vcrpy and pytest-recording replay."""
    from payproof.cassettes.journal import recovered

    text, count, torn = recovered(journal)
    write_bytes(text.encode(), output, private=True)
    note = "; a torn last entry was left out" if torn else ""
    click.echo(f"{count} entries written to {_name(output)}{note}", err=True)
    return ExitCode.CLEAN


def _nothing(what: str, files: tuple[Path, ...]) -> NothingCheckedError:
    return NothingCheckedError(what, where=str(files[0]), hint="record some, or name other files")


def _name(output: Path) -> str:
    return "standard output" if str(output) == "-" else str(output)
