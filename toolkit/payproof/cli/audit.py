"""`payproof audit`: archives judged in bulk."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.inputs import Input
from payproof.cli.options import known_switches, report_options, switches, wants_colour, write_report
from payproof.errors import NothingCheckedError
from payproof.model import Severity

if TYPE_CHECKING:
    from payproof.audit import Partial
    from payproof.gateway import Gateway


@click.command()
@click.argument("gateway", metavar="GATEWAY")
@click.argument("files", nargs=-1, required=True, type=Input())
@click.option(
    "--testbed", type=click.Path(dir_okay=False, path_type=Path), help="Keys to verify signatures with."
)
@click.option("--no-keys", is_flag=True, help="Use the verdicts that the recordings kept.")
@click.option(
    "--no-life-cycle", "life_cycle", flag_value=False, default=True, help="Leave the life cycles out."
)
@click.option("--jobs", type=click.IntRange(1), default=None, show_default="all cores", help="Processes.")
@click.option(
    "--state", type=click.Path(dir_okay=False, path_type=Path), help="Go on from here if cut short."
)
@switches
@report_options
def audit(
    gateway: str,
    files: tuple[Path, ...],
    testbed: Path | None,
    no_keys: bool,
    life_cycle: bool,
    jobs: int | None,
    state: Path | None,
    switches: dict[str, str],
    form: str,
    output: Path | None,
    fail_on: str,
    verbose: bool,
) -> ExitCode:
    """Judge archives of GATEWAY's traffic: form, signature and life cycle of every record.

    FILES are NDJSON, vcrpy or HAR, also compressed, or folders of them. Keys come from the test bed, or from
    PAYPROOF_<GATEWAY>_<ROLE> and ..._FILE.
    """
    from payproof import gateway as gateways
    from payproof.audit import pieces
    from payproof.audit.run import Job
    from payproof.audit.run import audit as run_audit

    chosen = gateways.load(gateway)
    known_switches(switches, chosen.spec.switches)
    keys = None if no_keys else _keys(chosen, testbed)
    job = Job(chosen.spec.path, keys, switches, Path() if life_cycle and chosen.spec.life_cycles else None)
    parts = list(pieces(list(files)))
    shown = _Progress()
    try:
        made = run_audit(
            job,
            parts,
            run_id=secrets.token_hex(8),
            processes=jobs or os.cpu_count() or 1,
            state=state,
            progress=shown,
        )
    finally:
        shown.clear()
    if not made.counts["records"]:
        raise NothingCheckedError(
            "there is no recorded interaction", where=str(files[0]), hint="check the files"
        )
    if state is not None:
        state.unlink(missing_ok=True)
    level = Severity.of(fail_on)
    text = (
        _text(made, colour=output is None and wants_colour(sys.stdout), verbose=verbose)
        if form == "text"
        else _rendered(form, chosen.name, made, level)
    )
    write_report(text, output)
    failed = any(one.severity >= level for one in made.findings.values())
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN


def _keys(chosen: Gateway, testbed: Path | None) -> dict[str, str]:
    from payproof.adapters.secrets import from_environment
    from payproof.spec.testbed import load_testbed

    bed = load_testbed(testbed) if testbed is not None else chosen.testbed
    return dict(from_environment(chosen.name, dict(bed.merchants.get("main", {})), os.environ))


class _Progress:
    """One line on a terminal: how far the audit is."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int, records: int) -> None:
        if self._shown:
            share = 100 * done // total if total else 100
            sys.stderr.write(f"\r\x1b[K{share} % of {total / 1e6:.0f} MB, {records} records")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _text(made: Partial, *, colour: bool, verbose: bool) -> str:
    from payproof.cli.findings_text import counted, findings_text

    rows = made.rows()
    counts = ", ".join(
        f"{number} {name}" for name, number in sorted(made.counts.items()) if name != "records"
    )
    lines = list(findings_text(rows, colour=colour, verbose=verbose))
    return "\n".join([*lines, f"audit: {made.counts['records']} records ({counts}); {counted(rows)}"]) + "\n"


def _rendered(form: str, name: str, made: Partial, level: Severity) -> str:
    from payproof import __version__
    from payproof.report import render
    from payproof.report.result import Result, Tally

    tally = Tally()
    for operation, number in made.operations.items():
        tally.of(operation, "observed").run = number
    notes = [f"{number} {what}" for what, number in sorted(made.counts.items())]
    names = sorted(made.operations)
    result = Result(
        name,
        "archives",
        0,
        "",
        {},
        notes,
        made.rows(),
        tally,
        names,
        frozenset(names),
        0.0,
        level,
        __version__,
    )
    return render(form, result)
