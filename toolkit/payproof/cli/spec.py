"""`payproof spec`: what a gateway promises, on what evidence, and whether its document holds together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.roots import load, names, root_option
from payproof.errors import UsageError
from payproof.model import Finding, Severity
from payproof.report.printable import printable

_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group()
def spec() -> None:
    """Show or lint a gateway's OpenAPI document."""


@spec.command()
@click.argument("gateway", required=False)
@click.argument("part", required=False)
@_format
@root_option
def show(gateway: str | None, part: str | None, form: str, roots: tuple[Path, ...]) -> ExitCode:
    """Show what GATEWAY promises; PART is an operationId, a webhook, a signing scheme or a switch.

    Without GATEWAY, list the gateways.
    """
    if gateway is None:
        found = names(roots)
        click.echo(json.dumps(list(found)) if form == "json" else "\n".join(found))
        return ExitCode.CLEAN
    document = load(gateway, roots).spec
    if part is not None:
        click.echo(_part(document, part, form))
    elif form == "json":
        click.echo(json.dumps(document.resolved, indent=2, default=str))
    else:
        click.echo("\n".join(_overview(document)))
    return ExitCode.CLEAN


@spec.command()
@click.argument("gateway")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it to this file.")
@root_option
def testbed(gateway: str, output: Path | None, roots: tuple[Path, ...]) -> ExitCode:
    """Print the sandbox's test bed: a form to fill in for `check GATEWAY --url URL --testbed FILE`.

    Its keys are invented and marked as test keys; drop that mark with your own.
    """
    from payproof.cli.options import write_report

    path = load(gateway, roots).spec.path.parent / "testbed.yaml"
    write_report(path.read_text(encoding="utf-8"), output)
    return ExitCode.CLEAN


def _overview(document: Any) -> Iterator[str]:
    info = document.document.get("info") or {}
    yield f"{info.get('title', document.name)} {document.version}  ({document.path.name})"
    yield from _section("servers", [(server.environment or "-", server.url) for server in document.servers])
    yield from _section(
        "operations",
        [(row.id, f"{row.method} {row.path}{_target(row)}") for row in document.operations.values()],
    )
    yield from _section("webhooks", [(row.id, _line(row.summary)) for row in document.webhooks.values()])
    schemes = document.schemes.items()
    yield from _section(
        "signing schemes",
        [
            (name, f"{_line(row.get('summary', ''))} [{row.get('x-evidence', 'unknown')}]")
            for name, row in schemes
        ],
    )
    profiles = document.profiles.items()
    yield from _section("signing profiles", [(name, _line(row.get("summary", ""))) for name, row in profiles])
    yield from _section(
        "life cycles", [(name, _line(row.get("summary", ""))) for name, row in document.life_cycles.items()]
    )
    yield from _section(
        "switches (* is the default)", [(row.name, _settings(row)) for row in document.switches.values()]
    )


def _target(operation: Any) -> str:
    target = operation.raw.get("x-target")
    return f"  ({target}: not run by check)" if target else ""


def _settings(switch: Any) -> str:
    return " | ".join(f"{name}*" if name == switch.default else name for name in switch.settings)


def _line(text: str) -> str:
    return printable(" ".join(str(text).split()), limit=160)


def _section(title: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    if rows:
        width = max(len(name) for name, _ in rows)
        yield f"\n{title}"
        yield from (f"  {name.ljust(width)}  {printable(text)}" for name, text in rows)


def _part(document: Any, part: str, form: str) -> str:
    homes = {
        "operation": {name: row.raw for name, row in document.operations.items()},
        "webhook": {name: row.raw for name, row in document.webhooks.items()},
        "signing scheme": document.schemes,
        "signing profile": document.profiles,
        "switch": document.document.get("x-switches") or {},
        "life cycle": document.life_cycles,
    }
    for kind, rows in homes.items():
        if part in rows:
            return _shown(kind, part, rows[part], form)
    import difflib

    known = [name for rows in homes.values() for name in rows]
    near = difflib.get_close_matches(part, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"`payproof spec show {document.name}` lists them"
    raise UsageError(f"{document.name} has no part {part!r}", where="PART", hint=hint)


def _shown(kind: str, name: str, data: Any, form: str) -> str:
    if form == "json":
        return json.dumps(data, indent=2, default=str)
    from payproof.files import dump_yaml

    return f"{kind} {name}\n\n{dump_yaml(data)}".rstrip()


@spec.command()
@click.argument("gateway")
@_format
@root_option
@click.option(
    "--fail-on", type=click.Choice(["note", "warning", "error"]), default="warning", show_default=True
)
def lint(gateway: str, form: str, roots: tuple[Path, ...], fail_on: str) -> ExitCode:
    """Say what in GATEWAY's document and test bed does not hold together."""
    from payproof.cli.findings_text import counted
    from payproof.spec.lint import lint as judge

    chosen = load(gateway, roots)
    findings = sorted(judge(chosen.spec, chosen.testbed), key=lambda row: (-row.severity, str(row.location)))
    if form == "json":
        from payproof.report.json import finding_data

        click.echo(json.dumps([finding_data(row) for row in findings], indent=2))
    else:
        for row in findings:
            click.echo("\n".join(_lint_lines(row)))
        click.echo(f"{gateway}: {counted(findings)}" if findings else f"{gateway}: nothing to mend")
    failed = any(row.severity >= Severity.of(fail_on) for row in findings)
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN


def _lint_lines(row: Finding) -> Iterator[str]:
    yield f"{row.severity.label}  {row.rule}  {printable(row.location.source or str(row.location))}"
    yield f"  {printable(row.message)}"
    if row.hint:
        yield f"  try: {printable(row.hint)}"
