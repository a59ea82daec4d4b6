"""Write the README's table of killed defects from benchmarks/results/mutation.json and honest-runs.json.

    python tools/make_mutation_table.py [--check]

With --check nothing is written, and a stale table ends with 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
README, RESULTS = ROOT / "README.md", ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- mutation:begin -->", "<!-- mutation:end -->"
COLUMNS = {"default": "`check`", "quick": "`check --budget quick`", "schemathesis": "plain schemathesis"}


def main() -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 when it is stale")
    check = parser.parse_args().check
    text = README.read_text(encoding="utf-8")
    new = replaced(text, "\n".join(lines(_read("mutation"), _read("honest-runs"))))
    if new == text:
        return 0
    if check:
        print("README.md: the table of defects is stale; run python tools/make_mutation_table.py")
        return 1
    README.write_text(new, encoding="utf-8")
    return 0


def _read(name: str) -> dict[str, Any]:
    path = RESULTS / f"{name}.json"
    figures: dict[str, Any] = (
        json.loads(path.read_text(encoding="utf-8"))["figures"] if path.is_file() else {}
    )
    return figures


def replaced(text: str, inner: str) -> str:
    """Give a text with what stands between the markers replaced; raises ValueError without them."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"README.md needs {BEGIN} and {END}, once each")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{inner}\n{END}{rest.partition(END)[2]}"


def lines(mutation: Mapping[str, Any], honest: Mapping[str, Any]) -> Iterator[str]:
    """Give the table, its survivors, the false findings, and what it was measured with."""
    yield f"| defects of | category | {' | '.join(COLUMNS.values())} |"
    yield "|---|---|---:|---:|---:|"
    for name, one in mutation.items():
        for category, row in one["by_category"].items():
            yield _row(name, category, row)
        yield _row(f"**{name}**", "**all**", one["score"])
    yield ""
    for name, one in mutation.items():
        yield from _remarks(name, one, honest.get(name))


def _row(name: str, category: str, row: Mapping[str, Any]) -> str:
    cells = [_cell(row.get(column)) for column in COLUMNS]
    return f"| {name} | {category} | {' | '.join(cells)} |"


def _cell(score: Mapping[str, Any] | None) -> str:
    return f"{score['killed']}/{score['defects']} ({score['percent']} %)" if score else "not run"


def _remarks(name: str, one: Mapping[str, Any], honest: Mapping[str, Any] | None) -> Iterator[str]:
    seconds, setting = one["seconds_of_an_honest_run"], one["measured_with"]
    yield (
        f"- {name}: {one['hand_written']} hand-written defects and {one['generated_sampled']} of "
        f"{one['generated_in_all']} made from the spec (seed {one['seed']}); an honest run takes "
        f"{seconds['default']} s, quick {seconds['quick']} s; plain schemathesis had as long for each. "
        f"Commit {setting['commit'][:7]}, schemathesis {setting['packages'].get('schemathesis', 'unknown')}."
    )
    if nothing := one.get("changed_nothing"):
        yield (
            f"- {name}: {len(nothing)} more of the sample changed nothing in their run, such as a broken "
            "member of a reply that the sandbox never sends; they are counted nowhere."
        )
    tried, all_ = one["score"].get("schemathesis"), one["score"]["default"]
    if tried is not None and tried["defects"] < all_["defects"]:
        yield f"- {name}: plain schemathesis was given {tried['defects']} of the {all_['defects']} defects."
    if honest is not None:
        bad = len(honest["runs_with_findings"])
        parts = [
            f"{honest['seeds']} seeds",
            "each value of each switch",
            *(
                [f"{honest['pairs_of_switch_values']} pairs of them"]
                if honest["pairs_of_switch_values"]
                else []
            ),
            f"{honest['runs_of_the_independent_server']} of an independent server",
        ]
        yield (
            f"- {name}: {honest['runs']} runs against honest gateways ({', '.join(parts)}), "
            f"{bad} with a false finding."
        )
        if again := honest.get("again"):
            yield (
                f"- {name}: made again after a fix, at {again['commit'][:7]}: {again['runs']} runs over the "
                f"seeds, {len(again['runs_with_findings'])} with a false finding."
            )
    for row in one["survivors"]:
        found = ", ".join(row["found"]) or "no finding"
        yield f"- {name}: `{row['name']}` survives ({found})."


if __name__ == "__main__":
    sys.exit(main())
