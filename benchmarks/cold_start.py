"""Start `payproof verify` on a file, beside a bare interpreter that does nothing.

    python benchmarks/cold_start.py [--runs N]

Both are subprocesses, started in turn. Compiled modules and the cache of parsed specs are warm, as they are
from the second call on; the first call, which fills them, is timed apart. Bar: at most 100 ms more on the
clock; the processor time beside it tells whether the machine had other things to do.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import write_result  # noqa: E402

BAR_MS = 100.0
PROGRAM = "from payproof.cli.main import entry; entry()"


def main() -> int:
    """Measure, write benchmarks/results/cold_start.json, and give 1 above the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), runs)
    write_result("cold_start", figures)
    print(json.dumps(figures, indent=2))
    return int(figures["more_ms_median"] > BAR_MS)


def measure(folder: Path, runs: int) -> dict[str, float]:
    """Give the figures; caches are kept in `folder`, so that none of the user's is used or filled."""
    held = json.loads((ROOT / "tests/vectors/paykun/response.json").read_text("utf-8"))
    case = held["cases"][0]
    file = folder / "response.json"
    file.write_text(case["message"]["body"], "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PAYPROOF_PAYKUN_ENCRYPTION_KEY": case["key"]["encryption_key"],
    }
    verify = [sys.executable, "-c", PROGRAM, "verify", "paykun.response", str(file)]
    bare = [sys.executable, "-c", "pass"]
    first, _ = milliseconds(verify, environment)
    pairs = [(milliseconds(bare, environment), milliseconds(verify, environment)) for _ in range(runs)]
    return {
        "more_ms_median": round(statistics.median(mine[0] - other[0] for other, mine in pairs), 1),
        "more_processor_ms_median": round(statistics.median(mine[1] - other[1] for other, mine in pairs), 1),
        "bar_ms": BAR_MS,
        "payproof_verify_ms_median": round(statistics.median(mine[0] for _, mine in pairs), 1),
        "bare_interpreter_ms_median": round(statistics.median(other[0] for other, _ in pairs), 1),
        "first_call_ms": round(first, 1),
        "runs": runs,
    }


def milliseconds(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Give a command's time on the clock and on the processor; raises CalledProcessError when it fails."""
    before, started = _children_s(), time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1e3, (_children_s() - before) * 1e3


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
