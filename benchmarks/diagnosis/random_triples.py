"""Time `diagnose` on triples of mistakes that nobody chose: large messages, three departures drawn at random.

    python benchmarks/diagnosis/random_triples.py [--count N] [--seed N]

The corpus says how right the answers are, by programs that know nothing of our recipes; this says how long
they take over more of the space. Each message has 40 to 64 fields and about 4 KB, and is signed with three
departures drawn evenly from the search's own options, each at another stage and each changing the bytes.
Figures stand by how unlikely the three are together, the sum of their ranks: the search tries 3, 4 and 5
while its budget of work lasts, and leaves what is rarer alone: such draws show the time of a search in vain.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeVar
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.common import write_result

from payproof.cli.scheme_options import load_spec
from payproof.model import Message
from payproof.signing import Keys, load_scheme
from payproof.signing.carry import attach
from payproof.signing.diagnosis.context import context_for
from payproof.signing.diagnosis.diagnose import diagnose
from payproof.signing.diagnosis.fields_branch import fields_stages
from payproof.signing.diagnosis.option import Stage, attempt
from payproof.signing.diagnosis.parts_branch import parts_stages
from payproof.signing.diagnosis.plans import Plans
from payproof.signing.digests import SIZES
from payproof.signing.recipe import Recipe
from payproof.signing.source import take
from payproof.signing.stages import write

T = TypeVar("T")
KEYS = Keys.of(
    {
        "encryption_key": "4A6B8C0D2E4F6A8B0C2D4E6F8A0B2C4D",
        "access_token": "T0K3N4T0K3N4T0K3N4T0K3N4T0K3N4T0",
        "webhook_secret": "d2ViaG9vay1zZWNyZXQtb2YtdGhlLXRlc3Q=",
        "callback_secret": "00112233445566778899AABBCCDDEEFF",
        "v2_secret": "A1B2C3D4E5F60718293A4B5C6D7E8F90",
    },
    test=True,
)
VALUES: tuple[Any, ...] = (
    "10.50",
    "Zoë & Co / 1",
    " padded ",
    "",
    None,
    True,
    False,
    0,
    7,
    12.5,
    {"a": [1, "b"]},
)


def main() -> int:
    """Run the triples and write benchmarks/results/random_triples.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows = [timed(*case) for case in drawn(random.Random(options.seed), options.count)]
    by_rank = {at: [row for row in rows if min(row["rank"], 6) == at] for at in (3, 4, 5, 6)}
    figures = {
        "all": summed(rows),
        **{f"rank_{at}{'_or_more' if at == 6 else ''}": summed(some) for at, some in by_rank.items() if some},
        "hypotheses_per_second": round(
            1000 * sum(row["hypotheses"] for row in rows) / sum(row["cpu_ms"] for row in rows)
        ),
        "seed": options.seed,
    }
    write_result("random_triples", figures)
    print(json.dumps(figures, indent=2))
    return 0


def summed(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Give how many were explained, and the times."""
    times = sorted(row["cpu_ms"] for row in rows)
    return {
        "cases": len(rows),
        "explained": sum(row["proven"] for row in rows),
        "within_a_second": sum(one <= 1000 for one in times),
        "median_cpu_ms": round(median(times)),
        "p99_cpu_ms": round(quantiles([*times, times[-1]], n=100, method="inclusive")[-1]),
        "slowest_cpu_ms": round(times[-1]),
    }


def timed(name: str, recipe: Recipe, message: Message, rank: int) -> dict[str, Any]:
    """Diagnose one message and give the time it took."""
    context = context_for(load_spec(name.partition(".")[0]), name)
    used = time.process_time()
    found = diagnose(recipe, message, KEYS, context=context)
    spent = time.process_time() - used
    return {"cpu_ms": spent * 1000, "proven": found.proven, "hypotheses": found.hypotheses, "rank": rank}


def drawn(chance: random.Random, wanted: int) -> Iterator[tuple[str, Recipe, Message, int]]:
    """Give wrongly signed messages, the schemes in turn."""
    schemes = dict(recipes())
    names = list(schemes)
    made = 0
    for at in count():
        if made == wanted:
            return
        name = names[at % len(names)]
        found = attempt(lambda name: signed_wrongly(chance, schemes[name]), name)
        if found is not None:
            made += 1
            yield name, schemes[name], *found


def recipes() -> Iterator[tuple[str, Recipe]]:
    """Give every signing scheme of both gateways."""
    for gateway in ("paykun", "plural"):
        specs = load_spec(gateway).schemes
        for name in specs:
            scheme = load_scheme(specs, name)
            if isinstance(scheme, Recipe):
                yield name, scheme


def signed_wrongly(chance: random.Random, recipe: Recipe) -> tuple[Message, int] | None:
    """Give a message with three departures in its signature, and their ranks' sum; None for an idle draw."""
    message = bare(chance, recipe)
    size = SIZES[recipe.rounds[-1].digest.removeprefix("hmac-").split("-")[0]]
    plans = Plans(recipe, KEYS, take(recipe.source, message), frozenset({size}))
    in_hashing = chance.choice((0, 1, 1, 2))
    plan = drawn_from(chance, plans.by_mistakes[in_hashing])
    stages = fields_stages(recipe, message, KEYS) if recipe.covers_fields else parts_stages(recipe, message)
    found = departed(chance, stages, 3 - in_hashing)
    if plan is None or found is None:
        return None
    text, rank = found
    return attach(recipe, message, write(recipe, plan.run(text))), rank + plan.rank


def drawn_from(chance: random.Random, rows: Iterable[T]) -> T | None:
    """Give one of the rows, None where there is none."""
    known = list(rows)
    return chance.choice(known) if known else None


def departed(chance: random.Random, stages: list[Stage], mistakes: int) -> tuple[bytes, int] | None:
    """Walk the stages and depart at so many of them; None where fewer departures change a thing."""
    value: Any = None
    chosen = set(chance.sample(range(len(stages)), mistakes))
    names = [stage.name for stage in stages]
    at = rank = 0
    while at < len(stages):
        right = attempt(stages[at].base, value)
        if at in chosen:
            option = drawn_from(chance, stages[at].options(value))
            new = attempt(option.run, value) if option else None
            if option is None or new is None or new == right or option.choice == "signature-included":
                return None
            value, chosen, rank = new, chosen - {at}, rank + option.rank
            at = names.index(option.skip_to) if option.skip_to else at + 1
        else:
            value, at = right, at + 1
        if value is None:
            return None
    return (value, rank) if value and not chosen else None


def bare(chance: random.Random, recipe: Recipe) -> Message:
    """Give a message of 40 to 64 fields and about 4 KB, unsigned."""
    fields = {
        f"field_{at}_{chance.choice('aZ')}": chance.choice(VALUES) for at in range(chance.randint(40, 60))
    }
    fields["filler"] = "x" * max(0, 4000 - len(json.dumps(fields)))
    if recipe.rounds[0].key.field:
        fields[recipe.rounds[0].key.field] = "1700000000123"
    for ref in () if isinstance(recipe.parts, str) else recipe.parts:
        if ref.kind == "field":
            fields[ref.name] = "ZmllbGQ="
    headers = [("webhook-id", "msg_1"), ("webhook-timestamp", "1700000000")]
    if recipe.source.place in ("form", "return-url"):
        flat = {name: str(value) for name, value in fields.items()}
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        return Message("POST", "/x", tuple(headers), urlencode(flat).encode())
    body: Any = fields
    for step in reversed(recipe.source.pointer.split("/")[1:]):
        body = {step: body}
    headers.append(("Content-Type", "application/json"))
    return Message("POST", "/x", tuple(headers), json.dumps(body).encode())


if __name__ == "__main__":
    sys.exit(main())
