"""Write the README's table of the diagnosis from benchmarks/results/diagnosis.json.

    python tools/make_diagnosis_table.py [--check]

With --check nothing is written, and a stale table ends with 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
README, RESULT = ROOT / "README.md", ROOT / "benchmarks" / "results" / "diagnosis.json"
BEGIN, END = "<!-- diagnosis:begin -->", "<!-- diagnosis:end -->"
KINDS = {
    "single": "one mistake",
    "double": "two mistakes",
    "triple": "three mistakes",
    "unexplained": "no known mistake",
}


def main() -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 when it is stale")
    check = parser.parse_args().check
    text = README.read_text(encoding="utf-8")
    new = replaced(text, "\n".join(table(json.loads(RESULT.read_text(encoding="utf-8")))))
    if new == text:
        return 0
    if check:
        print("README.md: the table of the diagnosis is stale; run python tools/make_diagnosis_table.py")
        return 1
    README.write_text(new, encoding="utf-8")
    return 0


def replaced(text: str, inner: str) -> str:
    """Give a text with what stands between the markers replaced; raises ValueError without them."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"README.md needs {BEGIN} and {END}, once each")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{inner}\n{END}{rest.partition(END)[2]}"


def table(result: dict[str, Any]) -> Iterator[str]:
    """Give the lines of the table and what it was measured with."""
    figures, setting = result["figures"], result["measured_with"]
    yield "| wrong signatures with | cases | right cause first | median CPU | slowest CPU |"
    yield "|---|---:|---:|---:|---:|"
    for kind, words in KINDS.items():
        row = figures["by_kind"][kind]
        share = f"{row['right']} ({row['share']:.1%})" if kind != "unexplained" else "none named, rightly"
        if kind == "unexplained" and row["right"] != row["cases"]:
            share = f"none named in {row['right']}"
        times = f"{row['median_cpu_ms']:.0f} ms | {row['slowest_cpu_ms']} ms"
        yield f"| {words} | {row['cases']} | {share} | {times} |"
    yield ""
    speed = f"{figures['hypotheses_per_second']:,} hypotheses a second on one core"
    where = f"Python {setting['python']} on {setting['machine']}, at commit `{setting['commit'][:10]}`"
    yield f"False causes: {figures['false_causes']}. {speed} ({where})."


if __name__ == "__main__":
    sys.exit(main())
