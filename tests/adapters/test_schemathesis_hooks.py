"""Plain `st run` with our hooks: an honest gateway passes, and a defect is found by our checks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from payproof import gateway
from payproof.adapters.server import serve

pytest.importorskip("schemathesis")

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "openapi" / "paykun" / "openapi.yaml"
EXAMPLE = ROOT / "examples" / "schemathesis.toml"
RUN = "from schemathesis.cli import schemathesis; schemathesis()"


def st(
    folder: Path, *defects: str, name: str = "paykun"
) -> tuple[subprocess.CompletedProcess[str], list[int]]:
    """Run schemathesis as the written example does, with fewer requests; give it and refunds' statuses."""
    simulator = gateway.load("paykun").simulator(defects=defects)
    config = folder / "schemathesis.toml"
    with serve(simulator, control=False) as running:
        text = EXAMPLE.read_text("utf-8").replace("http://127.0.0.1:8400", running.url)
        config.write_text(text.replace("max-examples = 25", "max-examples = 5"))
        words = ["--config-file", str(config), "run", str(SPEC)]
        ran = subprocess.run(
            [sys.executable, "-c", RUN, *words, "--include-operation-id", "refundTransaction"],
            cwd=folder,
            env={**os.environ, "PAYPROOF_GATEWAY": name, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    entries = simulator.log.shown(last=10_000)
    return ran, [row["outcome"]["status"] for row in entries if row["operation"] == "refundTransaction"]


def test_an_honest_gateway_passes_and_accepts_what_was_signed(tmp_path: Path) -> None:
    ran, statuses = st(tmp_path)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert 200 in statuses
    assert 400 in statuses
    assert re.search(r"(\d+) generated, \1 passed", ran.stdout)


def test_a_defect_is_found_by_our_checks(tmp_path: Path) -> None:
    ran, _ = st(tmp_path, "remarks-not-covered", "refund-of-nothing")
    assert ran.returncode == 1, ran.stdout[-3000:]
    assert "payproof: " in ran.stdout


def test_without_a_gateway_it_is_said(tmp_path: Path) -> None:
    ran, _ = st(tmp_path, name="")
    assert ran.returncode != 0
    assert "PAYPROOF_GATEWAY" in ran.stdout + ran.stderr


def test_a_gateway_whose_requests_need_a_token_is_asked_for_one(tmp_path: Path) -> None:
    simulator = gateway.load("plural").simulator()
    text = EXAMPLE.read_text("utf-8").replace("max-examples = 25", "max-examples = 2")
    with serve(simulator, control=False) as running:
        config = tmp_path / "schemathesis.toml"
        config.write_text(text.replace("http://127.0.0.1:8400/v1", running.url))
        spec = str(ROOT / "openapi" / "plural" / "openapi.yaml")
        words = ["--config-file", str(config), "run", spec, "--include-operation-id", "getOrder"]
        ran = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            cwd=tmp_path,
            env={**os.environ, "PAYPROOF_GATEWAY": "plural", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-3000:]
    rows = [row for row in simulator.log.shown(last=10_000) if row["operation"] == "getOrder"]
    assert 200 in [row["outcome"]["status"] for row in rows]
