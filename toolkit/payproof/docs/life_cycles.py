"""Write docs/life-cycles from the tables: `python -m payproof.docs.life_cycles [--check]`.

One page for each gateway, with an SVG for each life cycle and each value of its fixed yes-or-no facts.
`--check` writes nothing and fails when a file is stale, missing or left over, so that CI can hold them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from payproof.files import write_atomic
from payproof.lifecycle import LifeCycle, Transition, read_all
from payproof.lifecycle.draw import draw
from payproof.lifecycle.table import BEFORE, words
from payproof.spec import load

_COMMAND = "python -m payproof.docs.life_cycles"


def pages(openapi: Path) -> dict[str, str]:
    """Give each file by its name under docs/life-cycles; `openapi` holds one folder for each gateway."""
    files: dict[str, str] = {}
    for document in sorted(openapi.glob("*/openapi.yaml")):
        spec = load(document)
        cycles = read_all(spec.life_cycles, where=f"{document}#/x-life-cycles")
        settings = {name: switch.default for name, switch in spec.switches.items()}
        if cycles:
            files[f"{document.parent.name}.md"] = _page(document.parent.name, cycles, settings)
        for cycle in cycles.values():
            for facts in _variants(cycle):
                files[_file(cycle, facts)] = draw(
                    cycle, "svg", facts=facts, switches=settings, show="planned"
                )
    return files


def stale(files: Mapping[str, str], folder: Path) -> list[str]:
    """Give the names of files that differ from what they should be, are missing, or are left over."""
    there = {path.name for path in folder.glob("*") if path.suffix in (".md", ".svg")}
    wrong = [name for name in files if name not in there or (folder / name).read_text("utf-8") != files[name]]
    return sorted([*wrong, *(there - set(files))])


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check the pages; gives 1 when `--check` finds a stale one."""
    parser = argparse.ArgumentParser(description="Write docs/life-cycles from the specs.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a file is stale")
    parser.add_argument(
        "--openapi", type=Path, default=Path("openapi"), help="folder of the gateways' documents"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/life-cycles"), help="folder of the pages")
    options = parser.parse_args(argv)
    files = pages(options.openapi)
    wrong = stale(files, options.out)
    if options.check:
        for name in wrong:
            print(f"{options.out / name} is stale: run {_COMMAND}", file=sys.stderr)
        return 1 if wrong else 0
    options.out.mkdir(parents=True, exist_ok=True)
    for name in wrong:
        if name in files:
            write_atomic(options.out / name, files[name].encode())
        else:
            (options.out / name).unlink()
    return 0


def _variants(cycle: LifeCycle) -> list[dict[str, Any]]:
    """Give the facts of each drawing: one for each value of the yes-or-no facts, or a single one."""
    asked = {name for name, fact in cycle.facts.items() if fact.fixed and True in fact.values}
    found: list[dict[str, Any]] = []
    for reading in cycle.readings({}):
        facts = {name: value for name, value in reading.items() if name in asked}
        if facts not in found:
            found.append(facts)
    return sorted(found, key=lambda facts: [not value for value in facts.values()])


def _file(cycle: LifeCycle, facts: Mapping[str, Any]) -> str:
    parts = [cycle.name, *(f"{name.replace('_', '-')}-{words(value)}" for name, value in facts.items())]
    return ".".join(parts) + ".svg"


def _page(gateway: str, cycles: Mapping[str, LifeCycle], settings: Mapping[str, str]) -> str:
    lines = [f"<!-- written by {_COMMAND}; do not edit -->", "", f"# Life cycles of {gateway}", ""]
    lines += [
        "Solid lines happen today, dashed ones are planned; a double border marks a final state. The",
        "drawings show the spec's switches at their defaults, the tables show the rows of all settings. Both",
        f"come from `x-life-cycles` in `openapi/{gateway}/openapi.yaml`, and",
        f"`payproof lifecycle show {gateway}` draws any other choice.",
    ]
    for cycle in cycles.values():
        lines += ["", f"## {_md(cycle.name)}", "", _md(cycle.summary), ""]
        for facts in _variants(cycle):
            given = " and ".join(f"{name} = {words(value)}" for name, value in facts.items())
            title = f"{cycle.name} with {given}" if given else cycle.name
            lines += [f"![{_md(title)}]({_file(cycle, facts)})", ""]
        lines += [
            "| row | from | to | trigger | condition | available | evidence |",
            "|--:|---|---|---|---|---|---|",
        ]
        lines += [_row(row) for row in cycle.transitions]
        lines += [
            "",
            *_states(cycle),
            "",
            "```mermaid",
            draw(cycle, "mermaid", switches=settings, show="planned").rstrip(),
            "```",
        ]
    return "\n".join(lines) + "\n"


def _row(row: Transition) -> str:
    conditions = "; ".join(
        part for part in (row.conditions(), row.settings() and f"switch {row.settings()}") if part
    )
    source = "(new)" if row.source == BEFORE else row.source
    available = "today" if row.availability == "current" else "planned"
    cells = (str(row.row), source, row.target, row.trigger, conditions, available, row.evidence)
    return "| " + " | ".join(map(_md, cells)) + " |"


def _states(cycle: LifeCycle) -> Iterator[str]:
    yield "| state | final | meaning | evidence |"
    yield "|---|---|---|---|"
    for state in cycle.states.values():
        cells = (state.name, "yes" if state.final else "", state.summary, state.evidence)
        yield "| " + " | ".join(map(_md, cells)) + " |"


def _md(text: str) -> str:
    """Give text for a line or table cell of Markdown, where nothing in it means markup."""
    clean = " ".join(text.split())
    for char in "\\|<>[]`":
        clean = clean.replace(char, f"\\{char}")
    return clean


if __name__ == "__main__":
    sys.exit(main())
