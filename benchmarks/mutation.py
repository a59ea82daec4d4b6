"""Mutation score: how many defects of the sandboxes `payproof check` finds, plain schemathesis beside it.

    python benchmarks/mutation.py [GATEWAY ...] [--sample N] [--seed N] [--workers N] [--no-schemathesis]

Every hand-written defect and a seeded sample of those made from the spec is planted alone, and the gateway
checked with the default and the quick budget. One that changed nothing in its whole run, such as a broken
member of a reply that the sandbox never sends, is counted apart: nobody could have seen it. A defect counts
as killed by a finding as bad as its promise is sure: an error (exit code 1) where it is documented, a warning
where it is not. Cases come before what is generated, so only what the cases leave alive is run with the
generated phases too. Plain schemathesis gets the same document, credentials, defects, and for each defect the
processor time that an honest default run takes.
Writes benchmarks/results/mutation.json; tools/make_mutation_table.py makes the README's table from it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import RESULTS, setting, write_result  # noqa: E402
from benchmarks.plain_schemathesis import Failure, explore  # noqa: E402

from payproof import gateway  # noqa: E402
from payproof.adapters.schemathesis_engine import SchemathesisGenerator  # noqa: E402
from payproof.conformance.subject import Subject  # noqa: E402
from payproof.gateway import Gateway  # noqa: E402
from payproof.model import Severity  # noqa: E402
from payproof.report.result import Result  # noqa: E402
from payproof.run.check import Runner  # noqa: E402
from payproof.run.settings import BUDGETS, Settings  # noqa: E402
from payproof.run.target import SandboxTarget  # noqa: E402
from payproof.simulator.defects import Defect  # noqa: E402

BUDGETS_RUN = ("default", "quick")
_SEEDS_OF_BASELINE = (0, 1, 2)


@dataclass
class Row:
    """One defect, and what found it.

    Args:
        killed: By column: `default`, `quick`, `schemathesis`.
        found: Rules of payproof's findings, or what remained instead of one.
        acted: Whether the defect changed anything in the run.
    """

    gateway: str
    name: str
    category: str
    generated: bool
    rests_on: str
    killed: dict[str, bool] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    acted: bool = True


@cache
def _loaded(name: str) -> Gateway:
    return gateway.load(name)


@cache
def _planted(name: str, defect: str) -> Defect:
    return next(one for one in _loaded(name).defects(every=True) if one.name == defect)


def watched(one: Defect, seen: list[str]) -> Defect:
    """Give the defect, which then notes each stage at which it changes anything."""

    def watching(stage: str, hook: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            made = hook(*given)
            if made is True or (made is not False and not any(made == one for one in given)):
                seen.append(stage)
            return made

        return run

    return replace(one, hooks={stage: watching(stage, hook) for stage, hook in one.hooks.items()})


def check(
    name: str, defects: Iterable[str | Defect], budget: str, *, generated: bool, only: tuple[str, ...] = ()
) -> Result:
    """Check the sandbox of a gateway as `payproof check` does, in this process."""
    chosen = _loaded(name)
    server = chosen.spec.servers[0].url if chosen.spec.servers else ""
    simulator = chosen.simulator(defects=list(defects))
    target = SandboxTarget(simulator, urlsplit(server).path.rstrip("/"), time.time, time.perf_counter)
    return Runner(
        Subject(chosen.spec, chosen.testbed, {}, time.time(), 0),
        target,
        Settings(BUDGETS[budget], only=only),
        generate=SchemathesisGenerator(chosen.spec.resolved, only) if generated else None,
        stopwatch=time.monotonic,
        invariants=getattr(chosen.invariants, "CHECKS", ()),
    ).run()


def judged(row: Row) -> Row:
    """Give the row with what payproof found, for each budget."""
    due = Severity.ERROR if row.rests_on == "documented" else Severity.WARNING

    seen: list[str] = []

    def kills(budget: str, *, generated: bool) -> bool:
        one = watched(_planted(row.gateway, row.name), seen)
        # One that is made from the spec shows in its own operation, or nowhere.
        only = (row.name.split("/")[1],) if row.generated and generated else ()
        result = check(row.gateway, [one], budget, generated=generated, only=only)
        row.found = sorted({f"{one.severity.label} {one.rule}" for one in result.findings})
        return any(one.severity >= due for one in result.findings)

    # The cases are the same in every budget.
    if kills("default", generated=False):
        row.killed = dict.fromkeys(BUDGETS_RUN, True)
    elif kills("default", generated=True):
        row.killed = {"default": True, "quick": kills("quick", generated=True)}
    else:
        # What the larger budget does not find is not asked of the smaller one.
        row.killed = dict.fromkeys(BUDGETS_RUN, False)
        # A duty that no request of the run put to the test counts against the run.
        row.acted = bool(seen) or row.category == "validation"
    return row


def explored(task: tuple[str, str, float, int]) -> set[Failure]:
    """Give what plain schemathesis reports; an empty name of a defect is the honest sandbox."""
    name, defect, seconds, seed = task
    return explore(name, [defect] if defect else [], seconds, seed)


def rows_of(name: str, sample: int, seed: int) -> list[Row]:
    """Give the hand-written defects and a sample of the generated ones of served operations."""
    chosen = _loaded(name)
    hand = {one.name for one in chosen.defects()}
    served = {one for one, operation in chosen.spec.operations.items() if not operation.raw.get("x-target")}
    made = [one for one in chosen.defects(every=True) if one.name not in hand]
    made = [one for one in made if one.name.split("/")[1] in served]
    picked = random.Random(seed).sample(made, min(sample, len(made)))
    return [_row(name, one, generated=False) for one in chosen.defects()] + [
        _row(name, one, generated=True) for one in picked
    ]


def _row(name: str, one: Defect, *, generated: bool) -> Row:
    return Row(name, one.name, one.category, generated, one.rests_on)


def figures(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one gateway."""
    times = {budget: _seconds(name, budget) for budget in BUDGETS_RUN}
    rows = rows_of(name, options.sample, options.seed)
    with ProcessPoolExecutor(options.workers) as pool:
        judged_ = list(_shown(pool.map(judged, rows), len(rows), name))
        done = [row for row in judged_ if row.acted]
        columns: tuple[str, ...] = BUDGETS_RUN
        if not options.no_schemathesis:
            columns = (*columns, "schemathesis")
            _beside(pool, name, done, times["default"])
    return {
        "measured_with": setting(),
        "seconds_of_an_honest_run": {budget: round(seconds, 1) for budget, seconds in times.items()},
        "schemathesis_seconds_for_each_defect": round(times["default"], 1),
        "hand_written": sum(not row.generated for row in done),
        "generated_sampled": sum(row.generated for row in done),
        "generated_in_all": len(_loaded(name).defects(every=True)) - len(_loaded(name).defects()),
        "changed_nothing": [row.name for row in judged_ if not row.acted],
        "seed": options.seed,
        "score": {column: _score(done, column) for column in columns},
        "by_category": {
            category: {
                column: _score([row for row in done if row.category == category], column)
                for column in columns
            }
            for category in sorted({row.category for row in done})
        },
        "survivors": [asdict(row) for row in done if not row.killed["default"]],
    }


def _seconds(name: str, budget: str) -> float:
    """Give the processor seconds of one honest run."""
    start = time.process_time()
    check(name, (), budget, generated=True)
    return time.process_time() - start


def _shown(rows: Iterable[Row], count: int, name: str) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if not row.killed["default"]:
            print(
                f"{name} {number}/{count}: {row.name} survives: {', '.join(row.found) or 'nothing'}",
                flush=True,
            )
        yield row


def _beside(pool: ProcessPoolExecutor, name: str, done: list[Row], seconds: float) -> None:
    """Let plain schemathesis look for the same defects."""
    honest: set[Failure] = set()
    for found in pool.map(explored, [(name, "", seconds, seed) for seed in _SEEDS_OF_BASELINE]):
        honest |= found
    for row, found in zip(
        done, pool.map(explored, [(name, row.name, seconds, 0) for row in done]), strict=True
    ):
        row.killed["schemathesis"] = bool(found - honest)


def _score(rows: list[Row], column: str) -> dict[str, Any]:
    rows = [row for row in rows if column in row.killed]
    killed = sum(row.killed[column] for row in rows)
    return {
        "defects": len(rows),
        "killed": killed,
        "percent": round(100 * killed / len(rows), 1) if rows else None,
    }


def _former(names: list[str]) -> dict[str, Any]:
    """Give what was measured of other gateways before, each with the commit it holds for."""
    path = RESULTS / "mutation.json"
    known = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.is_file() else {}
    return {name: one for name, one in known.items() if name not in names}


def main() -> int:
    """Measure, write the result, and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("gateways", nargs="*", default=["paykun"])
    parser.add_argument("--sample", type=int, default=53)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-schemathesis", action="store_true")
    options = parser.parse_args()
    found = {name: figures(name, options) for name in options.gateways}
    write_result("mutation", {**_former(options.gateways), **found})
    for name, one in found.items():
        print(name, one["score"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
