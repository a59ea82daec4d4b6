"""Check honest gateways over seeds and switches: every finding is a false one.

    python benchmarks/honest_runs.py [GATEWAY ...] [--seeds N] [--no-generated] [--pairs] [--again]
        [--workers N]

Runs the sandbox with each of N seeds, with each value of each switch, with `--pairs` also with every pair of
values, and the independent server of tests/independent with each of the seeds, each time a new one. Pairs go
without the generated phases. Writes benchmarks/results/honest-runs.json, where other gateways keep their
figures, and exits 1 when any run had a finding. With `--again`, after a fix, only the seeds are run, and what
was measured before stays beside it.
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
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
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


@dataclass(frozen=True)
class Run:
    """One run to make.

    Args:
        argv: What is added to `payproof check GATEWAY`.
        generated: Whether the generated phases take part.
        independent: Whether the independent server is checked, not the sandbox.
    """

    gateway: str
    name: str
    argv: tuple[str, ...]
    generated: bool
    independent: bool = False


def main() -> int:
    """Run and print one line a run that had findings, then the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gateways", nargs="*", default=["paykun", "plural"])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--no-generated", action="store_true")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument(
        "--again", action="store_true", help="the seeds alone, beside what was measured before"
    )
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    figures = {name: judge(name, options) for name in options.gateways}
    path = RESULTS / "honest-runs.json"
    known = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.is_file() else {}
    if options.again:
        kept = {name: {**known[name], "again": row} for name, row in figures.items() if name in known}
    write_result("honest-runs", {**known, **(kept if options.again else figures)})
    return int(any(row["runs_with_findings"] for row in figures.values()))


def judge(gateway: str, options: argparse.Namespace) -> dict[str, Any]:
    """Give how many runs of one gateway there were, how many had findings, and the slowest."""
    bad, slowest = [], 0.0
    runs = list(plans(gateway, options))
    with ProcessPoolExecutor(options.workers) as pool:
        for one, (code, rules, seconds) in zip(runs, pool.map(made, runs), strict=True):
            slowest = max(slowest, seconds)
            if code:
                bad.append(one.name)
                print(f"{gateway} {one.name}: exit {code}, {', '.join(rules)}", flush=True)
    print(f"{gateway}: {len(runs)} runs, {len(bad)} with findings, slowest {slowest:.1f} s", flush=True)
    return {
        "runs": len(runs),
        "runs_with_findings": bad,
        "slowest_s": round(slowest, 1),
        "seeds": options.seeds,
        "runs_of_the_independent_server": sum(one.independent for one in runs),
        "pairs_of_switch_values": sum(" " in one.name and "=" in one.name for one in runs),
        "generated_phases": not options.no_generated,
        "commit": setting()["commit"],
    }


def plans(gateway: str, options: argparse.Namespace) -> Iterator[Run]:
    """Give every run."""
    whole = not options.no_generated
    switches = load(gateway).spec.switches
    values = [(name, setting) for name, switch in switches.items() for setting in switch.settings]
    for name, value in () if options.again else values:
        yield Run(gateway, f"{name}={value}", ("--switch", f"{name}={value}"), whole)
    for (one, first), (other, second) in combinations(values, 2) if options.pairs else ():
        if one != other:
            given = ("--switch", f"{one}={first}", "--switch", f"{other}={second}")
            yield Run(gateway, f"{one}={first} {other}={second}", given, generated=False)
    for seed in range(options.seeds):
        yield Run(gateway, f"seed {seed}", ("--seed", str(seed)), whole)
        if (ROOT / "tests" / "independent" / f"{gateway}_server.py").is_file():
            name = f"independent server, seed {seed}"
            yield Run(gateway, name, ("--seed", str(seed)), whole, independent=True)


def made(one: Run) -> tuple[int, list[str], float]:
    """Make one run; give its exit code, the rules of its findings, and the seconds."""
    argv = ["check", one.gateway, "--format", "json", "--fail-on", "note", *one.argv]
    argv += [] if one.generated else ["--no-generated"]
    with independent(one.gateway) if one.independent else nullcontext(()) as more:
        code, report, seconds = run([*argv, *more])
    return code, sorted({row["rule"] for row in report.get("findings", [])}), seconds


@contextmanager
def independent(gateway: str) -> Iterator[list[str]]:
    """Serve a new independent server; give the options that aim at it."""
    module = import_module(f"tests.independent.{gateway}_server")
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
            yield [*argv, *(only if offered != served else ())]
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
