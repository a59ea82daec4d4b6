"""Which mistake reproduces an envelope's mac: what it covers, with which hash and key, written how."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from itertools import product

from payproof.errors import KeyMaterialError
from payproof.signing.diagnosis.answer import Cause
from payproof.signing.diagnosis.target import Target, read_target
from payproof.signing.digests import DIGESTS, bind, digest_size
from payproof.signing.envelope import Envelope
from payproof.signing.key_forms import FORMS
from payproof.signing.keys import Keys, SecretBytes
from payproof.signing.recipe import Accept, Recipe, Round

_ADVICE = "compute the mac over the Base64 text of the iv followed by that of the value"


def explain_mac(
    envelope: Envelope, members: Mapping[str, str], keys: Keys
) -> tuple[tuple[Cause, ...] | None, int]:
    """Give the fewest causes that reproduce the mac (none when it is right), and how many points were tried.

    The causes are None when nothing reproduces it.
    """
    own = Round(envelope.mac_digest, envelope.mac_key, envelope.mac_text)
    target = read_target(Recipe(envelope.name, rounds=(own,), accept=Accept()), members["mac"])
    points = sorted(_points(envelope, members, keys, target), key=lambda point: len(point[0]))
    tried = 0
    for causes, name, key, text in points:
        tried += 1
        reading = target.match(bind(name, key)(text))
        if reading is not None and not reading.cut:
            choice = {"hex-upper": "upper-case"}.get(reading.choice, reading.choice)
            written = Cause(
                "envelope",
                f"mac-{choice}",
                f"the mac with {reading.says}",
                "write the mac in lower-case hex",
            )
            return (*causes, *((written,) if reading.choice else ())), tried
    return None, tried


def _points(
    envelope: Envelope, members: Mapping[str, str], keys: Keys, target: Target
) -> Iterator[tuple[tuple[Cause, ...], str, SecretBytes, bytes]]:
    digests = [name for name in DIGESTS if digest_size(name) in target.sizes and "sha3" not in name]
    for (over, text), (cause, key), name in product(_texts(members), _keys(envelope, keys), digests):
        causes = []
        if over:
            causes.append(Cause("envelope", over[0], over[1], _ADVICE))
        if name != envelope.mac_digest:
            short = name.removeprefix("hmac-")
            says = f"the mac made with {DIGESTS[name].says}"
            causes.append(Cause("envelope", f"mac-{short}", says, f"use {DIGESTS[envelope.mac_digest].says}"))
        if cause:
            causes.append(cause)
        if len(causes) <= 3:
            yield tuple(causes), name, key, text


def _texts(members: Mapping[str, str]) -> Iterator[tuple[tuple[str, str] | None, bytes]]:
    iv, value = (members[name].encode("utf-8", "surrogatepass") for name in ("iv", "value"))
    yield None, iv + value
    yield ("mac-over-value-only", "the mac over the value alone, without the iv"), value
    yield ("mac-value-before-iv", "the mac over value and iv in the wrong order"), value + iv
    yield ("mac-over-iv-only", "the mac over the iv alone"), iv
    raw = [_unbase64(text) for text in (iv, value)]
    if None not in raw:
        first, second = raw[0] or b"", raw[1] or b""
        says = "the mac over the raw bytes in place of their Base64 texts"
        yield ("mac-over-raw-bytes", says), first + second
        yield ("mac-over-raw-bytes", f"{says}, without the iv"), second
        yield ("mac-over-raw-bytes", f"{says}, the value first"), second + first


def _unbase64(text: bytes) -> bytes | None:
    if re.fullmatch(rb"(?:[0-9a-fA-F]{32})+", text):
        return bytes.fromhex(text.decode())
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def _keys(envelope: Envelope, keys: Keys) -> Iterator[tuple[Cause | None, SecretBytes]]:
    use = envelope.mac_key
    advice = f"key the mac with the text of the {use.role.replace('_', ' ')}"
    seen: set[bytes] = set()
    for role in sorted(keys, key=lambda role: role != use.role):
        for form in (use.form, *(name for name in FORMS if name != use.form)):
            try:
                material = keys[role][0].material(form)
            except KeyMaterialError:
                continue
            if bytes(material) in seen:
                continue
            seen.add(bytes(material))
            if role == use.role and form == use.form:
                yield None, material
            elif role == use.role:
                choice = "mac-key-hex-decoded" if form == "hex" else f"mac-key-{form}"
                yield Cause("envelope", choice, f"the mac keyed with {FORMS[form].says}", advice), material
            else:
                says = f"the mac keyed with the {role.replace('_', ' ')}"
                more = "" if form == use.form else f" ({FORMS[form].says})"
                yield Cause("envelope", "mac-key-other-role", says + more, advice), material
