"""How the canonical string becomes bytes."""

from __future__ import annotations

from collections.abc import Callable

from payproof.signing.choices import Choice, Table
from payproof.signing.fields import bytes_of_text

Encode = Callable[[str], bytes]


def _codec(name: str, errors: str = "replace") -> Encode:
    def encode(text: str) -> bytes:
        return text.encode(name, errors)

    return encode


def _mojibake(text: str) -> bytes:
    return bytes_of_text(text).decode("latin-1").encode()


CHARSETS: Table[Encode] = Table(
    "charset",
    Choice("utf-8", bytes_of_text, "UTF-8"),
    Choice("latin-1", _codec("latin-1"), "Latin-1", "Java's getBytes on an old default charset"),
    Choice("ascii-replace", _codec("ascii"), "ASCII with ? for the rest", ".NET's Encoding.ASCII"),
    Choice("ascii-ignore", _codec("ascii", "ignore"), "ASCII with the rest dropped"),
    Choice("cp1252", _codec("cp1252"), "Windows-1252"),
    Choice(
        "utf-16le", _codec("utf-16-le", "surrogatepass"), "UTF-16, little-endian", ".NET's Encoding.Unicode"
    ),
    Choice("utf-16be", _codec("utf-16-be", "surrogatepass"), "UTF-16, big-endian"),
    Choice(
        "utf-16-bom",
        lambda text: b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass"),
        "UTF-16 with a byte-order mark",
        'Java\'s getBytes("UTF-16")',
    ),
    Choice(
        "utf-16le-bom",
        lambda text: b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass"),
        "UTF-16, little-endian with a byte-order mark",
    ),
    Choice("utf-8-bom", lambda text: b"\xef\xbb\xbf" + bytes_of_text(text), "UTF-8 with a byte-order mark"),
    Choice("double-utf-8", _mojibake, "UTF-8 encoded twice", "bytes taken for Latin-1 and encoded again"),
    Choice(
        "low-byte",
        lambda text: text.encode("utf-16-le", "surrogatepass")[::2],
        "the low byte of each character",
        "JavaScript's binary strings",
    ),
)
