"""Audit of an archive against the obvious way to do it: vcrpy and a JSON Schema validator; ratios of one run.

    python benchmarks/audit.py [--records N] [--vcr-records N] [--memory 10000,1000000]

Each way runs in a process of its own on one core, with the same PayKun replies: ours parses, matches,
validates and verifies signatures (life cycles are left out here and timed beside); theirs load a cassette,
parse bodies and validate them, without verifying anything. Results go to benchmarks/results/audit.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "benchmarks" / "results" / "audit.json"


def _interactions(count: int) -> Any:
    from payproof.cassettes.read import read_all

    kept = [
        one
        for one in read_all([ROOT / "cassettes" / "paykun"])
        if one.operation == "getTransaction" and one.response and one.response.status == 200
    ]
    honest = [one for one in kept if "violates" not in one.tags]
    for number in range(count):
        yield honest[number % len(honest)]


def write_ndjson(path: Path, count: int) -> None:
    """Write an archive of ours."""
    from payproof.cassettes.journal_lines import entry_line, header_line

    with path.open("wb") as file:
        file.write(header_line({"gateway": "paykun"}))
        for one in _interactions(count):
            file.write(entry_line(one))


def write_vcr(path: Path, count: int) -> None:
    """Write a cassette of vcrpy's, in YAML or JSON as the name says."""
    from payproof.cassettes.journal_lines import vcr_entry

    rows = [
        {key: row[key] for key in ("request", "response")} for row in map(vcr_entry, _interactions(count))
    ]
    data = {"version": 1, "interactions": rows}
    if path.suffix == ".json":
        path.write_text(json.dumps(data))
        return
    import yaml

    # Without the memo of shared values: vcrpy writes every entry out.
    path.write_text(yaml.dump(json.loads(json.dumps(data)), Dumper=yaml.CSafeDumper))


def ours(path: Path, *, life_cycle: bool) -> int:
    """Audit an archive on one core; gives the number of records judged."""
    from payproof import gateway
    from payproof.audit.plan import pieces
    from payproof.audit.run import Job, audit

    chosen = gateway.load("paykun")
    keys = dict(chosen.testbed.merchants["main"])
    job = Job(chosen.spec.path, keys, {}, Path() if life_cycle else None)
    made = audit(job, list(pieces([path])), run_id="bench")
    assert made.counts["verified"] == made.counts["records"] == made.counts["valid"], made.counts
    return made.counts["records"]


def theirs(path: Path, validator: str) -> int:
    """Load a cassette with vcrpy, and parse and validate every body; gives the number of entries."""
    from vcr.persisters.filesystem import FilesystemPersister
    from vcr.serializers import jsonserializer, yamlserializer

    from payproof.spec import load

    spec = load(ROOT / "openapi" / "paykun")
    reply = spec.operations["getTransaction"].responses["200"]["content"]["application/json"]["schema"]
    if validator == "jsonschema":
        from jsonschema import Draft202012Validator

        judge: Any = Draft202012Validator(reply)
    else:
        import jsonschema_rs

        judge = jsonschema_rs.Draft202012Validator(reply)
    serializer = jsonserializer if path.suffix == ".json" else yamlserializer
    _, responses = FilesystemPersister.load_cassette(str(path), serializer)
    for one in responses:
        assert judge.is_valid(json.loads(one["body"]["string"]))
    return len(responses)


def _child(way: str, path: str) -> None:
    # Processor time: what else the machine does is nobody's merit.
    started = time.process_time()
    if way in ("ours", "ours-life-cycle"):
        count = ours(Path(path), life_cycle=way == "ours-life-cycle")
    else:
        count = theirs(Path(path), "jsonschema" if way == "vcr-yaml" else "jsonschema-rs")
    elapsed = time.process_time() - started
    # Not ru_maxrss, which a process inherits from the one that started it.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"records": count, "us": round(elapsed / count * 1e6, 2), "peak_mb": round(peak, 1)}))


def _run(way: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", way, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    row: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"{way:<16} {row['records']:>9} records {row['us']:>9} us each, peak {row['peak_mb']} MB")
    return row


def main() -> None:
    """Measure, print, write."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument(
        "--vcr-records", type=int, default=10_000, help="for the slow ways; fewer flatters them"
    )
    asked.add_argument("--memory", default="10000,1000000", help="sizes at which our peak memory is taken")
    asked.add_argument("--child", nargs=2)
    given = asked.parse_args()
    if given.child:
        _child(*given.child)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_ndjson(folder / "a.ndjson", given.records)
        rows = {"ours": _run("ours", folder / "a.ndjson")}
        write_vcr(folder / "c.yaml", given.vcr_records)
        rows["vcr-yaml"] = _run("vcr-yaml", folder / "c.yaml")
        write_vcr(folder / "c.json", given.vcr_records)
        rows["vcr-json"] = _run("vcr-json", folder / "c.json")
        rows["ours-life-cycle"] = _run("ours-life-cycle", folder / "a.ndjson")
        memory = {}
        for size in map(int, given.memory.split(",")):
            write_ndjson(folder / "m.ndjson", size)
            memory[str(size)] = _run("ours", folder / "m.ndjson")["peak_mb"]
    ratios = {way: round(rows[way]["us"] / rows["ours"]["us"], 1) for way in ("vcr-yaml", "vcr-json")}
    peaks = list(memory.values())
    growth = round(peaks[-1] / peaks[0], 3)
    print(f"ratios: {ratios}; memory at the largest size is {growth} of that at the smallest")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT)
    facts = {"commit": commit.stdout.strip(), "python": platform.python_version()}
    OUT.parent.mkdir(exist_ok=True)
    data = {**facts, "rows": rows, "ratios": ratios, "peak_mb": memory, "growth": growth}
    OUT.write_text(json.dumps(data, indent=2) + "\n")


if __name__ == "__main__":
    main()
