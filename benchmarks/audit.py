"""Audit of an archive against the obvious way to do it: vcrpy and a JSON Schema validator; ratios of one run.

    python benchmarks/audit.py [--records N] [--vcr-records N] [--memory 10000,1000000]

Each way runs in a process of its own on one core, over PayKun replies no two of which are alike, each signed
for itself, with the headers that a common client and server add. Ours parses, matches, validates and verifies
signatures (life cycles are left out here and timed beside). Theirs is what one writes with vcrpy for the same
job: load the cassette, match each request to an operation, parse the body, validate it; it verifies nothing.
Processor time, from the loaded document on. Results go to benchmarks/results/audit.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from payproof.model import Interaction

ROOT = Path(__file__).resolve().parent.parent
#: What `requests` adds to every request by itself.
CLIENT = (
    ("User-Agent", "python-requests/2.32.5"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept", "*/*"),
    ("Connection", "keep-alive"),
)
OUT = ROOT / "benchmarks" / "results" / "audit.json"


def interactions(count: int) -> Iterator[Interaction]:
    """Give honest status replies, each of another transaction, order, buyer and amount, and signed anew."""
    from payproof import gateway
    from payproof.cassettes.read import read_all
    from payproof.signing import Keys, Recipe, scheme_for, sign_message

    chosen = gateway.load("paykun")
    keys = Keys.of(dict(chosen.testbed.merchants["main"]), test=True)
    recipe = scheme_for(chosen.spec, chosen.spec.operations["getTransaction"], "response", {})
    assert isinstance(recipe, Recipe)
    recorded = (one for one in read_all([ROOT / "cassettes" / "paykun"]) if "violates" not in one.tags)
    honest = [
        one
        for one in recorded
        if one.operation == "getTransaction" and one.response and one.response.status == 200
    ]
    trees = [json.loads(one.response.body) for one in honest if one.response]
    for number in range(count):
        one, tree = honest[number % len(honest)], trees[number % len(honest)]
        _vary(tree["data"]["transaction"], number)
        assert one.response is not None
        body = json.dumps(tree, separators=(",", ":")).encode()
        base = one.request.target.rpartition("/")[0]
        asked = replace(one.request, target=f"{base}/{tree['data']['transaction']['payment_id']}")
        asked = replace(asked, headers=(*CLIENT, *asked.headers))
        moment = formatdate(1795168800 + number, usegmt=True)
        length = ("Content-Length", str(len(body)))
        headers = (("Date", moment), ("Server", "nginx"), *one.response.headers, length)
        signed = sign_message(recipe, replace(one.response, headers=headers, body=body), keys)
        yield replace(one, request=asked, response=signed, started_s=1795168800.0 + number)


def _vary(transaction: dict[str, Any], number: int) -> None:
    digits = f"{number:020}"
    transaction["payment_id"] = "-".join(digits[at : at + 5] for at in range(0, 20, 5))
    transaction["date"] = str(1581769083 + number)
    order, customer = transaction["order"], transaction["customer"]
    order["order_id"] = f"{number:014}"
    order["gross_amount"] = 11 + number % 90_000
    order["gateway_fee"] = (22 + number % 9_000) / 100
    customer["email_id"] = f"buyer{number}@shop.example"
    customer["mobile_no"] = f"9{number % 10**9:09}"


def write_ndjson(path: Path, count: int) -> None:
    """Write an archive of ours."""
    from payproof.cassettes.journal_lines import entry_line, header_line

    with path.open("wb") as file:
        file.write(header_line({"gateway": "paykun"}))
        for one in interactions(count):
            file.write(entry_line(one))


def write_vcr(path: Path, count: int) -> None:
    """Write a cassette of vcrpy's, in YAML or JSON as the name says."""
    from payproof.cassettes.journal_lines import vcr_entry

    rows = [{key: row[key] for key in ("request", "response")} for row in map(vcr_entry, interactions(count))]
    data = {"version": 1, "interactions": rows}
    if path.suffix == ".json":
        path.write_text(json.dumps(data))
        return
    import yaml

    # Without the memo of shared values: vcrpy writes every entry out.
    path.write_text(yaml.dump(json.loads(json.dumps(data)), Dumper=yaml.CSafeDumper))


def ours(path: Path) -> tuple[int, float]:
    """Audit an archive on one core; gives the number of records and the processor time in seconds."""
    from payproof import gateway
    from payproof.audit import Auditor, Partial, pieces
    from payproof.signing import Keys

    chosen = gateway.load("paykun")
    auditor = Auditor(chosen.spec, Keys.of(dict(chosen.testbed.merchants["main"])))
    made = Partial()
    # Processor time: what else the machine does is nobody's merit.
    started = time.process_time()
    for piece in pieces([path]):
        made.merge(auditor.piece(piece))
    elapsed = time.process_time() - started
    return _all_right(made.counts), elapsed


def ours_with_life_cycles(path: Path) -> tuple[int, float]:
    """Audit an archive whole, as the command does on one core."""
    from payproof import gateway
    from payproof.audit.plan import pieces
    from payproof.audit.run import Job, audit

    chosen = gateway.load("paykun")
    job = Job(chosen.spec.path, dict(chosen.testbed.merchants["main"]), {}, Path())
    started = time.process_time()
    made = audit(job, list(pieces([path])), run_id="bench")
    elapsed = time.process_time() - started
    return _all_right(made.counts), elapsed


def _all_right(counts: Counter[str]) -> int:
    assert counts["verified"] == counts["records"] == counts["valid"], counts
    return counts["records"]


def judges(validator: str) -> tuple[list[tuple[str, re.Pattern[str], str]], dict[Any, Callable[[Any], bool]]]:
    """Give what theirs is written with: a pattern for each path, a compiled schema for each answer."""
    from payproof.spec import load

    if validator == "jsonschema":
        from jsonschema import Draft202012Validator as Validator
    else:
        from jsonschema_rs import Draft202012Validator as Validator
    spec = load(ROOT / "openapi" / "paykun")
    routes, known = [], {}
    for one in spec.operations.values():
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(one.path))
        routes.append((one.method, re.compile(f".*{pattern}/?"), one.id))
        for status, stated in one.responses.items():
            schema = stated.get("content", {}).get("application/json", {}).get("schema")
            if schema is not None:
                known[one.id, status] = Validator(schema).is_valid
    return routes, known


def theirs(path: Path, routes: Any, known: Any) -> int:
    """Load a cassette with vcrpy, match, parse and validate every entry; gives the number of entries."""
    from vcr.cassette import Cassette
    from vcr.serializers import jsonserializer, yamlserializer

    serializer = jsonserializer if path.suffix == ".json" else yamlserializer
    cassette = Cassette.load(path=str(path), serializer=serializer)
    for request, response in zip(cassette.requests, cassette.responses, strict=True):
        path_asked = urlsplit(request.uri).path
        operation = next(
            id for method, fits, id in routes if method == request.method and fits.fullmatch(path_asked)
        )
        is_valid = known[operation, str(response["status"]["code"])]
        assert is_valid(json.loads(response["body"]["string"]))
    return len(cassette.responses)


def _child(way: str, path: str) -> None:
    if way.startswith("ours"):
        count, elapsed = (ours if way == "ours" else ours_with_life_cycles)(Path(path))
    else:
        made = judges("jsonschema" if way == "vcr-yaml" else "jsonschema-rs")
        started = time.process_time()
        count = theirs(Path(path), *made)
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
    from payproof.files.quick_json import quick_json

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT)
    facts = {"commit": commit.stdout.strip(), "python": platform.python_version(), "json": quick_json().name}
    OUT.parent.mkdir(exist_ok=True)
    data = {**facts, "rows": rows, "ratios": ratios, "peak_mb": memory, "growth": growth}
    OUT.write_text(json.dumps(data, indent=2) + "\n")


if __name__ == "__main__":
    main()
