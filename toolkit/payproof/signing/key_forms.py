"""The forms in which a key's text becomes bytes: the right ones, and those of mistakes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable

from payproof.signing.choices import Choice, Table
from payproof.signing.fields import bytes_of_text


class BadKeyText(ValueError):
    """A key's text does not have the form asked for; says why without showing it."""


Form = Callable[[str], bytes]


def _unhex(text: str) -> bytes:
    for at, letter in enumerate(text):
        if letter not in "0123456789abcdefABCDEF":
            raise BadKeyText(f"is not hexadecimal (character {at + 1} is {describe(letter)})")
    if len(text) % 2:
        raise BadKeyText(f"is not hexadecimal (its length, {len(text)}, is odd)")
    return bytes.fromhex(text)


def describe(letter: str) -> str:
    """Name a character's kind, so that an error can point at it without giving the key away."""
    if letter.isspace():
        return "white space"
    return "a letter" if letter.isalpha() else "a digit" if letter.isdigit() else repr(letter)


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise BadKeyText("is not Base64") from None


def _unbase64_loose(text: str) -> bytes:
    try:
        plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
        return base64.b64decode((plain + "=" * (-len(plain) % 4)).encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise BadKeyText("is not Base64") from None


def _lenient_hex(text: str) -> bytes:
    pairs = iter(text[at : at + 2] for at in range(0, len(text) - 1, 2))
    kept = bytearray()
    for pair in pairs:
        try:
            kept.append(int(pair, 16))
        except ValueError:
            break
    return bytes(kept)


def _without_prefix(text: str) -> str:
    head, separator, rest = text.partition("_")
    if not separator or not rest or not head.isalnum():
        raise BadKeyText("has no prefix to strip")
    return rest


def _text(change: Callable[[str], str]) -> Form:
    return lambda text: bytes_of_text(change(text))


FORMS: Table[Form] = Table(
    "key form",
    Choice("text", bytes_of_text, "the key's text as it stands"),
    Choice("hex", _unhex, "the key hex-decoded"),
    Choice("base64", _unbase64, "the key Base64-decoded"),
    Choice(
        "base64-text",
        _text(lambda text: base64.b64encode(bytes_of_text(text)).decode()),
        "the Base64 text of the key",
    ),
    Choice(
        "trailing-newline",
        _text(lambda text: text + "\n"),
        "the key with a newline after it",
        "a key read from a file",
    ),
    Choice(
        "trailing-crlf",
        _text(lambda text: text + "\r\n"),
        "the key with CR LF after it",
        "a key read from a Windows file",
    ),
    Choice(
        "trailing-cr",
        _text(lambda text: text + "\r"),
        "the key with a lone CR after it",
        "a CR LF file split at LF",
    ),
    Choice(
        "leading-bom",
        _text(lambda text: "\ufeff" + text),
        "the key with a byte order mark before it",
        "a file saved as UTF-8 with BOM",
    ),
    Choice(
        "trailing-space", _text(lambda text: text + " "), "the key with a space after it", "copy and paste"
    ),
    Choice(
        "leading-space", _text(lambda text: " " + text), "the key with a space before it", "copy and paste"
    ),
    Choice("surrounding-spaces", _text(lambda text: f" {text} "), "the key with spaces around it"),
    Choice("trimmed", _text(str.strip), "the key without the white space at its ends"),
    Choice(
        "quoted", _text(lambda text: f'"{text}"'), "the key in double quotes", "an .env file read literally"
    ),
    Choice(
        "single-quoted",
        _text(lambda text: f"'{text}'"),
        "the key in single quotes",
        "an .env file read literally",
    ),
    Choice("lower-case", _text(str.lower), "the key in lower case"),
    Choice("upper-case", _text(str.upper), "the key in upper case"),
    Choice("prefix-stripped", _text(_without_prefix), "the key without its prefix"),
    Choice(
        "prefix-stripped-base64",
        lambda text: _unbase64(_without_prefix(text)),
        "the key without its prefix, Base64-decoded",
        "Standard Webhooks' whsec_",
    ),
    Choice("base64-loose", _unbase64_loose, "the key Base64-decoded leniently", "Node's Buffer.from"),
    Choice(
        "hex-lenient",
        _lenient_hex,
        "the key hex-decoded up to its first character that is not hex",
        "Node's Buffer.from(key, 'hex')",
    ),
    Choice("hex-text", _text(lambda text: bytes_of_text(text).hex()), "the hex text of the key"),
    Choice(
        "hex-text-upper",
        _text(lambda text: bytes_of_text(text).hex().upper()),
        "the upper-case hex text of the key",
    ),
    Choice(
        "base64-text-newline",
        _text(lambda text: base64.b64encode(bytes_of_text(text)).decode() + "\n"),
        "the Base64 text of the key and a newline",
        "the base64 command",
    ),
    Choice("sha256", lambda text: hashlib.sha256(bytes_of_text(text)).digest(), "the SHA-256 of the key"),
    Choice(
        "sha256-hex",
        _text(lambda text: hashlib.sha256(bytes_of_text(text)).hexdigest()),
        "the SHA-256 hex text of the key",
    ),
    Choice(
        "md5-hex",
        _text(lambda text: hashlib.md5(bytes_of_text(text), usedforsecurity=False).hexdigest()),
        "the MD5 hex text of the key",
    ),
    Choice("first-16", _text(lambda text: text[:16]), "the first 16 characters of the key"),
    Choice("cut-last-1", _text(lambda text: text[:-1]), "the key without its last character"),
    Choice(
        "utf-16le",
        lambda text: text.encode("utf-16-le", "surrogatepass"),
        "the key in UTF-16",
        ".NET's Encoding.Unicode",
    ),
    Choice("empty", lambda text: b"", "an empty key", "a variable that was not set"),
)
