"""Write docs/client-faults.md from the fault catalogue that the tests run.

    python tools/make_client_faults.py [--check]

`--check` writes nothing and gives 1 when the page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.plugin.faults.catalogue import ALL, AREAS  # noqa: E402
from tests.plugin.faults.fault import CALL, RECEIVER, SHOP, SUITE, Fault  # noqa: E402

PAGE = ROOT / "docs" / "client-faults.md"
HEAD = f"""# Typical faults of clients, and how a test names them

Each of these {len(ALL)} faults is an example that the project's own tests run (`tests/plugin/faults`):
its test is red with a message that names the fault, and the same test is green once the code is mended.
This page is written from them by `tools/make_client_faults.py`. Where no test is shown, it is this one:
"""


def page() -> str:
    """Give the page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield from (*_code(CALL), "")
    for area, faults in AREAS.items():
        yield f"## {area}"
        yield ""
        if any(fault.test == SUITE for fault in faults):
            yield "The test is the receiver suite, and `Receiver` stands at the end of this page."
            yield from ("", *_code(SUITE), "")
        for fault in faults:
            yield from _fault(fault)
    yield "## What the examples share"
    yield ""
    yield from (*_code(SHOP), "", *_code(RECEIVER))


def _fault(fault: Fault) -> Iterator[str]:
    yield f"### {fault.title} (`{fault.id}`)"
    yield ""
    yield from _code(fault.faulty)
    yield ""
    yield f"The failure says: `{fault.says}`. Mended:"
    yield ""
    yield from _code(fault.mended)
    yield ""
    if fault.test not in (CALL, SUITE):
        yield "The test:"
        yield from ("", *_code(fault.test), "")


def _code(text: str) -> Iterator[str]:
    # Parts of programs, which are run where they come from.
    yield "```py"
    yield text.rstrip()
    yield "```"


def main(arguments: list[str]) -> int:
    """Write the page or compare it, and give the exit code."""
    made = page()
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text("utf-8") == made:
            return 0
        print("docs/client-faults.md is stale: run python tools/make_client_faults.py", file=sys.stderr)
        return 1
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
