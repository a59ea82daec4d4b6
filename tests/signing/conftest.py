"""The schemes which the vectors are judged by: the tests' own copy and, once written, the documents'."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.signing.schemes import SCHEMES

OPENAPI = Path(__file__).parents[2] / "openapi"


def _documented() -> Mapping[str, Any] | None:
    try:
        from payproof.spec import load
    except ImportError:
        return None
    merged: dict[str, Any] = {}
    for gateway in ("paykun", "plural"):
        path = OPENAPI / gateway / "openapi.yaml"
        if not path.exists():
            return None
        merged.update(load(path).schemes)
    return merged


@pytest.fixture(scope="session")
def documented_schemes() -> Mapping[str, Any]:
    """The schemes of openapi/paykun and openapi/plural."""
    found = _documented()
    if found is None:
        pytest.skip("openapi/ is not there to be loaded yet")
    return found


@pytest.fixture(scope="session", params=["tests", "documents"])
def schemes(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """The schemes in the tests' own wording, then as the documents write them."""
    if request.param == "tests":
        return SCHEMES
    found: Mapping[str, Any] = request.getfixturevalue("documented_schemes")
    return found
