"""What the two servers' command lines have in common."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .wire import Running


def known(faults: Collection[str], names: frozenset[str]) -> frozenset[str]:
    """Give the faults, all of them known.

    Raises:
        ValueError: A name is no fault of this server.
    """
    if unknown := frozenset(faults) - names:
        raise ValueError(
            f"no such fault: {', '.join(sorted(unknown))}; there are: {', '.join(sorted(names))}"
        )
    return frozenset(faults)


def parser(name: str, faults: frozenset[str]) -> argparse.ArgumentParser:
    """Give the options which both servers know."""
    made = argparse.ArgumentParser(name, description="Serve an independent gateway on the loopback address.")
    made.add_argument("--port", type=int, help="where to listen; a free port when left out")
    made.add_argument(
        "--fault", action="extend", nargs="+", default=[], choices=sorted(faults), metavar="NAME"
    )
    made.add_argument(
        "--write-testbed",
        type=Path,
        metavar="FILE",
        help="write the test bed; then serve only if --port is given",
    )
    return made


def written(options: argparse.Namespace, testbed: dict[str, Any]) -> bool:
    """Write the test bed if asked to, and say whether that was all that was asked."""
    if options.write_testbed is None:
        return False
    options.write_testbed.write_text(json.dumps(testbed, indent=2) + "\n", encoding="utf-8")
    return options.port is None


def run(running: Running) -> None:
    """Print the base URL and serve until interrupted."""
    print(running.url, flush=True)
    try:
        running.wait()
    except KeyboardInterrupt:
        pass
    finally:
        running.close()
