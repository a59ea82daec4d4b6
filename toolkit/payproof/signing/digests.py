"""From key and canonical bytes to digest."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from payproof.signing.choices import Choice, Table

Digest = Callable[[bytes, bytes], bytes]
"""Takes key and text, gives the raw digest."""


_INNER = bytes(at ^ 0x36 for at in range(256))
_OUTER = bytes(at ^ 0x5C for at in range(256))


@lru_cache(64)
def _padded(name: str, key: bytes) -> tuple[Any, Any]:
    block = hashlib.new(name, usedforsecurity=False).block_size
    if len(key) > block:
        key = hashlib.new(name, key, usedforsecurity=False).digest()
    filled = key.ljust(block, b"\0")
    return (
        hashlib.new(name, filled.translate(_INNER), usedforsecurity=False),
        hashlib.new(name, filled.translate(_OUTER), usedforsecurity=False),
    )


def bind(name: str, key: bytes) -> Callable[[bytes], bytes]:
    """Give a digest choice with its key bound, for hashing many texts with one key."""
    short = name.removeprefix("hmac-")
    if short == name or short not in SIZES:
        run = DIGESTS[name].run
        return lambda text: run(key, text)
    first, second = (half.copy for half in _padded.__wrapped__(short, key))

    def digest(text: bytes) -> bytes:
        inner, outer = first(), second()
        inner.update(text)
        outer.update(inner.digest())
        made: bytes = outer.digest()
        return made

    return digest


def hmac_with(name: str) -> Digest:
    """Give HMAC with that hash (RFC 2104).

    The two padded key blocks are hashed once a key: less than half the time of `hmac.digest` for the
    short texts that signatures cover. A test holds it equal to the `hmac` module.
    """

    def digest(key: bytes, text: bytes) -> bytes:
        inner, outer = _padded(name, key)
        inner, outer = inner.copy(), outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        made: bytes = outer.digest()
        return made

    return digest


def hash_of(name: str, arrange: Callable[[bytes, bytes], bytes]) -> Digest:
    """Give a plain hash over key and text as `arrange` puts them."""

    # By its own name, which is twice as quick as `hashlib.new`.
    made: Callable[..., Any] = getattr(hashlib, name)

    def digest(key: bytes, text: bytes) -> bytes:
        done: bytes = made(arrange(key, text), usedforsecurity=False).digest()
        return done

    return digest


def text_only(key: bytes, text: bytes) -> bytes:
    """Leave the key out."""
    return text


def key_first(key: bytes, text: bytes) -> bytes:
    """Put the key before the text."""
    return key + text


def key_last(key: bytes, text: bytes) -> bytes:
    """Put the key after the text."""
    return text + key


def _swapped(name: str) -> Digest:
    def digest(key: bytes, text: bytes) -> bytes:
        return hmac.digest(text, key, name)

    return digest


_NAMES = {
    "sha512": "SHA-512",
    "sha256": "SHA-256",
    "sha1": "SHA-1",
    "md5": "MD5",
    "sha384": "SHA-384",
    "sha224": "SHA-224",
    "sha3_256": "SHA3-256",
    "sha3_512": "SHA3-512",
}

DIGESTS: Table[Digest] = Table(
    "digest",
    *(Choice(f"hmac-{short}", hmac_with(short), f"HMAC with {name}") for short, name in _NAMES.items()),
    *(
        Choice(short, hash_of(short, text_only), f"plain {name} of the text, without the key")
        for short, name in _NAMES.items()
    ),
    *(
        Choice(
            f"{short}-key-last", hash_of(short, key_last), f"plain {name} of the text with the key appended"
        )
        for short, name in _NAMES.items()
    ),
    *(
        Choice(
            f"{short}-key-first", hash_of(short, key_first), f"plain {name} of the key followed by the text"
        )
        for short, name in _NAMES.items()
    ),
    *(
        Choice(f"hmac-{short}-swapped", _swapped(short), f"HMAC with {name}, key and text swapped")
        for short, name in _NAMES.items()
    ),
)
SIZES = {
    "sha512": 64,
    "sha256": 32,
    "sha1": 20,
    "md5": 16,
    "sha384": 48,
    "sha224": 28,
    "sha3_256": 32,
    "sha3_512": 64,
}


def digest_size(name: str) -> int:
    """Give the length in bytes of what a digest choice produces."""
    short = name.removeprefix("hmac-").split("-")[0]
    return SIZES[short]
