"""Write the tables of docs/signing.md, docs/webhooks.md and docs/plugin.md from the specs and the code.

    python tools/make_user_tables.py [--check]

`--check` writes nothing and gives 1 when a page is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from payproof import gateway
from payproof.adapters.pytest_plugin import INI, OPTIONS
from payproof.run.receiver_rows import ROWS

ROOT = Path(__file__).resolve().parents[1]
TITLES = {"paykun": "PayKun", "plural": "Plural (Pine Labs Online)"}


def signing() -> Iterator[str]:
    """Give schemes, profiles and the switches that change a recipe, for each gateway."""
    for name in gateway.names():
        spec = gateway.load(name).spec
        yield f"### {TITLES.get(name, name)}"
        yield from ("", "| scheme | says | evidence |", "|---|---|---|")
        yield from (_row(f"`{one}`", scheme["summary"], scheme) for one, scheme in spec.schemes.items())
        yield from ("", "| profile | of scheme | computes | evidence |", "|---|---|---|---|")
        for one, profile in spec.profiles.items():
            yield _row(f"`{one}` | `{profile['scheme']}`", profile["summary"], profile)
        yield from ("", "| switch that changes a recipe | settings | says |", "|---|---|---|")
        for one, switch in spec.switches.items():
            if any("recipe" in row for row in switch.settings.values()):
                yield f"| `{one}` | {_settings(switch.settings, switch.default)} | {switch.summary} |"
        yield ""


def _row(first: str, text: str, claim: Mapping[str, Any]) -> str:
    return f"| {first} | {text} | {claim.get('x-evidence', '')} |"


def _settings(settings: Mapping[str, Any], usual: str) -> str:
    return ", ".join(f"**`{one}`**" if one == usual else f"`{one}`" for one in settings)


def properties() -> Iterator[str]:
    """Give what the receiver suite holds a receiver to."""
    yield from ("| property | what holds | when it is broken |", "|---|---|---|")
    yield from (f"| `{row.id}` | {row.says} | {row.fix} |" for row in ROWS)


def options() -> Iterator[str]:
    """Give the plugin's options and ini keys."""
    yield from ("| option | does |", "|---|---|")
    yield from (f"| `{name}={shown}` | {text} |" for name, _, text, shown in OPTIONS)
    yield from ("", "| key in pytest's configuration | says |", "|---|---|")
    yield from (f"| `{name}` | {text} |" for name, _, text in INI)


TABLES: Mapping[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "signing.md": ("schemes", signing),
    "webhooks.md": ("properties", properties),
    "plugin.md": ("options", options),
}


def main() -> int:
    """Write or check each page."""
    stale = 0
    for page, (mark, make) in TABLES.items():
        path = ROOT / "docs" / page
        old = path.read_text(encoding="utf-8")
        begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
        if not re.search(f"{begin}.*{end}", old, re.DOTALL):
            raise ValueError(f"{page} needs {begin} and {end}")
        before, after = old.partition(begin)[0], old.partition(end)[2]
        new = before + begin + "\n" + "\n".join(make()).strip() + "\n" + end + after
        if new == old:
            continue
        stale = 1
        if "--check" in sys.argv[1:]:
            print(f"docs/{page} is stale; run python tools/make_user_tables.py")
        else:
            path.write_text(new, encoding="utf-8")
    return stale if "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
