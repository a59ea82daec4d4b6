"""A gateway is data: no module of the engine names one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from payproof.gateway import names

PACKAGE = Path(__file__).parents[1] / "toolkit" / "payproof"
#: Everything but the gateways' own code; the command line's and the documents' examples may name one.
ENGINE = (
    "errors.py",
    "model.py",
    "rules.py",
    "files.py",
    "gateway.py",
    "spec",
    "signing",
    "lifecycle",
    "cassettes",
    "checks",
    "drift",
    "conformance",
    "simulator",
    "report",
    "run",
    "coverage",
    "audit",
    "adapters",
)


def modules() -> list[Path]:
    """Every Python module of the engine."""
    found = [PACKAGE / part for part in ENGINE]
    return [one for path in found for one in ([path] if path.suffix else sorted(path.rglob("*.py")))]


def code_of(text: str) -> str:
    """A module's code, without comments and docstrings, in which an example may name a gateway."""
    import ast

    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0] = ast.Pass()
    return ast.unparse(tree)


def test_the_engine_is_looked_at_whole() -> None:
    assert len(modules()) > 40
    assert set(names()) >= {"paykun"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_engine_module_names_a_gateway(path: Path) -> None:
    found = re.findall("|".join({*names(), "paykun", "plural"}), code_of(path.read_text()), re.IGNORECASE)
    assert found == []
