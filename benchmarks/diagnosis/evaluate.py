"""Measure `diagnose` on the corpus: how often the right cause stands first, and how often a cause is false.

    python benchmarks/diagnosis/evaluate.py [--misses] [CASE-ID ...]

Writes benchmarks/results/diagnosis.json when the whole corpus was run.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.common import write_result
from benchmarks.diagnosis.labels import meets

from payproof.cli.scheme_options import load_spec
from payproof.model import Message
from payproof.signing import Keys, load_scheme
from payproof.signing.diagnosis.answer import Diagnosis, Explanation
from payproof.signing.diagnosis.context import context_for
from payproof.signing.diagnosis.diagnose import diagnose
from payproof.signing.diagnosis.layers import diagnose_envelope
from payproof.signing.envelope import Envelope

CORPUS = Path(__file__).with_name("corpus.json")
#: A gateway's spec is read once; reading it is no part of a diagnosis.
spec_of = lru_cache(None)(load_spec)
#: The corpus's role names -> the specs'.
ROLES = {"v2_secret": "v2_secret"}


def main() -> int:
    """Run the corpus and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list every case that was not answered right")
    parser.add_argument("--jobs", type=int, default=1, help="processes; times are honest with 1 only")
    parser.add_argument("ids", nargs="*", help="only these cases, and list them")
    options = parser.parse_args()
    cases = json.loads(CORPUS.read_text(encoding="utf-8"))
    chosen = [case for case in cases if not options.ids or case["id"] in options.ids]
    rows = judge_all(chosen, options.jobs)
    report(rows, listed=options.misses or bool(options.ids))
    if not options.ids:
        write_result("diagnosis", figures(rows))
    return 0


def judge_all(cases: Sequence[dict[str, Any]], jobs: int = 1) -> list[dict[str, Any]]:
    """Diagnose cases, in one process or several."""
    if jobs == 1:
        return [judge(case) for case in cases]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(judge, cases, chunksize=8))


def judge(case: dict[str, Any]) -> dict[str, Any]:
    """Diagnose one case and say whether the answer is right, false or missing."""
    spec_of(case["scheme"].partition(".")[0])
    started, used = time.perf_counter(), time.process_time()
    answer = run(case)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    first = answer.explanations[0] if answer.explanations else None
    if case["kind"] == "unexplained":
        outcome = "false" if first else "right"
    elif first is None:
        outcome = "right" if answer.verdict.ok and not counted(case, case["causes"]) else "missing"
    else:
        outcome = "right" if right(case, first) else "other"
    named = [f"{cause.dimension}/{cause.choice}" for cause in first.causes] if first else []
    return {
        "id": case["id"],
        "kind": case["kind"],
        "scheme": case["scheme"],
        "dimensions": sorted({cause["dimension"] for cause in case["causes"]}),
        "outcome": outcome,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "hypotheses": answer.hypotheses,
        "wanted": [f"{cause['dimension']}/{cause['choice']}" for cause in case["causes"]],
        "named": named,
    }


def run(case: dict[str, Any]) -> Diagnosis:
    """Diagnose a case as the command does."""
    spec = spec_of(case["scheme"].partition(".")[0])
    raw = case["message"]
    body = base64.b64decode(raw.get("body_base64", ""))
    headers = tuple((name, value) for name, value in raw["headers"])
    message = Message(method=raw["method"], target=raw["target"], headers=headers, body=body)
    keys = Keys.of({ROLES.get(role, role): text for role, text in case["keys"].items()}, test=True)
    source, carry = places(case["scheme"], message)
    scheme = load_scheme(spec.schemes, case["scheme"], source=source, carry=carry)
    if isinstance(scheme, Envelope):
        return diagnose_envelope(scheme, message, keys)
    earlier = [Message(headers=tuple(map(tuple, case["earlier"])))] if case.get("earlier") else []  # type: ignore[misc]
    context = context_for(spec, case["scheme"], source=source, carry=carry)
    return diagnose(scheme, message, keys, context=context, earlier=earlier)


def places(scheme: str, message: Message) -> tuple[Any, Any]:
    """Give what the operation of a case's message overrides in its scheme."""
    if scheme == "paykun.request" and message.method == "GET":
        return "query", None
    if scheme == "plural.v2-kv" and b"ppc_DIA_SECRET" not in message.body:
        return ("return-url" if not message.body else None), {"field": "dia_secret"}
    return None, None


def right(case: dict[str, Any], first: Explanation) -> bool:
    """Say whether the first explanation is the labelled one or gives the same bytes as it."""
    wanted = [case["causes"], *case.get("expected_equal", [])]
    return any(_same(counted(case, labels), first) for labels in wanted)


def counted(case: dict[str, Any], labels: Iterable[dict[str, Any]]) -> list[str]:
    """Give the labels that are mistakes by the spec; what the scheme's verifiers let pass is none."""
    names = [f"{row['dimension']}/{row['choice']}" for row in labels]
    scheme = spec_of(case["scheme"].partition(".")[0]).schemes[case["scheme"]]
    lax = (scheme.get("accept") or {}).get("case") == "insensitive"
    return [name for name in names if not (lax and name in ("output/hex-lower", "output/hex-upper"))]


def _same(labels: Sequence[str], first: Explanation) -> bool:
    left = list(first.causes)
    for label in labels:
        found = next((cause for cause in left if _met(label, [cause, *cause.alternatives])), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _met(label: str, causes: Iterable[Any]) -> bool:
    return any(meets(label, cause.dimension, cause.choice) for cause in causes)


def figures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Count outcomes by kind, scheme and dimension, and take the times."""
    return {
        "by_kind": {
            kind: _counts([row for row in rows if row["kind"] == kind]) for kind in _values(rows, "kind")
        },
        "by_scheme": {
            scheme: _counts([row for row in rows if row["scheme"] == scheme and row["kind"] != "unexplained"])
            for scheme in _values(rows, "scheme")
        },
        "by_dimension": {
            dimension: _counts([row for row in rows if dimension in row["dimensions"]])
            for dimension in sorted({name for row in rows for name in row["dimensions"]})
        },
        "false_causes": sum(row["outcome"] == "false" for row in rows),
        "hypotheses_per_second": round(
            sum(row["hypotheses"] for row in rows) / sum(row["cpu_seconds"] for row in rows)
        ),
        "missed": [
            {key: row[key] for key in ("id", "wanted", "named", "outcome")}
            for row in rows
            if row["outcome"] != "right"
        ],
    }


def _values(rows: Sequence[dict[str, Any]], key: str) -> list[str]:
    return sorted({row[key] for row in rows})


def _counts(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    outcomes = Counter(row["outcome"] for row in rows)
    times = sorted(row["seconds"] for row in rows)
    cpu = sorted(row["cpu_seconds"] for row in rows)
    return {
        "cases": len(rows),
        "right": outcomes["right"],
        "share": round(outcomes["right"] / len(rows), 4),
        "median_ms": round(median(times) * 1000, 1),
        "slowest_ms": round(times[-1] * 1000),
        "median_cpu_ms": round(median(cpu) * 1000, 1),
        "slowest_cpu_ms": round(cpu[-1] * 1000),
    }


def report(rows: Sequence[dict[str, Any]], *, listed: bool) -> None:
    """Print the figures as tables."""
    made = figures(rows)
    for title in ("by_kind", "by_scheme", "by_dimension"):
        print(title.replace("_", " "))
        for name, row in made[title].items():
            print(
                f"  {name:28} {row['right']:4} of {row['cases']:4}  {row['share']:7.1%}",
                f"  median {row['median_cpu_ms']} ms of CPU, slowest {row['slowest_cpu_ms']} ms",
            )
    print(f"false causes: {made['false_causes']}; {made['hypotheses_per_second']} hypotheses a second")
    groups = defaultdict(list)
    for row in rows:
        groups[row["outcome"]].append(row)
    for row in rows if listed else ():
        if row["outcome"] != "right" or len(rows) < 20:
            print(
                row["id"],
                row["scheme"],
                row["outcome"],
                "wanted",
                row["wanted"],
                "named",
                row["named"],
                round(row["seconds"], 2),
            )


if __name__ == "__main__":
    sys.exit(main())
