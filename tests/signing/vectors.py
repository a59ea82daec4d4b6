"""The vectors of tests/vectors as values of the engine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from payproof.model import Message
from payproof.signing import Keys

VECTORS = Path(__file__).parents[1] / "vectors"
Case = dict[str, Any]


def vector_files() -> list[Path]:
    return sorted(VECTORS.glob("*/*.json"))


def vectors(*, envelopes: bool = False) -> Iterator[tuple[str, Case]]:
    """Give each case with its scheme, signatures or envelopes."""
    for path in vector_files():
        held = json.loads(path.read_text("utf-8"))
        for case in held["cases"]:
            if ("encrypted_request" in case) == envelopes:
                yield held["scheme"], case


def message_of(case: Case) -> Message:
    """Give the message as it travelled."""
    given = case["message"]
    body = base64.b64decode(given["body_base64"]) if "body_base64" in given else given["body"].encode()
    headers = tuple((name, value) for name, value in given["headers"])
    return Message(given["method"], given["target"], headers, body, given.get("status", 0))


def keys_of(case: Case) -> Keys:
    return Keys.of(case["key"], test=True)


def canonical_of(case: Case) -> bytes:
    if "canonical_base64" in case:
        return base64.b64decode(case["canonical_base64"])
    text: str = case["canonical"]
    return text.encode()
