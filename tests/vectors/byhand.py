"""Signatures and envelopes made without the engine: hmac, hashlib and json of the standard library only.

Every canonical string is spelt out by the case that uses it (field by field, already printed), so no
parser, no scalar rule and no ordering of the engine can hide a mistake by being on both sides.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

PAYKUN_KEY = "0123456789ABCDEF0123456789ABCDEF"
"""The invented key of the PayKun vectors; every other key here is invented too."""

Rows = list[tuple[str, str, list[tuple[str, str]]]]
"""Fields: name, text as written in the message, and the (name, text) pairs that are signed for it."""


def hmac_hex(key: bytes, text: bytes, name: str) -> str:
    return hmac.new(key, text, name).hexdigest()


def row(name: str, written: str, *signed: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Give one field; without `signed`, a JSON string signs its own content."""
    texts = list(signed) if signed else [json.loads(written)]
    return name, written, [(name, text) for text in texts]


def text_row(name: str, text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Give a JSON string field that signs its text."""
    return name, json.dumps(text, ensure_ascii=False), [(name, text)]


def signed_rows(rows: Rows) -> list[tuple[str, str]]:
    return [pair for _, _, pairs in rows for pair in pairs]


def paykun_text(rows: Rows) -> str:
    """`v1|v2|...|vn|#`, as DOC-SIG's samples build it."""
    return "".join(text + "|" for _, text in signed_rows(rows)) + "#"


def pairs_text(rows: Rows) -> str:
    """`a=1&b=2`, sorted by the bytes of the names."""
    pairs = sorted(signed_rows(rows), key=lambda pair: pair[0].encode())
    return "&".join(f"{name}={text}" for name, text in pairs)


def json_object(rows: Rows, extra: str = "") -> str:
    """Write rows as a compact JSON object, `extra` as its last members."""
    members = [f"{json.dumps(name)}:{written}" for name, written, _ in rows]
    return "{" + ",".join([*members, *([extra] if extra else [])]) + "}"


def form_text(rows: Rows, *extra: str) -> str:
    return "&".join([*(f"{name}={written}" for name, written, _ in rows), *extra])


def message(
    method: str,
    target: str,
    headers: list[list[str]],
    body: str | bytes = "",
) -> dict[str, Any]:
    """Give a vector's message; a body that is not UTF-8 text goes in Base64."""
    made: dict[str, Any] = {"method": method, "target": target, "headers": headers}
    raw = body.encode() if isinstance(body, str) else body
    try:
        made["body"] = raw.decode()
    except UnicodeDecodeError:
        made["body_base64"] = base64.b64encode(raw).decode()
    return made


def bytes_member(name: str, value: bytes | None) -> dict[str, Any]:
    """Give bytes as text where they are UTF-8, else in Base64 under `<name>_base64`."""
    if value is None:
        return {name: None}
    try:
        return {name: value.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(value).decode()}


# AES as in FIPS 197, encryption only: the standard library has none. Its tables are computed, not copied.


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _sbox() -> list[int]:
    box = []
    for value in range(256):
        inverse = next((other for other in range(256) if _times(value, other) == 1), 0)
        turned = 0
        for shift in range(5):
            turned ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        box.append(turned ^ 0x63)
    return box


SBOX = _sbox()


def _round_keys(key: bytes) -> list[bytes]:
    words = [key[at : at + 4] for at in range(0, len(key), 4)]
    size, constant = len(words), 1
    for at in range(size, 4 * (size + 7)):
        word = words[-1]
        if at % size == 0:
            word = bytes(SBOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _times(constant, 2)
        elif size > 6 and at % size == 4:
            word = bytes(SBOX[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(words[at - size], word, strict=True)))
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _mix(column: bytes) -> bytes:
    return bytes(
        _times(column[at], 2) ^ _times(column[(at + 1) % 4], 3) ^ column[(at + 2) % 4] ^ column[(at + 3) % 4]
        for at in range(4)
    )


def aes_block(key: bytes, block: bytes) -> bytes:
    """Encrypt one block."""
    first, *middle, last = _round_keys(key)
    state = bytes(a ^ b for a, b in zip(block, first, strict=True))
    for at, step in enumerate([*middle, last]):
        state = bytes(SBOX[byte] for byte in state)
        state = bytes(state[(place + 4 * (place % 4)) % 16] for place in range(16))
        if at < len(middle):
            state = b"".join(_mix(state[place : place + 4]) for place in range(0, 16, 4))
        state = bytes(a ^ b for a, b in zip(state, step, strict=True))
    return state


def aes_cbc(key: bytes, iv: bytes, text: bytes) -> bytes:
    """Encrypt in CBC mode with PKCS#7 padding."""
    pad = 16 - len(text) % 16
    text += bytes([pad]) * pad
    done, before = b"", iv
    for at in range(0, len(text), 16):
        before = aes_block(key, bytes(a ^ b for a, b in zip(text[at : at + 16], before, strict=True)))
        done += before
    return done


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
