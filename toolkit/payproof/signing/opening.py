"""Opening an encrypted request, layer by layer.

The mac is checked before anything is decrypted, so the cipher is never run on bytes that nobody
vouched for. Opening answers any text with an `Opened` that names the first layer which is broken.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from payproof.signing.envelope import BLOCK, Envelope, aes, cipher_key, mac_of
from payproof.signing.fields import UnreadableBody, find, parse_json, text_of_bytes
from payproof.signing.keys import Keys
from payproof.signing.phpserialize import NotSerialised, load_string, split_string

LAYERS = ("base64", "json", "fields", "iv", "mac", "value", "padding", "serialisation", "plaintext")


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
        key = cipher_key(envelope, keys.need(envelope.key.role)[at].material(envelope.key.form))
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
    if type(tree) is not dict:
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
    # A member that is not ASCII is not Base64 either; it counts as empty, so that no text raises here.
    covered = {name: text if text.isascii() else "" for name, text in members.items()}
    return mac_of(envelope, keys, covered, at).encode()


def decrypt_value(key: bytes, iv: bytes, value: bytes) -> bytes:
    """Decrypt and take the PKCS#7 padding off."""
    if not value or len(value) % BLOCK:
        raise _Broken(
            "value", f"the ciphertext has {len(value)} bytes, which is not a whole number of blocks"
        )
    data = aes(key, iv, value, encrypt=False)
    pad = data[-1]
    if not 1 <= pad <= BLOCK or data[-pad:] != bytes([pad]) * pad:
        raise _Broken("padding", "the padding is wrong: another key, or not PKCS#7")
    return data[:-pad]


def unserialise(envelope: Envelope, data: bytes) -> bytes:
    """Take the PHP serialisation off."""
    if envelope.serialised == "none":
        return data
    try:
        text = load_string(data)
    except NotSerialised as error:
        raise _Broken(
            "serialisation", f"the decrypted text is not a serialised PHP string: {error}"
        ) from None
    # No name or value is written so: read as entries, the first name would begin with `s:<length>:"`.
    if split_string(text) is not None:
        raise _Broken("serialisation", "the text is serialised twice: the string holds a serialised string")
    return text


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
