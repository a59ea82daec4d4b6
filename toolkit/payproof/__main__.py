"""`python -m payproof` is the `payproof` command."""

from payproof.cli.main import entry

entry()
