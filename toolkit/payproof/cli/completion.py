"""`payproof completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click

from payproof.cli.exit_codes import ExitCode

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> ExitCode:
    """Print the completion script of SHELL, for its start-up file."""
    from click.shell_completion import get_completion_class

    from payproof.cli.main import cli

    made = get_completion_class(shell)
    assert made is not None
    script = made(cli, {}, "payproof", "_PAYPROOF_COMPLETE")
    # `source()` of the bash class first runs bash to learn its version; the script itself is the same.
    click.echo(script.source_template % script.source_vars())
    return ExitCode.CLEAN
