"""What lies beneath an envelope's mac: value, cipher, padding, serialisation and plaintext.

Decryption proves a key only by what comes out: a PHP-serialised string whose length fits, or text.
A wrong key gives random bytes, and 32 of those are all printable once in 2**45.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator

from payproof.errors import KeyMaterialError
from payproof.signing.diagnosis.answer import Cause
from payproof.signing.envelope import BLOCK, Envelope, aes, cipher_key
from payproof.signing.fields import text_of_bytes
from payproof.signing.key_forms import FORMS
from payproof.signing.keys import Keys, SecretBytes
from payproof.signing.phpserialize import split_string

SHORTEST_TEXT = 32
_DEEPEST = 8
"""Serialisations that are taken off: a hostile text may be serialised a million times, each a copy."""


def read_value(text: str) -> Iterator[tuple[tuple[Cause, ...], bytes]]:
    """Give the ciphertext as the value holds it: Base64 by right, hex or Base64 twice by mistake."""
    advice = "write the ciphertext in Base64, once"
    data = _unbase64(text.encode("utf-8", "surrogatepass"))
    if data and len(data) % BLOCK == 0:
        yield (), data
    if re.fullmatch(r"(?:[0-9a-fA-F]{32})+", text):
        yield (Cause("envelope", "value-hex", "the value in hex", advice),), bytes.fromhex(text)
    again = _unbase64(data) if data else None
    if again and len(again) % BLOCK == 0:
        says = "the value in Base64 twice"
        habit = "openssl_encrypt without OPENSSL_RAW_DATA"
        yield (Cause("envelope", "value-base64-twice", says, advice, habit),), again


def _unbase64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def decryptions(
    envelope: Envelope, value: bytes, iv: bytes, keys: Keys
) -> Iterator[tuple[tuple[Cause, ...], bytes]]:
    """Give every padded plaintext that keys, key forms and modes give, the right ones first."""
    for causes, key in _cipher_keys(envelope, keys):
        yield causes, aes(key, iv, value, encrypt=False)
    for causes, key in _cipher_keys(envelope, keys):
        says = "the value encrypted in ECB mode"
        cause = Cause("envelope", "aes-ecb", says, "encrypt in CBC mode with the iv that is sent")
        yield (*causes, cause), _ecb(key, value)


def _ecb(key: bytes, value: bytes) -> bytes:
    # CBC with a zero iv is ECB with each block's predecessor in the ciphertext mixed in; taken out again.
    mixed, before = aes(key, bytes(BLOCK), value, encrypt=False), bytes(BLOCK) + value[:-BLOCK]
    return (int.from_bytes(mixed) ^ int.from_bytes(before)).to_bytes(len(value))


def _cipher_keys(envelope: Envelope, keys: Keys) -> Iterator[tuple[tuple[Cause, ...], SecretBytes]]:
    use = envelope.key
    advice = f"encrypt with the text of the {use.role.replace('_', ' ')} as it stands"
    for role in sorted(keys, key=lambda role: role != use.role):
        key = keys[role][0]
        if role == use.role:
            yield (), cipher_key(envelope, key.material(use.form))
            yield from _other_forms(envelope, keys, advice)
        else:
            says = f"encrypted with the {role.replace('_', ' ')}"
            cause = Cause("envelope", "aes-key-other-role", says, advice)
            yield (cause,), cipher_key(envelope, key.material("text"))


def _other_forms(
    envelope: Envelope, keys: Keys, advice: str
) -> Iterator[tuple[tuple[Cause, ...], SecretBytes]]:
    key = keys[envelope.key.role][0]
    for form in FORMS:
        try:
            material = key.material(form)
        except KeyMaterialError:
            continue
        if form == envelope.key.form:
            continue
        choice = "aes-key-hex-decoded" if form == "hex" else f"aes-key-{form}"
        cause = Cause("envelope", choice, f"encrypted with {FORMS[form].says}", advice)
        if len(material) in (16, 24):
            yield (cause,), material
        yield (cause,), cipher_key(envelope, material)
    digest = SecretBytes(hashlib.sha256(key.material("text")).digest())
    yield (Cause("envelope", "aes-key-sha256", "encrypted with the SHA-256 of the key", advice),), digest


def unpad(data: bytes) -> tuple[tuple[Cause, ...], bytes] | None:
    """Take the padding off: PKCS#7 by right, zero bytes by mistake."""
    pad = data[-1] if data else 0
    if 1 <= pad <= BLOCK and data[-pad:] == bytes([pad]) * pad:
        return (), data[:-pad]
    stripped = data.rstrip(b"\0")
    if len(data) - len(stripped) < BLOCK and is_text(stripped):
        return (Cause("envelope", "zero-padding", "padded with zero bytes", "pad with PKCS#7"),), stripped
    return None


def is_text(data: bytes) -> bool:
    """Say whether bytes are printable UTF-8, long enough that chance is excluded."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return len(data) >= SHORTEST_TEXT and all(letter.isprintable() or letter in "\r\n\t" for letter in text)


def read_plaintext(envelope: Envelope, data: bytes) -> tuple[tuple[Cause, ...], bytes] | None:
    """Take the serialisation off and judge the entries; None when the bytes are no text at all."""
    text, causes, times = data, [], 0
    while times < _DEEPEST and (found := split_string(text)) is not None:
        stated, text = found
        times += 1
        if stated != len(text):
            causes.append(_length_cause(stated, text))
    if not times and not is_text(data):
        return None
    if times != 1:
        causes.insert(0, _times_cause(times))
    return (*causes, *_entries(envelope, text)), text


def _times_cause(times: int) -> Cause:
    if not times:
        says = "the text not serialised as a PHP string"
        return Cause("envelope", "not-php-serialised", says, 'wrap the text as s:<bytes>:"<text>";')
    says = "the text serialised twice" if times == 2 else f"the text serialised {times} times"
    habit = "serialize() before Laravel's encrypt(), which serialises by itself"
    return Cause("envelope", "serialised-twice", says, "serialise the text once", habit)


def _length_cause(stated: int, text: bytes) -> Cause:
    plain = text_of_bytes(text)
    advice = f"state the length in bytes of UTF-8: {len(text)}"
    if stated == len(plain):
        choice, says = "length-in-characters", "the serialised length counted in characters"
        if stated == len(plain.encode("utf-16-le", "surrogatepass")) // 2:
            other = Cause(
                "envelope", "length-in-utf16-units", "the serialised length counted in UTF-16 units"
            )
            return Cause("envelope", choice, says, advice, "mb_strlen and JavaScript's length", (other,))
        return Cause("envelope", choice, says, advice, "mb_strlen and Python's len")
    if stated == len(plain.encode("utf-16-le", "surrogatepass")) // 2:
        says = "the serialised length counted in UTF-16 units"
        return Cause("envelope", "length-in-utf16-units", says, advice, "JavaScript's length")
    return Cause("envelope", "length-wrong", f"a serialised length of {stated}", advice)


def _entries(envelope: Envelope, text: bytes) -> Iterator[Cause]:
    plain = text_of_bytes(text)
    advice = f"join name{envelope.pair}value entries with {envelope.separator!r} between them"
    if plain.endswith(envelope.separator) and split_string(text) is None:
        yield Cause("envelope", "terminator-kept", f"a {envelope.separator!r} left at the end", advice)
    if envelope.pair in plain:
        return
    if plain.startswith("{") and _is_json(plain):
        yield Cause("envelope", "json-plaintext", "JSON in place of entries", advice)
    elif re.fullmatch(r"[^=&]+=[^&]*(?:&[^=&]+=[^&]*)*", plain):
        yield Cause("envelope", "query-string-plaintext", "a query string in place of entries", advice)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
