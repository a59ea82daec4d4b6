"""Why an encrypted request is refused: the first broken layer, then what lies beneath it.

A cause counts as proven when the mac holds (with the mistakes named) and what it covers decrypts to
text, or when the text itself shows it, such as a member that is missing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from payproof.model import Message
from payproof.signing.diagnosis.answer import Cause, Diagnosis, Explanation
from payproof.signing.diagnosis.cipher_search import decryptions, read_plaintext, read_value, unpad
from payproof.signing.diagnosis.context import NO_CONTEXT, Context
from payproof.signing.diagnosis.discreet import discreetly
from payproof.signing.diagnosis.field_rules import FIELD_CHOICES, field_causes
from payproof.signing.diagnosis.mac_search import explain_mac
from payproof.signing.envelope import BLOCK, Envelope
from payproof.signing.fields import MISSING, Pairs, UnreadableBody, find, parse_form, parse_json
from payproof.signing.keys import Keys
from payproof.signing.opening import Opened, open_envelope
from payproof.signing.verdict import Verdict
from payproof.spec.sealed import Sealed

MEMBERS = ("iv", "value", "mac")


@dataclass(slots=True)
class _Found:
    causes: list[Cause] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)
    plaintext: bytes = b""
    tried: int = 0
    proven: bool = False


def diagnose_envelope(
    envelope: Envelope, message: Message | str, keys: Keys, *, context: Context = NO_CONTEXT
) -> Diagnosis:
    """Say why an encrypted request does not open; a cause is named only if it is proven.

    Args:
        envelope: The scheme.
        message: The form post that carries it, or the encrypted text itself.
        keys: Every key the merchant holds, by role.
        context: What the spec knows of the scheme.

    Raises:
        KeyMaterialError: when the envelope's own key is missing or malformed. No message raises.
    """
    text = message if isinstance(message, str) else _carried(envelope, message)
    if text is None:
        verdict = Verdict(False, "missing-signature", f"the form has no field {envelope.form_field!r}")
        reason = "anything: there is no encrypted request"
        return Diagnosis(envelope.name, verdict, not_tried=(reason,), documented=context.documented)
    opened = open_envelope(envelope, text, keys)
    found = discreetly(lambda: _peel(envelope, text, keys, context.sealed))
    if opened.ok and not found.causes:
        return Diagnosis(envelope.name, Verdict(True, "valid", "every layer holds"), received=text)
    explained = (
        (Explanation(tuple(found.causes), found.plaintext, bits=256),)
        if found.proven and found.causes
        else ()
    )
    only_fields = opened.ok and {cause.choice for cause in found.causes} <= FIELD_CHOICES
    return Diagnosis(
        envelope.name,
        _verdict(opened, only_fields=only_fields),
        explained,
        received=text,
        shape=tuple(found.shape),
        tried={"envelope": found.tried},
        hypotheses=found.tried,
        mistakes=3,
        not_tried=() if len(keys) > 1 else ("another key: only one was given; give all keys you hold",),
        # What documents the layers does not say which fields there are: each such cause names its own source.
        documented="" if only_fields else context.documented,
    )


def _verdict(opened: Opened, *, only_fields: bool) -> Verdict:
    if only_fields:
        return Verdict(False, "opens-with-flaws", "it opens, but its fields are not those of an order")
    if opened.ok:
        return Verdict(False, "opens-with-flaws", "it opens, but is not made as documented")
    return Verdict(False, f"broken-{opened.layer}", opened.message)


def _carried(envelope: Envelope, message: Message) -> str | None:
    value = find(parse_form(message.body), envelope.form_field)
    return None if value is MISSING else str(value)


def _peel(envelope: Envelope, text: str, keys: Keys, sealed: Sealed | None) -> _Found:
    found = _Found()
    members = _members(text, found)
    if members is None:
        return found
    causes, found.tried = explain_mac(envelope, members, keys)
    if causes is None:
        found.shape.append(
            "no key given and no known mistake reproduces its mac: it was changed, or made with another key"
        )
    else:
        found.causes += causes
    beneath = _beneath(envelope, members, keys, found)
    if beneath is not None and not _lacks_start(beneath):
        beneath += field_causes(envelope, found.plaintext, sealed)
    if beneath is None:
        found.shape.append("its value does not decrypt to text with any key given")
    elif causes is None:
        inner = ", ".join(cause.says for cause in beneath) or "no other flaw"
        found.shape.append(f"beneath the mac, the value decrypts to text: {inner}")
    else:
        found.causes += beneath
    found.proven = causes is not None
    return found


def _members(text: str, found: _Found) -> dict[str, str] | None:
    """Take off the outer Base64 and JSON; a member that is missing proves itself."""
    raw = _unwrap(text, found)
    if raw is None:
        return None
    try:
        tree = parse_json(raw)
    except UnreadableBody as error:
        if any(cause.choice == "bad-base64" for cause in found.causes):
            found.proven = True
        else:
            found.shape.append(f"what the Base64 holds is not JSON: {error}")
        return None
    if type(tree) is not Pairs:
        found.shape.append("what the Base64 holds is JSON, but not an object")
        return None
    members = {name: find(tree, name) for name in MEMBERS}
    for name, value in members.items():
        if not isinstance(value, str) or not value:
            says = f"no text member {name!r} in the JSON"
            found.causes.append(Cause("envelope", f"{name}-missing", says, f"send {name} as Base64 text"))
            found.proven = True
            return None
    return members


def _unwrap(text: str, found: _Found) -> bytes | None:
    advice = "encode the JSON in standard Base64 with its padding"
    plain = text.strip()
    if plain.startswith("{"):
        found.causes.append(
            Cause("envelope", "not-base64-wrapped", "the JSON without the outer Base64", advice)
        )
        return plain.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(plain.encode("ascii"), validate=True)
    except ValueError:
        pass
    if re.fullmatch(r"[A-Za-z0-9+/ ]+={0,2}", plain) and " " in plain:
        says = "+ turned into a space on the way"
        found.causes.append(Cause("envelope", "plus-as-space", says, "percent-encode the field of the form"))
        return _lenient(plain.replace(" ", "+"))
    if re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", plain) and (len(plain) % 4 == 0 or _ends_json(plain)):
        says = "URL-safe Base64 around the JSON"
        found.causes.append(Cause("envelope", "base64-url-wrapped", says, advice))
        return _lenient(plain.replace("-", "+").replace("_", "/"))
    if re.fullmatch(r"[A-Za-z0-9+/]+", plain):
        says = "outer Base64 that lacks its last characters"
        found.causes.append(Cause("envelope", "bad-base64", says, advice))
        return _lenient(plain)
    found.shape.append("it is neither Base64 nor JSON")
    return None


def _lenient(text: str) -> bytes:
    kept = text.rstrip("=")
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return base64.b64decode(kept + "=" * (-len(kept) % 4))


def _ends_json(text: str) -> bool:
    return _lenient(text.replace("-", "+").replace("_", "/")).rstrip().endswith(b"}")


def _iv(text: str) -> tuple[tuple[Cause, ...], bytes] | None:
    advice = f"send all {BLOCK} bytes of the iv in Base64"
    if re.fullmatch(r"[0-9a-fA-F]{32}", text):
        return (Cause("envelope", "iv-hex", "the iv in hex", advice),), bytes.fromhex(text)
    try:
        iv = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
    if len(iv) != BLOCK:
        says = f"an iv of {len(iv)} bytes"
        choice = "iv-12-bytes" if len(iv) == 12 else "iv-length"
        return (Cause("envelope", choice, says, advice),), iv[:BLOCK].ljust(BLOCK, b"\0")
    return (), iv


def _beneath(envelope: Envelope, members: dict[str, str], keys: Keys, found: _Found) -> list[Cause] | None:
    """Give what is wrong beneath the mac, None when no key gives text."""
    judged = _iv(members["iv"])
    if judged is None:
        return None
    iv_causes, iv = judged
    for value_causes, value in read_value(members["value"]):
        for key_causes, padded in decryptions(envelope, value, iv, keys):
            found.tried += 1
            body = padded[BLOCK:] if _lacks_start(iv_causes) else padded
            inner = _text_causes(envelope, padded) or (_text_causes(envelope, body) if iv_causes else None)
            if inner is None and iv_causes and unpad(padded) is not None and found.tried == 1:
                inner = [], b""
            if inner is not None:
                found.plaintext = inner[1]
                return [*iv_causes, *value_causes, *key_causes, *inner[0]]
    return list(iv_causes) if iv_causes else None


def _lacks_start(causes: Iterable[Cause]) -> bool:
    """Say whether an iv that is not whole took the first block with it."""
    return any(cause.choice.startswith("iv-") and cause.choice != "iv-hex" for cause in causes)


def _text_causes(envelope: Envelope, padded: bytes) -> tuple[list[Cause], bytes] | None:
    unpadded = unpad(padded)
    if unpadded is None:
        return None
    read = read_plaintext(envelope, unpadded[1])
    return None if read is None else ([*unpadded[0], *read[0]], read[1])
