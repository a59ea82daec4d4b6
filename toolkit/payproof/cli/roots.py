"""`--root`: where a gateway is that is not built in; a root that does not hold it is told, not passed over.

`gateway.load` goes on to what is installed; on the command line a mistyped root would then check another
gateway than the one in it, and say that all is well.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payproof.errors import UsageError

if TYPE_CHECKING:
    from payproof.gateway import Gateway

#: Adds `--root`, which may be repeated; the folders come as `roots`.
root_option = click.option(
    "--root",
    "roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with openapi/GATEWAY and gateways/GATEWAY of a gateway that is not built in.",
)


def load(name: str, roots: Sequence[Path]) -> Gateway:
    """Give a gateway by name, out of one of the roots where any is given.

    Raises:
        UsageError: There is no such gateway, or no root holds it.
    """
    from payproof import gateway

    homes = [root / "openapi" / name for root in roots]
    wanted = homes if gateway.NAME.fullmatch(name) else []
    if wanted and not any(home.is_dir() for home in wanted):
        raise _nothing_there(f"no --root holds the gateway {name!r}", roots, wanted)
    found = gateway.load(name, roots)
    if wanted and found.openapi not in wanted:
        raise _nothing_there(f"{name!r} in --root is a link that leads out of it", roots, wanted)
    return found


def names(roots: Sequence[Path]) -> list[str]:
    """Give the names of all gateways; raises UsageError for a root that holds none."""
    from payproof import gateway

    for root in roots:
        if not any((root / "openapi").glob("*/openapi.yaml")):
            raise _nothing_there("this root holds no gateway", [root], [root / "openapi" / "*"])
    return gateway.names(roots)


def _nothing_there(what: str, roots: Sequence[Path], homes: Sequence[Path]) -> UsageError:
    looked = ", ".join(str(home / "openapi.yaml") for home in homes)
    # One level too deep is the likely slip: the folder of the documents in place of the one that holds it.
    hint = next((f"give {root.parent}; " for root in map(Path.absolute, roots) if root.name == "openapi"), "")
    return UsageError(what, where=f"--root {', '.join(map(str, roots))}", hint=f"{hint}looked for {looked}")
