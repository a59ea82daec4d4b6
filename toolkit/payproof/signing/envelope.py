"""Encrypted requests: fields -> text -> serialised -> encrypted -> mac -> JSON -> Base64, and back.

The mac is checked before anything is decrypted, so the cipher is never run on bytes that nobody
vouched for. Opening answers any text with an `Opened` that names the first layer which is broken.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from payproof.errors import SpecError
from payproof.signing.digests import DIGESTS
from payproof.signing.fields import (
    Number,
    Pairs,
    UnreadableBody,
    bytes_of_text,
    find,
    parse_json,
    text_of_bytes,
)
from payproof.signing.keys import Keys, SecretBytes
from payproof.signing.outputs import OUTPUTS
from payproof.signing.phpserialize import NotSerialised, dump_string, load_string
from payproof.signing.recipe import Join, KeyUse, Recipe, dropped, ordered

BLOCK = 16
LAYERS = ("base64", "json", "fields", "iv", "mac", "value", "padding", "serialisation", "plaintext")
JSON_STYLES = {
    "compact": (",", ":", False),
    "escaped": (",", ":", True),
    "spaced": (", ", ": ", False),
    "colon-spaced": (",", ": ", False),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """One point in the space of envelopes.

    Args:
        field: Name of the form field that carries it.
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
    field: str = "encrypted_request"
    pair: str = "::"
    separator: str = ";"
    trim: int | None = None
    order: str = "bytes"
    drop: str = "empty"
    serialised: str = "php-string"
    length: str = "bytes"
    crlf_to_lf: bool = False
    cipher: str = "aes-256-cbc"
    key: KeyUse = KeyUse("encryption_key")  # noqa: RUF009 - frozen
    mac_key: KeyUse = KeyUse("encryption_key")  # noqa: RUF009 - frozen
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


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening an encrypted request came to.

    Args:
        ok: Whether every layer held.
        layer: The first broken layer (one of `LAYERS`), empty when none is.
        message: One sentence for people, without key, mac or plaintext.
        fields: The plaintext's entries in order, when it was reached.
        plaintext: The plaintext, when it was reached.
    """

    ok: bool
    layer: str = ""
    message: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    plaintext: bytes = b""

    def __bool__(self) -> bool:
        return self.ok


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
    cipher_key = _cipher_key(envelope, keys.need(envelope.key.role)[0].material(envelope.key.form))
    encrypted = _aes(cipher_key, iv, serialised + bytes([pad]) * pad, encrypt=True)
    members = {"iv": base64.b64encode(iv).decode(), "value": base64.b64encode(encrypted).decode()}
    mac = _mac(envelope, keys, members)
    text = base64.b64encode(_json({**members, "mac": mac}, envelope.json_style)).decode()
    return Sealed(plaintext, serialised, members["iv"], members["value"], mac, text)


def _json(members: Mapping[str, str], style: str) -> bytes:
    comma, colon, escaped = JSON_STYLES[style]
    text = json.dumps(members, separators=(comma, colon))
    return (text.replace("/", "\\/") if escaped else text).encode()


def _mac(envelope: Envelope, keys: Keys, members: Mapping[str, str], at: int = 0) -> str:
    covered = "".join(members[name] for name in envelope.mac_over).encode()
    key = keys.need(envelope.mac_key.role)[at].material(envelope.mac_key.form)
    return OUTPUTS[envelope.mac_text].run.encode(DIGESTS[envelope.mac_digest].run(key, covered))


_AES_BITS = {"aes-128-cbc": 16, "aes-192-cbc": 24, "aes-256-cbc": 32}


def _cipher_key(envelope: Envelope, key: SecretBytes) -> SecretBytes:
    """Fit a key to the cipher as OpenSSL does: cut off or filled with zero bytes."""
    size = _AES_BITS[envelope.cipher]
    return SecretBytes(key[:size].ljust(size, b"\0"))


def _aes(key: bytes, iv: bytes, data: bytes, *, encrypt: bool) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES(bytes(key)), modes.CBC(iv))
    run = cipher.encryptor() if encrypt else cipher.decryptor()
    return run.update(data) + run.finalize()


class _Broken(Exception):
    def __init__(self, layer: str, why: str) -> None:
        super().__init__(why)
        self.layer, self.why = layer, why


def open_envelope(envelope: Envelope, text: str | bytes, keys: Keys) -> Opened:
    """Check and decrypt an encrypted request; the mac is checked before anything is decrypted.

    Raises:
        KeyMaterialError: when the key is missing or malformed. No text raises.
    """
    plaintext = b""
    try:
        members = unwrap(text)
        iv = unbase64(members["iv"], "iv")
        if len(iv) != BLOCK:
            raise _Broken("iv", f"the iv has {len(iv)} bytes, not {BLOCK}")
        at = _fitting_key(envelope, keys, members)
        value = unbase64(members["value"], "value")
        key = _cipher_key(envelope, keys.need(envelope.key.role)[at].material(envelope.key.form))
        plaintext = unserialise(envelope, decrypt_value(key, iv, value))
        return Opened(True, fields=tuple(read_fields(envelope, plaintext)), plaintext=plaintext)
    except _Broken as broken:
        return Opened(False, broken.layer, broken.why, plaintext=plaintext)


def unwrap(text: str | bytes) -> dict[str, str]:
    """Take off the outer Base64 and JSON and give the members iv, value and mac."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    inner = unbase64(raw.strip().decode("latin-1"), "base64")
    try:
        tree = parse_json(inner, unrepeated=True)
    except UnreadableBody as error:
        raise _Broken("json", f"what the Base64 holds is not JSON: {error}") from None
    if type(tree) is not Pairs:
        raise _Broken("json", "what the Base64 holds is JSON, but not an object")
    members = {name: find(tree, name) for name in ("iv", "value", "mac")}
    wrong = [name for name, value in members.items() if type(value) is not str]
    if wrong:
        raise _Broken("fields", f"the JSON has no text member {wrong[0]!r}")
    return members


def unbase64(text: str, layer: str) -> bytes:
    """Decode Base64 strictly; a failure breaks that layer."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        what = "the request" if layer == "base64" else f"the member {layer}"
        raise _Broken(layer, f"{what} is not Base64") from None


def _fitting_key(envelope: Envelope, keys: Keys, members: Mapping[str, str]) -> int:
    """Give the place of the key whose mac the request carries; every key is compared."""
    received = members["mac"].encode("utf-8", "surrogatepass")
    rows = range(len(keys.need(envelope.mac_key.role)))
    fits = [at for at in rows if hmac.compare_digest(_safe_mac(envelope, keys, members, at), received)]
    if not fits:
        raise _Broken("mac", "the mac is not the one this iv, value and key give")
    return fits[0]


def _safe_mac(envelope: Envelope, keys: Keys, members: Mapping[str, str], at: int) -> bytes:
    plain = {name: text.encode("utf-8", "surrogatepass").decode("latin-1") for name, text in members.items()}
    return _mac(
        envelope, keys, {name: text if text.isascii() else "" for name, text in plain.items()}, at
    ).encode()


def decrypt_value(key: bytes, iv: bytes, value: bytes) -> bytes:
    """Decrypt and take the PKCS#7 padding off."""
    if not value or len(value) % BLOCK:
        raise _Broken(
            "value", f"the ciphertext has {len(value)} bytes, which is not a whole number of blocks"
        )
    data = _aes(key, iv, value, encrypt=False)
    pad = data[-1]
    if not 1 <= pad <= BLOCK or data[-pad:] != bytes([pad]) * pad:
        raise _Broken("padding", "the padding is wrong: another key, or not PKCS#7")
    return data[:-pad]


def unserialise(envelope: Envelope, data: bytes) -> bytes:
    """Take the PHP serialisation off."""
    if envelope.serialised == "none":
        return data
    try:
        return load_string(data)
    except NotSerialised as error:
        raise _Broken(
            "serialisation", f"the decrypted text is not a serialised PHP string: {error}"
        ) from None


def read_fields(envelope: Envelope, plaintext: bytes) -> list[tuple[str, str]]:
    """Split a plaintext into its entries, in order."""
    rows = []
    for at, entry in enumerate(text_of_bytes(plaintext).split(envelope.separator)):
        name, found, value = entry.partition(envelope.pair)
        if not found and (entry or at == 0) and plaintext:
            raise _Broken("plaintext", f"entry {at + 1} of the plaintext has no {envelope.pair!r}")
        if found:
            rows.append((name, value))
    return rows


def read_envelope(name: str, raw: Mapping[str, Any]) -> Envelope:
    """Read an envelope scheme's mapping; raises SpecError that names the scheme and the dimension."""
    from payproof.signing.scheme import _exclude, _join, _order, _plain, read_key

    where = f"x-signing-schemes/{name}"
    plain, mac = _plain(raw.get("plaintext") or {}), _plain(raw.get("mac") or {})
    join: Join = _join(plain.get("join"), where)["join"] if "join" in plain else Join(between=";")
    key = read_key(raw.get("key") or {"role": "encryption_key"}, where)
    serialised = _plain(raw.get("serialise", "php-string"))
    settings = serialised if isinstance(serialised, Mapping) else {}
    form = settings.get("as", "php-string") if settings else serialised
    style, cipher = _plain(raw.get("json", "compact")), _plain(raw.get("cipher", "aes-256-cbc"))
    if style not in JSON_STYLES or cipher not in _AES_BITS or form not in ("php-string", "none"):
        raise SpecError(
            "the envelope's json, cipher or serialise is not understood",
            where=where,
            hint=f"json: {', '.join(JSON_STYLES)}; cipher: {', '.join(_AES_BITS)}; serialise: php-string or none",
        )
    source = _plain(raw.get("source") or {"form": "encrypted_request"})
    return Envelope(
        name,
        field=str(next(iter(source.values()))) if isinstance(source, Mapping) else "encrypted_request",
        pair=str(_plain(plain.get("pair", "::"))),
        separator=join.between or join.after or ";",
        trim=_plain(plain.get("trim")),
        order=_order(plain.get("order", "bytes"), where)["order"],
        drop=_exclude(plain.get("exclude") or {}, where)["drop"],
        serialised=form,
        length=str(_plain(settings.get("length", "bytes"))),
        crlf_to_lf=plain.get("newlines") == "lf",
        cipher=cipher,
        key=key,
        mac_key=read_key(mac["key"], where) if "key" in mac else key,
        mac_digest=DIGESTS.pick(_plain(mac.get("digest", "hmac-sha256")), where=where).name,
        mac_over=tuple(map(str, _plain(mac.get("over", ["iv", "value"])))),
        mac_text=OUTPUTS.pick(_plain(mac.get("text", "hex-lower")), where=where).name,
        json_style=style,
        evidence={"scheme": str(raw.get("x-evidence", "unknown"))},
    )
