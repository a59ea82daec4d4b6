"""Install the built wheel where the checkout is out of sight, and run the examples' own tests there.

Run as `python tools/try_wheel.py`. The network is cut off for the tests on a machine that lets us (Linux with
namespaces of one's own): loopback alone is left, as for an integrator's tests behind a firewall.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Wakes the loopback device, which a new network has asleep, and becomes the command.
ALONE = """
import fcntl, os, socket, struct, sys
up, set_flags = 1, 0x8914
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    fcntl.ioctl(one, set_flags, struct.pack("16sH14x", b"lo", up))
os.execv(sys.argv[1], sys.argv[1:])
"""
UNSHARE = ("unshare", "--map-root-user", "--net")
OUTSIDE = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=2)"


def installed(folder: Path) -> Path:
    """Give the Python of a new environment that has the wheel and what the examples need."""
    wheels, python = folder / "wheel", folder / "venv" / "bin" / "python"
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(wheels), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    (wheel,) = wheels.glob("*.whl")
    needs = [
        word for file in sorted(folder.glob("examples/*/requirements.txt")) for word in ("-r", str(file))
    ]
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--no-compile",
        "-c",
        str(ROOT / "constraints.txt"),
        str(wheel),
    ]
    subprocess.run([*install, *needs], check=True)
    return python


def alone(python: Path) -> list[str]:
    """Give what to put before a command so that it has no network but loopback; nothing where that fails."""
    words = [*UNSHARE, str(python), "-c", ALONE]
    if shutil.which(UNSHARE[0]) is None:
        return []
    tried = subprocess.run([*words, "/bin/sh", "-c", "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def main() -> int:
    """Install, run, and give the number of commands that failed."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "examples", folder / "examples")
        python = installed(folder)
        before = alone(python)
        print(f"network: {'loopback only' if before else 'not cut off, this machine does not let us'}")
        if (
            before
            and not subprocess.run(
                [*before, str(python), "-c", OUTSIDE], stderr=subprocess.DEVNULL
            ).returncode
        ):
            print("the network is not cut off after all")
            failed += 1
        environment = {
            key: text for key, text in os.environ.items() if not key.startswith(("PYTEST", "PYTHON"))
        }
        commands = [
            (folder, ["-c", "import payproof; print('payproof from', payproof.__file__)"]),
            (folder, ["-m", "payproof", "check", "paykun", "--no-generated"]),
            *((one.parent, ["-m", "pytest", "-q"]) for one in sorted(folder.glob("examples/*/pytest.ini"))),
        ]
        for where, words in commands:
            print(f"-- {where.relative_to(folder)}: {' '.join(words[:4])}", flush=True)
            failed += (
                subprocess.run([*before, str(python), *words], cwd=where, env=environment).returncode != 0
            )
    return failed


if __name__ == "__main__":
    sys.exit(main())
