"""Build the wheel and hold its content equal to what git tracks.

Run as `python tools/check_wheel.py`; exits 1 and names the difference when there is one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOMES = {
    "toolkit/payproof/": "payproof/",
    "openapi/": "payproof/_data/openapi/",
    "cassettes/": "payproof/_data/cassettes/",
}


def tracked() -> set[str]:
    """Give the wheel paths of all tracked files that belong into it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    names = set()
    for path in listed.stdout.split("\0"):
        for home, there in HOMES.items():
            if path.startswith(home):
                names.add(there + path.removeprefix(home))
    return names


def built(folder: Path) -> set[str]:
    """Build the wheel and give the paths in it, its own metadata left out."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def main() -> int:
    """Compare and print."""
    with tempfile.TemporaryDirectory() as folder:
        inside = built(Path(folder))
    wanted = tracked()
    for name in sorted(wanted - inside):
        print(f"tracked, but not in the wheel: {name}")
    for name in sorted(inside - wanted):
        print(f"in the wheel, but not tracked: {name}")
    print(f"{len(inside)} files in the wheel, {len(wanted)} tracked")
    return int(inside != wanted)


if __name__ == "__main__":
    sys.exit(main())
