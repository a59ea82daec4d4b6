"""The invented shop's spec, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from payproof.spec import Spec, load

SHOP = Path(__file__).parent / "fixtures" / "shop"


@pytest.fixture(scope="session")
def shop() -> Spec:
    """The spec of fixtures/shop."""
    return load(SHOP)
