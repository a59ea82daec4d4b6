"""Verify one PayKun response from raw JSON, beside bare `json.loads` and `hmac.digest` of the same bytes.

    python benchmarks/verify.py [--rounds N]

Both sides start from the body's bytes. Ours sees duplicate keys, prints every value, compares in constant
time and gives a verdict; the bare side is handed its canonical string ready made. Rounds are interleaved,
and the median of the rounds' ratios is the figure. Bar: at most 2.
"""

from __future__ import annotations

import argparse
import hmac
import json
import statistics
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import write_result  # noqa: E402

from payproof.model import Message  # noqa: E402
from payproof.signing import Keys, Recipe, load_scheme, verify  # noqa: E402
from payproof.spec import load  # noqa: E402

BAR = 2.0
CALLS = 2_000


def sample() -> tuple[Message, Keys, bytes]:
    """Give the signed transaction sample of the API reference, its test keys and its canonical string."""
    held = json.loads((ROOT / "tests/vectors/paykun/response.json").read_text("utf-8"))
    case = held["cases"][0]
    message = Message("", "", (("Content-Type", "application/json"),), case["message"]["body"].encode(), 200)
    return message, Keys.of(case["key"], test=True), case["canonical"].encode()


def microseconds(call: Callable[[], object]) -> float:
    """Give the mean time of one call over a round."""
    return timeit.timeit(call, number=CALLS) / CALLS * 1e6


def main() -> int:
    """Measure, write benchmarks/results/verify.json, and give 1 above the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    message, keys, text = sample()
    recipe = load_scheme(load(ROOT / "openapi" / "paykun").schemes, "paykun.response")
    assert isinstance(recipe, Recipe)
    key = bytes(keys["encryption_key"][0].material())

    def bare() -> None:
        json.loads(message.body)
        hmac.digest(key, text, "sha512")

    def ours() -> None:
        verify(recipe, message, keys)

    assert verify(recipe, message, keys).reason == "valid"
    pairs = [(microseconds(bare), microseconds(ours)) for _ in range(rounds)]
    figures = {
        "ratio_median": round(statistics.median(mine / other for other, mine in pairs), 3),
        "bar": BAR,
        "payproof_verify_us_median": round(statistics.median(mine for _, mine in pairs), 2),
        "json_loads_and_hmac_us_median": round(statistics.median(other for other, _ in pairs), 2),
        "body_bytes": len(message.body),
        "rounds": rounds,
        "calls_a_round": CALLS,
    }
    write_result("verify", figures)
    print(json.dumps(figures, indent=2))
    return int(figures["ratio_median"] > BAR)


if __name__ == "__main__":
    sys.exit(main())
