"""How many planted changes drift finds: every kind at every field of every spec; survivors are listed.

    python benchmarks/drift.py [--every N] [--gateway NAME]

Each change is planted in what the gateway sends live, beside an honest recording (the gateway moved); every
tenth one in both alike too (the spec is off). The proposal is tried for every N-th change: applied, it has to
make that finding vanish and nothing else. Results go to benchmarks/results/drift.json.
"""

from __future__ import annotations

import argparse
import copy
import json
import platform
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.planting import MESSAGES, Part, Plant, parts, plants, sample

from payproof.drift import Side, attribute, compare, fold, overlaid, propose, side_of
from payproof.drift.compare import fact_of, weigh
from payproof.drift.from_spec import operation_facts
from payproof.drift.overlay import apply
from payproof.drift.registry import drift_rule_of
from payproof.model import Finding
from payproof.spec import Spec, load

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "benchmarks" / "results" / "drift.json"


class Field:
    """One spec with what was planted in it, found and missed."""

    def __init__(self, spec: Spec, every: int) -> None:
        self.spec, self.every = spec, every
        self.side = side_of(spec)
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.survivors: list[str] = []

    def run(self) -> None:
        """Plant everything."""
        for operation in self.side.operations.values():
            for part in parts(operation):
                self._part(part)

    def _part(self, part: Part) -> None:
        promise = replace(self.side, operations={part.operation.id: part.operation})
        honest = [sample(part.node, number) for number in range(MESSAGES)]
        recording = self._fold(part, honest)
        if compare(promise, recording):
            self.counts["parts without honest messages"] += 1
            first = compare(promise, recording)[0]
            where = f"{part.operation.id} {part.name}"
            self.survivors.append(f"{where}: honest messages depart: {first.rule} {first.location.pointer}")
            return
        self.counts["parts"] += 1
        for one in plants(part):
            self._plant(part, promise, honest, recording, one)

    def _fold(self, part: Part, bodies: list[Any]) -> Side:
        return fold(self.spec, [part.interaction(body) for body in bodies]).side("seen")

    def _plant(self, part: Part, promise: Side, honest: list[Any], recording: Side, one: Plant) -> None:
        bodies = [
            body if one.some and index // 2 % 2 else one.alter(body)
            for index, body in enumerate(copy.deepcopy(honest))
        ]
        if bodies == honest and json.dumps(bodies) == json.dumps(honest):
            self.counts["not reachable"] += 1
            return
        self.counts["planted"] += 1
        self.kinds[one.kind] += 1
        live = self._fold(part, bodies)
        found = self._found(attribute(promise, recording, live), one, part)
        label = f"{part.operation.id} {part.name} {one.pointer}: {one.kind}"
        if found is None:
            self.survivors.append(f"{label}: not found")
            return
        self.counts["found"] += 1
        self._verdict(found, "gateway", label)
        if self.counts["found"] % 10 == 0:
            self.counts["planted in both"] += 1
            both = self._found(attribute(promise, live, live), one, part)
            if both is None or both.details.get("party") != "spec":
                self.survivors.append(f"{label}: both sides alike, and the spec is not named")
        if self.counts["found"] % self.every == 0:
            self._proposal(part, promise, live, found, label)

    def _found(self, findings: list[Finding], one: Plant, part: Part) -> Finding | None:
        for row in findings:
            if (
                row.rule == one.rule
                and row.location.pointer == one.pointer
                and row.location.part == part.name
            ):
                return row
        return None

    def _verdict(self, found: Finding, party: str, label: str) -> None:
        right = weigh(drift_rule_of(found.rule).row.severity, found.evidence)
        if found.severity is not right:
            self.survivors.append(f"{label}: severity {found.severity.label}, not {right.label}")
        elif found.details.get("party") != party:
            self.survivors.append(f"{label}: {found.details.get('party')} named, not {party}")
        else:
            self.counts["severity and party right"] += 1

    def _proposal(self, part: Part, promise: Side, live: Side, found: Finding, label: str) -> None:
        self.counts["proposals tried"] += 1
        before = {(one.fingerprint, fact_of(one)) for one in compare(promise, live)}
        proposal = propose(self.spec, self.side, live, [found])
        if proposal.left:
            self.counts["proposals declined"] += 1
            return
        spec = overlaid(self.spec, apply(proposal.overlay, self.spec.document))
        operations = spec.webhooks if part.hook else spec.operations
        changed = operation_facts(spec, operations[part.operation.id])
        after = compare(replace(promise, operations={part.operation.id: changed}), live)
        left = {(one.fingerprint, fact_of(one)) for one in after}
        gone = all(mark != found.fingerprint for mark, _ in left)
        if gone and left <= before:
            self.counts["proposals that work"] += 1
        else:
            more = [
                f"{one.rule} {one.location.pointer}"
                for one in after
                if (one.fingerprint, fact_of(one)) not in before
            ]
            self.survivors.append(
                f"{label}: the proposal {'adds ' + more[0] if gone and more else 'changes nothing'}"
            )


def main() -> int:
    """Plant, report, and give 0 when nothing survived."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--every", type=int, default=25, help="try the proposal of every N-th change found")
    asked.add_argument("--gateway", action="append", help="only this one; may be repeated")
    asked.add_argument("--no-write", action="store_true", help="print only")
    given = asked.parse_args()
    started = time.perf_counter()
    names = given.gateway or sorted(path.parent.name for path in (ROOT / "openapi").glob("*/openapi.yaml"))
    results: dict[str, Any] = {}
    for name in names:
        field = Field(load(ROOT / "openapi" / name), given.every)
        field.run()
        results[name] = {
            "counts": dict(sorted(field.counts.items())),
            "kinds": dict(sorted(field.kinds.items())),
            "survivors": field.survivors,
        }
        print(f"{name}: " + ", ".join(f"{number} {what}" for what, number in sorted(field.counts.items())))
        for line in field.survivors[:40]:
            print(f"  survivor: {line}")
        print(f"  survivors: {len(field.survivors)}")
    if not given.no_write:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT
        )
        facts = {
            "commit": commit.stdout.strip(),
            "python": platform.python_version(),
            "proposal_every": given.every,
            "elapsed_s": round(time.perf_counter() - started, 1),
        }
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps({**facts, "gateways": results}, indent=2) + "\n")
    return 1 if any(row["survivors"] for row in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
