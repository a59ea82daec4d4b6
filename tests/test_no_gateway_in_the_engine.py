"""A gateway is data: no module of the engine names one."""

from __future__ import annotations

import ast
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
    "files",
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


class WithoutTexts(ast.NodeTransformer):
    """Drops texts that stand alone: docstrings of modules, functions and constants."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return ast.Pass() if isinstance(node.value, ast.Constant) else node


def code_of(text: str) -> str:
    """A module's code, without comments and docstrings, in which an example may name a gateway."""
    return ast.unparse(WithoutTexts().visit(ast.parse(text)))


def test_the_engine_is_looked_at_whole() -> None:
    assert len(modules()) > 40
    assert set(names()) >= {"paykun"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_engine_module_names_a_gateway(path: Path) -> None:
    found = re.findall("|".join({*names(), "paykun", "plural"}), code_of(path.read_text()), re.IGNORECASE)
    assert found == []
