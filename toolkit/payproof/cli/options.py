"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from payproof.cli.inputs import Input
from payproof.errors import UsageError
from payproof.model import Severity
from payproof.report import FORMATS

F = TypeVar("F", bound=Callable[..., Any])


def switches(function: F) -> F:
    """Add `--switch NAME=SETTING`, which may be repeated; gives a dictionary."""
    return click.option(
        "--switch",
        "switches",
        multiple=True,
        metavar="NAME=SETTING",
        callback=lambda _ctx, _param, rows: read_switches(rows),
        help="Fix what the documents leave open; `payproof spec show` lists the switches.",
    )(function)


def read_switches(rows: tuple[str, ...]) -> dict[str, str]:
    """Read `name=setting` texts; raises UsageError for another form or a name given twice."""
    found: dict[str, str] = {}
    for row in rows:
        name, mark, setting = row.partition("=")
        if not mark or not name or not setting or name in found:
            raise UsageError(
                f"{row!r} does not set a switch",
                where="--switch",
                hint="write --switch NAME=SETTING, each name once",
            )
        found[name] = setting
    return found


def known_switches(given: Mapping[str, str], known: Mapping[str, Any]) -> None:
    """Raise UsageError for a switch or setting which the spec does not have."""
    for name, setting in given.items():
        if name not in known:
            hint = f"known: {', '.join(known) or 'none'}"
            raise UsageError(f"the spec has no switch {name!r}", where="--switch", hint=hint)
        if setting not in known[name].settings:
            hint = f"known: {', '.join(known[name].settings)}"
            raise UsageError(f"the switch {name} has no setting {setting!r}", where="--switch", hint=hint)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report is wanted.

    Args:
        form: Name of the format.
        output: File to write, or None for standard output.
        fail_on: The severity from which on the command exits with 1.
        verbose: Whether details are shown.
    """

    form: str
    output: Path | None
    fail_on: Severity
    verbose: bool


def _with_folder(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file in a folder that is not there before the work is done, not after."""
    if path is not None and not os.path.isdir(path.parent):
        raise UsageError(f"there is no folder {str(path.parent)[:200]!r}", where="-o", hint="make it first")
    return path


def report_options(function: F) -> F:
    """Add `--format`, `-o`, `--fail-on` and `-v`; they come as `form`, `output`, `fail_on`, `verbose`."""
    options = (
        click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, path_type=Path),
            callback=_with_folder,
            help="Write the report to this file.",
        ),
        # A warning or note rests on less than the documents, so by default it fails nobody's build.
        click.option(
            "--fail-on",
            type=click.Choice([one.label for one in Severity]),
            default=Severity.ERROR.label,
            show_default=True,
            help="Exit with 1 at findings of this severity or worse.",
        ),
        click.option("-v", "--verbose", is_flag=True, help="Show the details of each finding."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """What is accepted, and what shall be.

    Args:
        known: A baseline to hold the findings against.
        write: A baseline to put this run's failing findings into.
        reason, expires: Why they are accepted, and the last day (YYYY-MM-DD) on which they are.
    """

    known: Path | None = None
    write: Path | None = None
    reason: str = ""
    expires: str = ""

    def __post_init__(self) -> None:
        if self.write is not None and not self.reason.strip():
            raise UsageError(
                "a baseline needs a reason for what it accepts",
                where="--write-baseline",
                hint="add --reason TEXT, and --expires YYYY-MM-DD where it shall not hold for ever",
            )
        if self.write is None and (self.reason or self.expires):
            hint = "add --write-baseline FILE"
            raise UsageError("nothing is accepted in this run", where="--reason, --expires", hint=hint)
        if self.expires and not _is_day(self.expires):
            raise UsageError(f"{self.expires!r} is no day", where="--expires", hint="write YYYY-MM-DD")


def _is_day(text: str) -> bool:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def baseline_options(function: F) -> F:
    """Add `--baseline`, `--write-baseline`, `--reason` and `--expires`; they come as `baseline`."""

    @wraps(function)
    def gathered(
        *args: Any, known: Path | None, write: Path | None, reason: str, expires: str, **more: Any
    ) -> Any:
        return function(*args, baseline=BaselineOptions(known, write, reason, expires), **more)

    path = click.Path(dir_okay=False, path_type=Path)
    options = (
        click.option(
            "--baseline",
            "known",
            type=Input(dir_okay=False),
            help="Findings accepted in this file fail nothing until they expire.",
        ),
        click.option(
            "--write-baseline", "write", type=path, help="Accept what fails this run, in this file."
        ),
        click.option("--reason", default="", help="Why it is accepted; needed with --write-baseline."),
        click.option("--expires", default="", metavar="YYYY-MM-DD", help="The last day on which it is."),
    )
    made: Any = gathered
    for option in reversed(options):
        made = option(made)
    return cast(F, made)


def wants_colour(stream: Any) -> bool:
    """Say whether a stream is a terminal whose user does not object to colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_report(text: str, output: Path | None) -> None:
    """Write a report to a file, whole or not at all, or to standard output in UTF-8."""
    write_bytes(text.encode("utf-8", "backslashreplace"), output)


def write_bytes(data: bytes, output: Path | None, *, private: bool = False) -> None:
    """Write to a file, whole or not at all, or to standard output for None and `-`."""
    if output is None or str(output) == "-":
        # Not click.echo: it strips colour when told nothing, and writes what a locale allows only.
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from payproof.files import write_atomic

    write_atomic(output, data, private=private)


def write_step_summary(markdown: str) -> None:
    """Append Markdown to the summary of the GitHub step that runs this; nothing elsewhere."""
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("ab") as file:
            file.write(markdown.encode("utf-8", "backslashreplace"))
