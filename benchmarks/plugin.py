"""An empty pytest session with the plugin installed, beside the same session with `-p no:payproof`.

    python benchmarks/plugin.py [--pairs N]

Sessions run in subprocesses, in pairs whose order alternates; processor time is compared, since it is less
moved by what else the machine does. Other plugins are left out by PYTEST_DISABLE_PLUGIN_AUTOLOAD, so that
their cost and noise is not in the figures, and ours is registered through its entry point's module. Two
installations are measured: one with compiled modules, and one like a read-only wheel without any, where every
session compiles and pytest cannot keep what it rewrites. Bar: 5 ms more.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import write_result  # noqa: E402

BAR_MS = 5.0
TEST = "def test_nothing():\n    pass\n"


def main() -> int:
    """Measure, write benchmarks/results/plugin.json, and give 1 above the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=60)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "test_nothing.py").write_text(TEST, "utf-8")
        figures = {
            "bar_ms": BAR_MS,
            "pairs": pairs,
            "compiled": measure(place, installed(place / "compiled"), pairs, write=True),
            "read_only_without_byte_code": measure(place, installed(place / "bare"), pairs, write=False),
        }
    write_result("plugin", figures)
    print(json.dumps(figures, indent=2))
    ways = ("compiled", "read_only_without_byte_code")
    return int(any(figures[way]["more_processor_ms_median"] > BAR_MS for way in ways))


def installed(site: Path) -> Path:
    """Give a folder that looks like an installed wheel: the package, and its metadata with file list."""
    shutil.copytree(
        ROOT / "toolkit/payproof", site / "payproof", ignore=shutil.ignore_patterns("__pycache__")
    )
    meta = site / "payproof-0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: payproof\nVersion: 0\n", "utf-8")
    entry = "[pytest11]\npayproof = payproof.adapters.pytest_plugin\n"
    (meta / "entry_points.txt").write_text(entry, "utf-8")
    files = sorted(one.relative_to(site).as_posix() for one in site.rglob("*.py"))
    (meta / "RECORD").write_text("".join(f"{name},,\n" for name in files), "utf-8")
    return site


def measure(place: Path, site: Path, pairs: int, *, write: bool) -> dict[str, float]:
    """Give the figures of one installation."""
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))
    }
    environment |= {"PYTHONPATH": str(site)}
    if not write:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    # Every other plugin is blocked by name, so that entry points are read as they are in any session.
    others = [f"-pno:{name}" for name in other_plugins()]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *others, "test_nothing.py"]
    without = [*command, "-p", "no:payproof"]
    used(command, place, environment), used(without, place, environment)
    more, base = [], []
    for number in range(pairs):
        order = (command, without) if number % 2 else (without, command)
        times = {id(one): used(one, place, environment) for one in order}
        more.append(times[id(command)] - times[id(without)])
        base.append(times[id(without)])
    return {
        "more_processor_ms_median": round(statistics.median(more), 2),
        "more_processor_ms_mean": round(statistics.fmean(more), 2),
        "more_processor_ms_standard_error": round(statistics.stdev(more) / len(more) ** 0.5, 2),
        "session_without_processor_ms_median": round(statistics.median(base), 1),
    }


def other_plugins() -> list[str]:
    """Give the names of the plugins installed here besides ours."""
    from importlib.metadata import entry_points

    return sorted({point.name for point in entry_points(group="pytest11")} - {"payproof"})


def used(command: list[str], place: Path, environment: dict[str, str]) -> float:
    """Give a session's processor time in milliseconds; raises CalledProcessError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


if __name__ == "__main__":
    sys.exit(main())
