"""What every benchmark shares: results, with the commit, versions and machine they hold for."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = (
    "payproof",
    "cryptography",
    "httpx",
    "jsonschema",
    "jsonschema-rs",
    "pytest",
    "pyyaml",
    "schemathesis",
    "vcrpy",
)


def write_result(name: str, figures: Mapping[str, Any]) -> Path:
    """Write `benchmarks/results/NAME.json`: the figures, and what they were measured with.

    Args:
        name: Of the benchmark, without suffix.
        figures: JSON data; units are part of the names.
    """
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    record = {"benchmark": name, "measured_with": setting(), "figures": figures}
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def setting() -> dict[str, Any]:
    """Give the commit, the versions and the machine's size; a dirty checkout is said to be one."""
    return {
        "commit": commit(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def commit() -> str:
    """Give the commit of the checkout, `+changes` added when files differ from it; empty outside of git."""
    head = _git("rev-parse", "HEAD")
    if not head:
        return ""
    return (
        f"{head}+changes" if _git("status", "--porcelain", "--untracked-files=no", "--", "toolkit") else head
    )


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
