"""The `payproof` command: finds the command's module, and turns what goes wrong into words and a code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import click

from payproof.cli import streams
from payproof.cli.exit_codes import MEANINGS, ExitCode
from payproof.errors import ToolkitError, UsageError

#: A command is imported when it is called or listed, so a cold start pays for one command only.
COMMANDS = {
    "audit": "payproof.cli.audit:audit",
    "cassette": "payproof.cli.cassette:cassette",
    "check": "payproof.cli.check:check",
    "completion": "payproof.cli.completion:completion",
    "decrypt": "payproof.cli.decrypt:decrypt",
    "defects": "payproof.cli.defects:defects",
    "diagnose": "payproof.cli.diagnose:diagnose",
    "drift": "payproof.cli.drift:drift",
    "encrypt": "payproof.cli.encrypt:encrypt",
    "explain": "payproof.cli.explain:explain",
    "lifecycle": "payproof.cli.lifecycle:lifecycle",
    "rules": "payproof.cli.rules:rules",
    "sandbox": "payproof.cli.sandbox:sandbox",
    "sign": "payproof.cli.sign:sign",
    "snippet": "payproof.cli.snippet:snippet",
    "spec": "payproof.cli.spec:spec",
    "verify": "payproof.cli.verify:verify",
    "webhook": "payproof.cli.webhook:webhook",
}
TRACEBACK_VARIABLE = "PAYPROOF_TRACEBACK"


class LazyGroup(click.Group):
    """A group whose commands are imported on first use; a command whose module is missing is not listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, home in COMMANDS.items() if find_spec(home.partition(":")[0]) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module, _, attribute = COMMANDS.get(cmd_name, "").partition(":")
        if not module or find_spec(module) is None:
            return None
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(_no_such_command(args[0], self.list_commands(ctx)), ctx) from error


def _no_such_command(wanted: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
    return f"there is no command {wanted!r}; {hint}"


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"payproof {version('payproof')}")
        ctx.exit()


EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {int(code):<4}{text}" for code, text in MEANINGS.items())


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and leave.",
)
def cli() -> None:
    """Check payment gateway APIs and their signatures against what their documents promise."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; nothing is raised."""
    out = sys.stdout
    try:
        outcome = cli.main(
            list(argv) if argv is not None else None, prog_name="payproof", standalone_mode=False
        )
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else ExitCode.CLEAN
    except ToolkitError as error:
        _complain(f"error: {error}")
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted")
        return ExitCode.INTERRUPTED
    except SystemExit:
        # Whoever read our output has gone. Click then puts something in the place of stdout, and exits with
        # the code that says findings.
        if sys.stdout is out:
            raise
        streams.abandon(out)
        return ExitCode.USAGE
    except OSError as error:
        return _unwritten(out, error)
    except Exception as error:
        _report_crash(error)
        return ExitCode.INTERNAL


def _unwritten(out: TextIO, error: OSError) -> ExitCode:
    """Say that the output cannot be written, where that is what went wrong."""
    failure = streams.failure_of(out)
    if failure is None and not isinstance(error, BrokenPipeError):
        _report_crash(error)
        return ExitCode.INTERNAL
    # A reader that leaves early has seen enough; nobody needs to hear of it.
    if failure is not None and not isinstance(failure, BrokenPipeError):
        what = f"the output cannot be written: {failure.strerror}"
        hint = "make room, or write to a file with -o where the command has it"
        _complain(f"error: {UsageError(what, where='standard output', hint=hint)}")
    streams.abandon(out)
    return ExitCode.USAGE


def _complain(text: str) -> None:
    from payproof.report.printable import printable_lines

    click.echo(printable_lines(text), err=True)


def _report_crash(error: Exception) -> None:
    """Ask for a report that says where it happened, and no messages or values: they could be secret."""
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error)
        return
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "payproof" in Path(frame.filename).parts] or list(frames)
    lines = [
        f"  {Path(f.filename).parent.name}/{Path(f.filename).name}:{f.lineno} {f.name}" for f in ours[-6:]
    ]
    _complain(
        "\n".join(
            [
                f"internal error: {type(error).__name__}; the fault is payproof's, please report it with:",
                *lines,
                f"  (set {TRACEBACK_VARIABLE}=1 for the whole traceback; it may show values of your request)",
            ]
        )
    )


def entry() -> None:
    """End the process with the exit code of the command on the command line."""
    streams.prepare()
    code = main()
    if streams.failure_of(sys.stdout):
        streams.abandon(sys.stdout)
    sys.exit(code)
