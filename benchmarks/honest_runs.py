"""Check honest gateways over seeds and switches: every finding is a false one.

    python benchmarks/honest_runs.py [GATEWAY ...] [--seeds N] [--no-generated] [--pairs]

Runs the sandbox with each of N seeds, with each value of each switch, with `--pairs` also with every pair of
values, and the independent server of tests/independent where there is one. Writes
benchmarks/results/honest-runs.json, where other gateways keep their figures, and exits 1 when any run had a
finding.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import chain, combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import RESULTS, setting, write_result  # noqa: E402

from payproof.cli.main import main as payproof  # noqa: E402
from payproof.gateway import load  # noqa: E402

#: Where the independent servers put their API: the base path of their gateway's live server.
PREFIXES = {"paykun": "/v1", "plural": ""}
#: Operations that an independent server does not offer.
NOT_OFFERED = {"plural": {"createCheckoutLink"}}


def main() -> int:
    """Run and print one line a run that had findings, then the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gateways", nargs="*", default=["paykun", "plural"])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--no-generated", action="store_true")
    parser.add_argument("--pairs", action="store_true")
    options = parser.parse_args()
    figures = {name: judge(name, options) for name in options.gateways}
    path = RESULTS / "honest-runs.json"
    known = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.is_file() else {}
    write_result("honest-runs", {**known, **figures})
    return int(any(row["runs_with_findings"] for row in figures.values()))


def judge(gateway: str, options: argparse.Namespace) -> dict[str, Any]:
    """Give how many runs of one gateway there were, how many had findings, and the slowest."""
    bad, slowest, count = [], 0.0, 0
    extra = ["--no-generated"] if options.no_generated else []
    for name, argv in chain(plans(gateway, options), independent(gateway)):
        code, report, seconds = run(
            ["check", gateway, "--format", "json", "--fail-on", "note", *extra, *argv]
        )
        count, slowest = count + 1, max(slowest, seconds)
        if code:
            bad.append(name)
            rules = sorted({row["rule"] for row in report.get("findings", [])})
            print(f"{gateway} {name}: exit {code}, {', '.join(rules)}", flush=True)
    print(f"{gateway}: {count} runs, {len(bad)} with findings, slowest {slowest:.1f} s", flush=True)
    return {
        "runs": count,
        "runs_with_findings": bad,
        "slowest_s": round(slowest, 1),
        "seeds": options.seeds,
        "pairs_of_switch_values": options.pairs,
        "generated_phases": not options.no_generated,
        "commit": setting()["commit"],
    }


def plans(gateway: str, options: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """Give the command lines of the sandbox's runs."""
    for seed in range(options.seeds):
        yield f"seed {seed}", ["--seed", str(seed)]
    switches = load(gateway).spec.switches
    values = [(name, setting) for name, switch in switches.items() for setting in switch.settings]
    for name, value in values:
        yield f"{name}={value}", ["--switch", f"{name}={value}"]
    for (one, first), (other, second) in combinations(values, 2) if options.pairs else ():
        if one != other:
            yield (
                f"{one}={first} {other}={second}",
                ["--switch", f"{one}={first}", "--switch", f"{other}={second}"],
            )


def independent(gateway: str) -> Iterator[tuple[str, list[str]]]:
    """Serve the independent server while its run goes on."""
    try:
        module = import_module(f"tests.independent.{gateway}_server")
    except ModuleNotFoundError:
        return
    server = module.serve()
    try:
        with tempfile.TemporaryDirectory() as folder:
            testbed = Path(folder) / "testbed.json"
            testbed.write_text(json.dumps(module.testbed()), encoding="utf-8")
            served = [
                name for name, one in load(gateway).spec.operations.items() if not one.raw.get("x-target")
            ]
            offered = [name for name in served if name not in NOT_OFFERED.get(gateway, ())]
            only = [text for name in offered for text in ("--only", name)]
            argv = ["--url", server.url + PREFIXES[gateway], "--testbed", str(testbed)]
            yield "independent server", [*argv, *(only if offered != served else ())]
    finally:
        server.close()


def run(argv: list[str]) -> tuple[int, dict[str, Any], float]:
    """Run one command in this process; give exit code, JSON report and seconds."""
    out, err, started = io.TextIOWrapper(io.BytesIO()), io.StringIO(), time.perf_counter()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = payproof(argv)
    seconds = time.perf_counter() - started
    try:
        out.flush()
        return code, json.loads(out.buffer.getvalue()), seconds  # type: ignore[attr-defined]
    except ValueError:
        print(err.getvalue().strip()[:500])
        return code or 70, {}, seconds


if __name__ == "__main__":
    sys.exit(main())
