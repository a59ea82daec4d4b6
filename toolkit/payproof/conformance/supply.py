"""What a subject can have made at the gateway: tokens, objects in a wanted state, values nobody used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from payproof.conformance.unique import Unique
from payproof.spec import Operation


class Supply(Protocol):
    """Makes them by sending requests; see `workbench`.

    Args:
        unique: Makes values that were never sent.
    """

    unique: Unique

    def token(self, scheme: Mapping[str, Any], merchant: str) -> str:
        """Give a merchant's bearer token; raises UnknownRole when none is given out."""
        ...

    def needs(self, operation: Operation) -> dict[str, Any]:
        """Give values by address out of an object in the state that the operation needs."""
        ...
