"""The sandbox beside Prism's static mock: requests a second and memory, in turns, in one run.

    python benchmarks/sandbox.py [--rounds N] [--seconds S] [--prism PATH]

Needs `wrk` and Prism (`npm install @stoplight/prism-cli`; give its folder's `node_modules/.bin/prism` with
--prism). Both serve openapi/paykun/openapi.yaml and answer one GET of a transaction with credentials; the
sandbox verifies them and signs its reply, Prism validates the request and returns the document's example.
The sandbox keeps the reply of a request that is repeated while its state stays; `anew` gives each request a
header of its own, so that every reply is made and signed anew. Writes benchmarks/results/sandbox.json.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import write_result  # noqa: E402

from payproof.gateway import load  # noqa: E402

SANDBOX, PRISM = 4311, 4312
COUNTING = """local count = 0
request = function()
  count = count + 1
  wrk.headers["X-Count"] = tostring(count)
  return wrk.format("GET")
end
"""


def main() -> int:
    """Measure in turns, print and write the medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--prism", default="prism")
    options = parser.parse_args()
    testbed = load("paykun").testbed
    merchant = testbed.merchants["main"]
    path = f"/merchant/transaction/{testbed.roles['successful-transaction']['transaction_id']}"
    headers = {"MerchantId": str(merchant["merchant_id"]), "AccessToken": str(merchant["access_token"])}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "headers.lua"
        script.write_text("".join(f'wrk.headers["{name}"] = "{text}"\n' for name, text in headers.items()))
        anew = Path(folder) / "anew.lua"
        anew.write_text(script.read_text() + COUNTING)
        ours = [
            sys.executable,
            "-m",
            "payproof",
            "sandbox",
            "paykun",
            "--port",
            str(SANDBOX),
            "--no-control",
        ]
        spec = str(ROOT / "openapi/paykun/openapi.yaml")
        theirs = [options.prism, "mock", "-p", str(PRISM), "--verboseLevel", "silent", spec]
        urls = {"sandbox": f"http://127.0.0.1:{SANDBOX}/v1{path}", "prism": f"http://127.0.0.1:{PRISM}{path}"}
        with (
            served(ours, urls["sandbox"], headers) as first,
            served(theirs, urls["prism"], headers) as second,
        ):
            pids = {"sandbox": first.pid, "prism": second.pid}
            rates: dict[str, list[float]] = {"sandbox": [], "sandbox_anew": [], "prism": []}
            for _ in range(options.rounds):
                for name, url in urls.items():
                    rates[name].append(load_test(url, script, options.seconds))
                rates["sandbox_anew"].append(load_test(urls["sandbox"], anew, options.seconds))
            memory = {name: memory_mb(pid) for name, pid in pids.items()}
    ratios = [ours / theirs for ours, theirs in zip(rates["sandbox"], rates["prism"], strict=True)]
    fresh = [ours / theirs for ours, theirs in zip(rates["sandbox_anew"], rates["prism"], strict=True)]
    figures = {
        "requests_per_second": {name: round(median(row)) for name, row in rates.items()},
        "ratio_median": round(median(ratios), 2),
        "ratio_anew_median": round(median(fresh), 2),
        "ratio_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "rss_mb": {name: round(size) for name, size in memory.items()},
        "rounds": options.rounds,
        "seconds_a_round": options.seconds,
        "load": "wrk -t1 -c8, client on the same processors",
    }
    print(figures)
    write_result("sandbox", figures)
    return 0


@contextmanager
def served(command: list[str], url: str, headers: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait until it answers, stop it at the end."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            await_answer(url, headers, process)
            yield process
        finally:
            process.terminate()


def await_answer(url: str, headers: dict[str, str], process: subprocess.Popen[bytes]) -> None:
    """Ask until a 200 comes; raises SystemExit when the server ended or never answers."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        if process.poll() is not None:
            break
    raise SystemExit(f"no 200 from {url}; is everything installed that the module's text names?")


def load_test(url: str, script: Path, seconds: int) -> float:
    """Give requests a second that wrk reports; an answer other than 2xx or 3xx ends the benchmark."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", str(script), url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed:
        raise SystemExit(f"{url} refused requests:\n{printed}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    assert found
    return float(found[1])


def memory_mb(pid: int) -> float:
    """Give the resident memory of a process and its children in MB."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if re.search(rf"^(?:Pid|PPid):\t{pid}$", text, re.MULTILINE) and (
            size := re.search(r"VmRSS:\s+(\d+)", text)
        ):
            total += int(size[1]) / 1024
    return total


if __name__ == "__main__":
    sys.exit(main())
