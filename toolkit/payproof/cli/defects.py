"""`payproof defects`: what a sandbox can be made to get wrong."""

from __future__ import annotations

import json
from pathlib import Path

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.roots import load, root_option


@click.command()
@click.argument("gateway")
@click.option("--all", "every", is_flag=True, help="Also those made from each constraint of the spec.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@root_option
def defects(gateway: str, every: bool, form: str, roots: tuple[Path, ...]) -> ExitCode:
    """List the defects that `payproof sandbox GATEWAY --defect NAME` can plant."""
    rows = sorted(load(gateway, roots).defects(every=every), key=lambda row: (row.category, row.name))
    if form == "json":
        data = [{"name": row.name, "category": row.category, "breaks": row.breaks} for row in rows]
        click.echo(json.dumps(data, indent=2))
        return ExitCode.CLEAN
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row.name.ljust(width)}  {row.category:<14}  {row.breaks}")
    return ExitCode.CLEAN
