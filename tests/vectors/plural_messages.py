"""What the Plural vectors share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from byhand import Rows, hmac_hex, pairs_text
from shapes import ABSENT, Case, Shape, Signed

OFFICIAL = "developer.pluralonline.com/docs/webhook-signature-verification; read 2026-11-20"
REFERENCE = "facts on Plural, 3.3 and 4; read 2026-11-20"
OURS = "this project, invented values"
HEX_KEY = "00112233445566778899aabbccddeeff"
FORM = [["Content-Type", "application/x-www-form-urlencoded"]]
JSON = [["Content-Type", "application/json"]]
EVENT = (
    '{"event_type":"ORDER_PROCESSED","data":{"order_id":"v1-240101000000-aa-Ab12Cd","status":"PROCESSED"}}'
)
NOW_S = 1700000000


def hex_sign(key: str, text: bytes) -> Signed:
    made = hmac_hex(bytes.fromhex(key), text, "sha256")
    return [made], made.upper()


def pairs_bytes(rows: Rows) -> bytes:
    return pairs_text(rows).encode()


def wire(name: str, text: str) -> tuple[str, str, list[tuple[str, str]]]:
    return name, quote(text, safe=""), [(name, text)]


def extra(name: str, carried: Any) -> list[str]:
    return [] if carried is ABSENT else [f"{name}={quote(carried, safe='')}"]


ORDER_ID = "v1-240101000000-aa-Ab12Cd"


def hex_shape(name: str, role: str, rows: Rows, compose: Any, **more: Any) -> Shape:
    return Shape(
        name,
        {role: HEX_KEY},
        role,
        bytes.fromhex,
        rows,
        pairs_bytes,
        hex_sign,
        compose,
        OURS,
        ordered=False,
        insensitive=True,
        **more,
    )


def sorted_fields(cases: Iterator[Case]) -> Iterator[Case]:
    for case in cases:
        if "fields" in case:
            case["fields"] = sorted(case["fields"], key=lambda row: row[0].encode())
        yield case
