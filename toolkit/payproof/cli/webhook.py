"""`payproof webhook`: signed events to a receiver."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

#: Like the top command's: imported when called, left out when the module is not there.
COMMANDS = {
    "attack": "payproof.cli.webhook_attack:attack",
    "send": "payproof.cli.webhook_send:send",
}


class LazyWebhooks(click.Group):
    """The subcommands, imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name those whose module is there."""
        return [name for name, home in COMMANDS.items() if find_spec(home.partition(":")[0]) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one."""
        module, _, attribute = COMMANDS.get(cmd_name, "").partition(":")
        if not module or find_spec(module) is None:
            return None
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyWebhooks)
def webhook() -> None:
    """Send signed events to a webhook receiver."""
