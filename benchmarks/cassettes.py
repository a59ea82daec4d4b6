"""Load a cassette of 10,000 entries, and replay one request out of them, beside vcrpy.

    python benchmarks/cassettes.py [--entries N] [--rounds N]

Loading runs in a process of its own each time, for its peak memory; both sides read the YAML file that
vcrpy wrote. Ours gives every entry as a request and a response and lets it go (`streamed`), or keeps all
of them as vcrpy does (`kept`). Replaying asks both for the same requests, spread over the recording. Rounds
are interleaved, the medians are the figures. Bars: 3 times as fast, a quarter of the memory; 100 times.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import write_result  # noqa: E402

LOAD_BAR, MEMORY_BAR, REPLAY_BAR = 3.0, 0.25, 100.0
#: VmHWM, since getrusage's peak begins with that of the process which started this one.
PEAK = """
import re, sys
seconds = time.perf_counter() - start
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(seconds, peak, count)
"""
THEIRS = """
import sys, time
from vcr.persisters.filesystem import FilesystemPersister
from vcr.serializers import yamlserializer
start = time.perf_counter()
requests, responses = FilesystemPersister.load_cassette(sys.argv[1], yamlserializer)
count = len(requests)
"""
STREAMED = """
import sys, time
from pathlib import Path
from payproof.cassettes.read import read
start = time.perf_counter()
count = sum(1 for _ in read(Path(sys.argv[1])))
"""
KEPT = STREAMED.replace(
    "sum(1 for _ in read(Path(sys.argv[1])))", "len(rows := list(read(Path(sys.argv[1]))))"
)


def body(number: int) -> str:
    """Give a status reply of a usual size."""
    customer = {"name": f"Customer {number}", "email_id": "test@gmail.com", "mobile_no": "0213456789"}
    nothing = dict.fromkeys(("address", "city", "state", "country", "pincode"))
    order = {
        "order_id": f"{number:014}",
        "product_name": "A product",
        "gross_amount": 11,
        "gateway_fee": 0.22,
    }
    held = {
        "payment_id": payment_id(number), "merchant_email": "shop@example.com",
        "merchant_id": "900000000000001",
        "status": "Success", "status_flag": 1, "payment_mode": "WALLET", "order": order, "customer": customer,
        "shipping": nothing, "billing": nothing, "date": "1581769083", "signature": f"{number:0128x}",
    }  # fmt: skip
    data = {"message": "Record retrieved successfully", "transaction": held}
    return json.dumps({"status": True, "data": data})


def payment_id(number: int) -> str:
    """Give the id of an entry's payment."""
    return f"88253-41453-72735-{number:05}"


def write_cassette(path: Path, entries: int) -> None:
    """Write a cassette with vcrpy."""
    from vcr.persisters.filesystem import FilesystemPersister
    from vcr.request import Request
    from vcr.serializers import yamlserializer

    headers = {
        "MerchantId": "900000000000001",
        "AccessToken": "A" * 32,
        "Accept": "*/*",
        "User-Agent": "requests",
    }
    url = "https://api.paykun.com/v1/merchant/transaction/"
    requests = [Request("GET", url + payment_id(n), None, dict(headers)) for n in range(entries)]
    sent = {
        "Content-Type": ["application/json"],
        "Date": ["Mon, 02 Nov 2026 10:00:00 GMT"],
        "Server": ["nginx"],
    }
    responses = [
        {
            "status": {"code": 200, "message": "OK"},
            "headers": {**sent, "X-Id": [str(n)]},
            "body": {"string": body(n)},
        }
        for n in range(entries)
    ]
    FilesystemPersister.save_cassette(path, {"requests": requests, "responses": responses}, yamlserializer)


def loaded(program: str, path: Path, entries: int) -> tuple[float, float]:
    """Give seconds and peak megabytes of loading in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", program + PEAK, str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, megabytes, count = done.stdout.split()
    assert int(count) == entries
    return float(seconds), float(megabytes)


def loading(path: Path, entries: int, rounds: int) -> dict[str, Any]:
    """Give the figures of loading."""
    programs = {"vcrpy": THEIRS, "streamed": STREAMED, "kept": KEPT}
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(loaded(program, path, entries))
    s = {name: statistics.median(row[0] for row in rows) for name, rows in runs.items()}
    mb = {name: statistics.median(row[1] for row in rows) for name, rows in runs.items()}
    return {
        "load_speed_ratio_streamed": round(s["vcrpy"] / s["streamed"], 2),
        "load_speed_ratio_kept": round(s["vcrpy"] / s["kept"], 2),
        "load_memory_ratio_streamed": round(mb["streamed"] / mb["vcrpy"], 3),
        "load_memory_ratio_kept": round(mb["kept"] / mb["vcrpy"], 3),
        "load_bars": {"speed_at_least": LOAD_BAR, "memory_at_most": MEMORY_BAR},
        "load_us_an_entry": {name: round(one / entries * 1e6, 1) for name, one in s.items()},
        "load_peak_mb": {name: round(one, 1) for name, one in mb.items()},
    }


def replaying(path: Path, entries: int, rounds: int) -> dict[str, Any]:
    """Give the figures of replaying one request."""
    from vcr.cassette import Cassette
    from vcr.request import Request

    from payproof.cassettes.read import read
    from payproof.cassettes.replay import Played, Replay
    from payproof.model import Message
    from payproof.spec import load

    spec = load(ROOT / "openapi" / "paykun")
    rows = list(read(path))
    large, small = Replay(rows, spec), Replay(rows[:10], spec)
    tape = Cassette.load(path=str(path), allow_playback_repeats=True)
    chance = random.Random(20261121)
    numbers = [chance.randrange(entries) for _ in range(20)]
    url = "https://api.paykun.com/v1/merchant/transaction/"
    theirs: list[float] = []
    ours: list[float] = []
    ten: list[float] = []
    for _ in range(rounds):
        for number in numbers:
            request = Request("GET", url + payment_id(number), None, {})
            start = time.perf_counter()
            tape.play_response(request)
            theirs.append(time.perf_counter() - start)
        for replay, asked, into in ((large, numbers, ours), (small, [n % 10 for n in numbers], ten)):
            for number in asked:
                message = Message("GET", url + payment_id(number), (("Accept", "*/*"),))
                start = time.perf_counter()
                found = replay.play(message)
                into.append(time.perf_counter() - start)
                assert isinstance(found, Played)
    vcrpy_us, our_us, ten_us = (statistics.median(one) * 1e6 for one in (theirs, ours, ten))
    return {
        "replay_speed_ratio": round(vcrpy_us / our_us, 1),
        "replay_bar_at_least": REPLAY_BAR,
        "replay_us": {
            "vcrpy": round(vcrpy_us, 1),
            "payproof": round(our_us, 1),
            "payproof_of_ten": round(ten_us, 1),
        },
    }


def main() -> int:
    """Measure, write benchmarks/results/cassettes.json, and give 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cassette.yaml"
        write_cassette(path, asked.entries)
        figures = {
            "entries": asked.entries,
            "rounds": asked.rounds,
            "file_bytes": path.stat().st_size,
            **loading(path, asked.entries, asked.rounds),
            **replaying(path, asked.entries, asked.rounds),
        }
    write_result("cassettes", figures)
    print(json.dumps(figures, indent=2))
    kept = (
        figures["load_speed_ratio_kept"] >= LOAD_BAR and figures["load_memory_ratio_streamed"] <= MEMORY_BAR
    )
    return int(not (kept and figures["replay_speed_ratio"] >= REPLAY_BAR))


if __name__ == "__main__":
    sys.exit(main())
