"""Values that were never sent before: references and request ids, repeatable from seed and clock."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_STEM = re.compile(r"[A-Za-z_-]*")
_MOST = 20


@dataclass(slots=True)
class Unique:
    """Makes them, each once.

    Args:
        seed: Of the run.
        now_s: The run's clock at its start, so that two runs at one server do not meet.
    """

    seed: int
    now_s: float
    _count: int = 0

    def like(self, text: str) -> str:
        """Give a new value in the form of another: a GUID for a GUID, else its words with a number behind."""
        if _GUID.fullmatch(text):
            digits = self._digest()
            return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
        stem = _STEM.match(text)
        return self.text(stem.group()[:_MOST] if stem else "")

    def text(self, prefix: str) -> str:
        """Give a new text of letters, digits and hyphens that begins with the prefix."""
        return f"{prefix}{self._digest()[:20]}"

    def _digest(self) -> str:
        self._count += 1
        return hashlib.sha256(f"{self.seed} {self.now_s} {self._count}".encode()).hexdigest()
