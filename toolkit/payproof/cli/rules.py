"""`payproof rules`: what a rule id stands for."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from payproof.cli.exit_codes import ExitCode
from payproof.report.printable import printable
from payproof.rules import Rule


@click.command()
@click.argument("rule_id", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rules(rule_id: str | None, form: str) -> ExitCode:
    """List every rule, or explain the rule RULE_ID with example and fix."""
    from payproof import rules as registry

    load_rules()
    chosen = [registry.get(rule_id)] if rule_id else list(registry.all_rules().values())
    if form == "json":
        click.echo(json.dumps([_data(row) for row in chosen], indent=2, default=str))
    elif rule_id:
        click.echo(_explained(chosen[0]))
    else:
        width = max(len(row.id) for row in chosen)
        for row in chosen:
            click.echo(f"{row.id.ljust(width)}  {row.severity.label:<7}  {row.summary}")
    return ExitCode.CLEAN


def load_rules() -> None:
    """Import every module of the package that registers rules."""
    import pkgutil
    from importlib import import_module
    from importlib.util import find_spec

    import payproof.run.check
    import payproof.run.exchanges  # noqa: F401 (registers the rules of guarded tests)

    for area in (
        "payproof.drift.rules",
        "payproof.spec.lint",
        "payproof.cassettes.lint",
        "payproof.lifecycle.rulebook",
    ):
        try:
            found = find_spec(area)
        except ModuleNotFoundError:
            found = None
        if found is None:
            continue
        module = import_module(area)
        for one in pkgutil.iter_modules(getattr(module, "__path__", [])):
            import_module(f"{area}.{one.name}")


def _data(row: Rule) -> dict[str, object]:
    example = {name: value for name, value in asdict(row.example).items() if value is not None}
    return {
        "id": row.id,
        "severity": row.severity.label,
        "summary": row.summary,
        "fix": row.fix,
        "example": example,
        "area": row.area,
        "rests_on": row.rests_on,
    }


def _explained(row: Rule) -> str:
    lines = [
        f"{row.id} ({row.severity.label}, {row.area})",
        f"  {row.summary}",
        f"  rests on: {row.rests_on}",
    ]
    for name, value in asdict(row.example).items():
        if value is not None:
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            label = "example" if name == "input" else name
            lines.append(f"  {label}: {printable(shown, limit=2000)}")
    return "\n".join([*lines, f"  fix: {row.fix}"] if row.fix else lines)
