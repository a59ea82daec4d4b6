"""A digest's text on the wire, and back."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from payproof.signing.choices import Choice, Table


@dataclass(frozen=True, slots=True)
class Output:
    """How a digest is written, and how such a text is read; `decode` gives None for any other text."""

    encode: Callable[[bytes], str]
    decode: Callable[[str], bytes | None]


_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*\Z")


def _unhex(pattern: str) -> Callable[[str], bytes | None]:
    form = re.compile(pattern)

    def decode(text: str) -> bytes | None:
        return bytes.fromhex(text) if form.fullmatch(text) and len(text) % 2 == 0 else None

    return decode


def _unbase64(text: str, altchars: bytes | None = None, *, pad: bool = False) -> bytes | None:
    try:
        padded = text + "=" * (-len(text) % 4) if pad else text
        return base64.b64decode(padded.encode("ascii"), altchars, validate=True)
    except (ValueError, binascii.Error):
        return None


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _unpadded(data: bytes) -> str:
    return "".join(f"{byte:x}" for byte in data)


OUTPUTS = Table(
    "text",
    Choice("hex-lower", Output(bytes.hex, _unhex("[0-9a-f]*")), "lower-case hex"),
    Choice("hex-upper", Output(lambda data: data.hex().upper(), _unhex("[0-9A-F]*")), "upper-case hex"),
    Choice("base64", Output(_b64, _unbase64), "Base64"),
    Choice("base64url", Output(_b64url, lambda text: _unbase64(text, b"-_")), "URL-safe Base64"),
    Choice(
        "base64-unpadded",
        Output(lambda data: _b64(data).rstrip("="), lambda text: _unbase64(text, pad=True)),
        "Base64 without padding",
    ),
    Choice(
        "base64url-unpadded",
        Output(lambda data: _b64url(data).rstrip("="), lambda text: _unbase64(text, b"-_", pad=True)),
        "URL-safe Base64 without padding",
    ),
    Choice(
        "hex-in-base64",
        Output(lambda data: _b64(data.hex().encode()), lambda text: _hex_in(_unbase64(text))),
        "Base64 of the lower-case hex text",
    ),
    Choice(
        "hex-upper-in-base64",
        Output(lambda data: _b64(data.hex().upper().encode()), lambda text: _hex_in(_unbase64(text))),
        "Base64 of the upper-case hex text",
    ),
    # Their text does not say where one byte ends and the next begins, so it is compared, never read.
    Choice(
        "hex-unpadded",
        Output(_unpadded, lambda text: None),
        "lower-case hex, bytes below 16 as one digit",
        "Java's Integer.toHexString of each byte",
    ),
    Choice(
        "hex-unpadded-upper",
        Output(lambda data: _unpadded(data).upper(), lambda text: None),
        "upper-case hex, bytes below 16 as one digit",
        "Java's Integer.toHexString of each byte",
    ),
    Choice("raw", Output(lambda data: data.decode("latin-1"), lambda text: None), "the raw bytes"),
)


def _hex_in(data: bytes | None) -> bytes | None:
    text = data.decode("latin-1") if data else ""
    return bytes.fromhex(text) if text and _HEX.match(text) else None
