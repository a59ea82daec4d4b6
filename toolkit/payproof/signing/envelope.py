"""Encrypted requests: fields -> text -> serialised -> encrypted -> mac -> JSON -> Base64."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from payproof.signing.digests import DIGESTS
from payproof.signing.fields import (
    Number,
    bytes_of_text,
    text_of_bytes,
)
from payproof.signing.keys import Keys, SecretBytes
from payproof.signing.outputs import OUTPUTS
from payproof.signing.phpserialize import dump_string
from payproof.signing.recipe import KeyUse, Recipe
from payproof.signing.stages import dropped, ordered

BLOCK = 16
JSON_STYLES = {
    "compact": (",", ":", False),
    "escaped": (",", ":", True),
    "spaced": (", ", ": ", False),
    "colon-spaced": (",", ": ", False),
}


THE_KEY = KeyUse("encryption_key")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One point in the space of envelopes.

    Args:
        form_field: Name of the form field that carries it.
        pair: Between key and value of a plaintext entry.
        separator: Between entries.
        trim: What is cut off the end after joining with a trailing separator: None joins without one,
            a number cuts that many characters, -1 every trailing separator.
        order: A row of the `order` dimension.
        drop: `none`, `empty`, `php-empty` or `null`.
        serialised: `php-string` or `none`.
        length: `bytes` or `utf-16`: how the serialised length is counted.
        crlf_to_lf: Whether line ends are normalised first.
        key, mac_key: Key role and form of the cipher and of the mac.
        mac_digest, mac_over, mac_text: The mac's digest, the members it covers, and its text.
        json_style: A key of `JSON_STYLES`.
    """

    name: str
    form_field: str = "encrypted_request"
    pair: str = "::"
    separator: str = ";"
    trim: int | None = None
    order: str = "bytes"
    drop: str = "empty"
    serialised: str = "php-string"
    length: str = "bytes"
    crlf_to_lf: bool = False
    cipher: str = "aes-256-cbc"
    key: KeyUse = THE_KEY
    mac_key: KeyUse = THE_KEY
    mac_digest: str = "hmac-sha256"
    mac_over: tuple[str, ...] = ("iv", "value")
    mac_text: str = "hex-lower"
    json_style: str = "compact"
    evidence: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)

    def with_(self, **changes: Any) -> Envelope:
        """Give the neighbouring point with those choices changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Each value on the way to an encrypted request, in order."""

    plaintext: bytes
    serialised: bytes
    iv: str
    value: str
    mac: str
    text: str


def plaintext_of(envelope: Envelope, fields: Sequence[tuple[str, Any]]) -> bytes:
    """Join fields into the plaintext, `key::value;key::value` for the documented point."""
    rows = [row for row in fields if envelope.drop == "none" or not dropped(row[1], envelope.drop)]
    rows = ordered(Recipe(envelope.name, order=envelope.order), rows)
    entries = [f"{name}{envelope.pair}{_text(value)}" for name, value in rows]
    if envelope.trim is None:
        text = envelope.separator.join(entries)
    else:
        text = "".join(entry + envelope.separator for entry in entries)
        text = text.rstrip(envelope.separator) if envelope.trim < 0 else text[: len(text) - envelope.trim]
    return bytes_of_text(text.replace("\r\n", "\n") if envelope.crlf_to_lf else text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, (str, Number)) else json.dumps(value)


def serialise(envelope: Envelope, plaintext: bytes) -> bytes:
    """Wrap the plaintext as a serialised PHP string, its length counted as the envelope says."""
    if envelope.serialised == "none":
        return plaintext
    units = len(text_of_bytes(plaintext).encode("utf-16-le", "surrogatepass")) // 2
    return dump_string(plaintext, units if envelope.length == "utf-16" else None)


def seal(envelope: Envelope, fields: Sequence[tuple[str, Any]] | bytes, keys: Keys, *, iv: bytes) -> Sealed:
    """Encrypt fields (or a finished plaintext) and give every value on the way.

    Args:
        iv: Sixteen bytes, random and never used twice; passed in, since the engine draws nothing.

    Raises:
        KeyMaterialError: when the key is missing or malformed.
        ValueError: when the iv is not sixteen bytes.
    """
    if len(iv) != BLOCK:
        raise ValueError("the iv is not 16 bytes")
    plaintext = fields if isinstance(fields, bytes) else plaintext_of(envelope, fields)
    serialised = serialise(envelope, plaintext)
    pad = BLOCK - len(serialised) % BLOCK
    fitted = cipher_key(envelope, keys.need(envelope.key.role)[0].material(envelope.key.form))
    encrypted = aes(fitted, iv, serialised + bytes([pad]) * pad, encrypt=True)
    members = {"iv": base64.b64encode(iv).decode(), "value": base64.b64encode(encrypted).decode()}
    mac = mac_of(envelope, keys, members)
    text = base64.b64encode(_json({**members, "mac": mac}, envelope.json_style)).decode()
    return Sealed(plaintext, serialised, members["iv"], members["value"], mac, text)


def _json(members: Mapping[str, str], style: str) -> bytes:
    comma, colon, escaped = JSON_STYLES[style]
    text = json.dumps(members, separators=(comma, colon))
    return (text.replace("/", "\\/") if escaped else text).encode()


def mac_of(envelope: Envelope, keys: Keys, members: Mapping[str, str], at: int = 0) -> str:
    covered = "".join(members[name] for name in envelope.mac_over).encode()
    key = keys.need(envelope.mac_key.role)[at].material(envelope.mac_key.form)
    return OUTPUTS[envelope.mac_text].run.encode(DIGESTS[envelope.mac_digest].run(key, covered))


AES_BYTES = {"aes-128-cbc": 16, "aes-192-cbc": 24, "aes-256-cbc": 32}


def cipher_key(envelope: Envelope, key: SecretBytes) -> SecretBytes:
    """Fit a key to the cipher as OpenSSL does: cut off or filled with zero bytes."""
    size = AES_BYTES[envelope.cipher]
    return SecretBytes(key[:size].ljust(size, b"\0"))


def aes(key: bytes, iv: bytes, data: bytes, *, encrypt: bool) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES(bytes(key)), modes.CBC(iv))
    run = cipher.encryptor() if encrypt else cipher.decryptor()
    return run.update(data) + run.finalize()
