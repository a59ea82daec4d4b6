"""Does a proposal make its finding vanish and nothing else? Every kind of change, at each gateway.

    python benchmarks/proposals.py [--each N] [--gateway NAME] [--no-write]

The first N plantings of each kind of `planting` are tried, and changes of whole replies: a status, a media
type, an operation that no document has. Each overlay that was proposed is a change of the spec as well, so
every one is tried between specs in both directions: from the old document to the new one and back. Results go
to benchmarks/results/proposals.json.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.common import write_result
from benchmarks.planting import MESSAGES, Part, parts, plants, sample

from payproof.drift import Side, compare, fold, overlaid, propose, side_of
from payproof.drift.compare import fact_of
from payproof.drift.from_spec import operation_facts
from payproof.drift.overlay import apply
from payproof.drift.sides import OperationFacts
from payproof.model import Finding, Interaction, Message
from payproof.spec import Spec, load

ROOT = Path(__file__).resolve().parent.parent
#: Kinds for which no change of the document alone is right; the tool says so and proposes nothing.
DECLINED = {"another hash": "a signature's form follows from its recipe"}


class Trial:
    """The proposals of one gateway's kinds.

    Args:
        spec: The gateway's document.
        each: How many plantings of each kind are tried.
    """

    def __init__(self, spec: Spec, each: int) -> None:
        self.spec, self.each = spec, each
        self.side = side_of(spec)
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.survivors: list[str] = []

    def run(self) -> None:
        """Try every kind."""
        for operation in self.side.operations.values():
            for part in parts(operation):
                self._part(part)

    def _part(self, part: Part) -> None:
        honest = [sample(part.node, number) for number in range(MESSAGES)]
        promise = self._only(part.operation)
        if compare(promise, self._seen(part, honest)):
            return
        for one in plants(part):
            if self._wanted(one.kind):
                bodies = [
                    body if one.some and index // 2 % 2 else one.alter(body)
                    for index, body in enumerate(copy.deepcopy(honest))
                ]
                if json.dumps(bodies) != json.dumps(honest):
                    self._try(one.kind, part, promise, self._seen(part, bodies), one.rule)
        for kind, rule, rows in _whole(part, honest):
            if self._wanted(kind):
                self._try(kind, part, promise, fold(self.spec, rows).side("seen"), rule)

    def _wanted(self, kind: str) -> bool:
        return self.counts[kind]["tried"] < self.each

    def _only(self, operation: OperationFacts) -> Side:
        return replace(self.side, operations={operation.id: operation})

    def _seen(self, part: Part, bodies: list[Any]) -> Side:
        return fold(self.spec, [part.interaction(body) for body in bodies]).side("seen")

    def _try(self, kind: str, part: Part, promise: Side, live: Side, rule: str) -> None:
        found = compare(promise, live)
        chosen = next((one for one in found if one.rule == rule), None)
        if chosen is None:
            return
        counts = self.counts[kind]
        counts["tried"] += 1
        label = f"{part.operation.id} {part.name} {chosen.location.pointer}: {kind}"
        changed = self._applied(self.spec, self.side, promise, live, [chosen], label)
        if changed is None:
            counts["declined"] += 1
            if kind not in DECLINED:
                self.survivors.append(f"{label}: nothing is proposed for {rule}")
            return
        counts["vanished"] += 1
        self._between_specs(kind, part, promise, changed, label)

    def _between_specs(self, kind: str, part: Part, promise: Side, changed: Spec, label: str) -> None:
        newer = self._facts(changed, part)
        for name, spec, old, new in (("forth", self.spec, promise, newer), ("back", changed, newer, promise)):
            found = compare(old, new)
            if not found:
                self.counts[kind][f"{name}: no finding"] += 1
                continue
            self.counts[kind][f"{name}: tried"] += 1
            side = replace(side_of(spec), operations=old.operations) if spec is not self.spec else self.side
            made = self._applied(spec, side, old, new, found, f"{label}, spec against spec, {name}")
            self.counts[kind][f"{name}: {'vanished' if made else 'declined'}"] += 1

    def _facts(self, spec: Spec, part: Part) -> Side:
        known = {**spec.operations, **spec.webhooks}
        if part.operation.id not in known:
            return self._only(part.operation)
        return replace(
            self.side, operations={part.operation.id: operation_facts(spec, known[part.operation.id])}
        )

    def _applied(
        self, spec: Spec, side: Side, old: Side, new: Side, chosen: list[Finding], label: str
    ) -> Spec | None:
        """Give the spec after the proposal, None where there is none; notes what survived it or was added."""
        before = {_mark(one) for one in compare(old, new)}
        proposal = propose(spec, side, new, chosen)
        left = {_mark(one) for one in proposal.left}
        wanted = {_mark(one) for one in chosen} - left
        if not wanted:
            return None
        changed = overlaid(spec, apply(proposal.overlay, spec.document))
        known = {**changed.operations, **changed.webhooks}
        facts = {name: operation_facts(changed, known[name]) for name in old.operations if name in known}
        more = {one.id for one in known.values()} - {*spec.operations, *spec.webhooks}
        facts |= {name: operation_facts(changed, known[name]) for name in more}
        after = {_mark(one) for one in compare(replace(old, operations=facts), self._asked(changed, new))}
        for mark in sorted(after & wanted)[:1]:
            self.survivors.append(f"{label}: it stays: {mark[:2]}")
        for mark in sorted(after - before)[:1]:
            self.survivors.append(f"{label}: it adds {mark[:2]}")
        return changed

    def _asked(self, changed: Spec, new: Side) -> Side:
        """Give the observations as the changed document sorts them: what was unknown may be known now."""
        return (
            replace(new, unknown={})
            if new.unknown and len(changed.operations) > len(self.spec.operations)
            else new
        )


def _mark(one: Finding) -> tuple[str, str, str]:
    return one.rule, str(one.location), fact_of(one)


def _whole(part: Part, honest: list[Any]) -> Iterator[tuple[str, str, list[Interaction]]]:
    """Give changes of whole replies: kind, rule, what is seen."""
    if part.hook:
        return
    rows = [part.interaction(body) for body in honest]
    if not part.operation.replies.keys() & {"418", "4XX", "default"}:
        odd = [part.interaction(body, status="418") for body in honest]
        yield "status not documented", "response-status-added", [*rows, *odd]
    odd = [part.interaction(body, media="application/vnd.other+json") for body in honest]
    yield "media type not documented", "response-media-type-added", [*rows, *odd]
    unknown = Interaction(Message("GET", "/zz/unheard/of"), Message(status=200, body=b"{}"))
    yield "operation not documented", "operation-undocumented", [*rows, unknown]


def main() -> int:
    """Try, print, write; give 0 when every proposal did what it should."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--each", type=int, default=2)
    asked.add_argument("--gateway", action="append", help="only this one; may be repeated")
    asked.add_argument("--no-write", action="store_true", help="print only")
    given = asked.parse_args()
    names = given.gateway or sorted(path.parent.name for path in (ROOT / "openapi").glob("*/openapi.yaml"))
    results: dict[str, Any] = {}
    for name in names:
        trial = Trial(load(ROOT / "openapi" / name), given.each)
        trial.run()
        total = sum(trial.counts.values(), Counter())
        kinds = {
            kind: dict(sorted(row.items())) for kind, row in sorted(trial.counts.items()) if row["tried"]
        }
        results[name] = {"kinds": kinds, "total": dict(sorted(total.items())), "survivors": trial.survivors}
        print(f"{name}: {len(kinds)} kinds; " + ", ".join(f"{n} {what}" for what, n in sorted(total.items())))
        for line in trial.survivors:
            print(f"  {line}")
    if not given.no_write:
        write_result("proposals", results)
    return 1 if any(row["survivors"] for row in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
