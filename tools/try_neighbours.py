"""Run the plugin's tests beside the plugins that integrators have, under old and new versions of pytest.

    python tools/try_neighbours.py [VERSION...]

Each row is an environment of its own, so this takes minutes: run it when the plugin or a bound changes. Only
what a row names is free; everything else is pinned by constraints.txt.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FREE = ("pytest", "pytest-xdist", "pytest-asyncio", "pytest-recording")
BESIDE = ("pytest-xdist", "pytest-socket", "pytest-randomly", "anyio", "respx")
CLIENTS = (
    "requests",
    "httpx",
    "httpx2",
    "aiohttp",
    "flask",
    "fastapi",
    "responses",
    "hypothesis",
    "time-machine",
)
#: pytest-recording and pytest-vcr refuse to run together. The first row is the lower bound in
#: pyproject.toml, which schemathesis does not go down to.
ROWS = {
    "8.0.0": ("pytest-recording", "pytest-asyncio<0.24"),
    "8.4.2": ("pytest-vcr", "pytest-asyncio", "schemathesis"),
    "9.0.0": ("pytest-vcr", "pytest-asyncio", "schemathesis"),
    "9.1.1": ("pytest-recording", "pytest-asyncio", "schemathesis"),
}
TESTS = ("tests/adapters/plugin", "tests/examples")


def constraints(folder: Path) -> Path:
    """Give the project's constraints without those that a row sets free."""
    kept = [
        line
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if re.split("==", line)[0].lower() not in FREE
    ]
    (folder / "constraints.txt").write_text("\n".join(kept), "utf-8")
    return folder / "constraints.txt"


def passes(version: str, folder: Path) -> bool:
    """Say whether the tests pass beside that pytest and those neighbours."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = str(folder / "venv" / "bin" / "python")
    install = [python, "-m", "pip", "install", "-q", "-c", str(constraints(folder)), f"pytest=={version}"]
    subprocess.run([*install, *ROWS[version], *BESIDE, *CLIENTS, "-e", str(ROOT)], check=True)
    tests = [python, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Run the rows asked for, all by default; give the number of those that failed."""
    failed = []
    for version in sys.argv[1:] or ROWS:
        print(f"== pytest {version} beside {', '.join((*ROWS[version], *BESIDE))}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            if not passes(version, Path(folder)):
                failed.append(version)
    print(f"failed: {', '.join(failed) or 'none'}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
