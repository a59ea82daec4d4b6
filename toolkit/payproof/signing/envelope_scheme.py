"""Envelope schemes as the spec writes them -> Envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.errors import SpecError
from payproof.signing.digests import DIGESTS
from payproof.signing.dimension_rounds import read_key
from payproof.signing.dimension_values import plain_choice, understood
from payproof.signing.dimensions import read_exclude, read_join, read_order
from payproof.signing.envelope import AES_BYTES, JSON_STYLES, Envelope
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Join


def read_envelope(name: str, raw: Mapping[str, Any]) -> Envelope:
    """Read an envelope scheme's mapping; raises SpecError that names the scheme and the dimension."""
    return understood(lambda value, where: _read(name, value, where), raw, f"x-signing-schemes/{name}")


def _read(name: str, raw: Mapping[str, Any], where: str) -> Envelope:
    plain, mac = plain_choice(raw.get("plaintext") or {}), plain_choice(raw.get("mac") or {})
    join: Join = read_join(plain.get("join"), where)["join"] if "join" in plain else Join(between=";")
    key = read_key(raw.get("key") or {"role": "encryption_key"}, where)
    serialised = plain_choice(raw.get("serialise", "php-string"))
    settings = serialised if isinstance(serialised, Mapping) else {}
    form = settings.get("as", "php-string") if settings else serialised
    style, cipher = plain_choice(raw.get("json", "compact")), plain_choice(raw.get("cipher", "aes-256-cbc"))
    if style not in JSON_STYLES or cipher not in AES_BYTES or form not in ("php-string", "none"):
        raise SpecError(
            "the envelope's json, cipher or serialise is not understood",
            where=where,
            hint=f"json: {', '.join(JSON_STYLES)}; cipher: {', '.join(AES_BYTES)}; serialise: php-string",
        )
    source = plain_choice(raw.get("source") or {"form": "encrypted_request"})
    return Envelope(
        name,
        form_field=str(next(iter(source.values()))) if isinstance(source, Mapping) else "encrypted_request",
        pair=str(plain_choice(plain.get("pair", "::"))),
        separator=join.between or join.after or ";",
        trim=plain_choice(plain.get("trim")),
        order=read_order(plain.get("order", "bytes"), where)["order"],
        drop=read_exclude(plain.get("exclude") or {}, where)["drop"],
        serialised=form,
        length=str(plain_choice(settings.get("length", "bytes"))),
        crlf_to_lf=plain.get("newlines") == "lf",
        cipher=cipher,
        key=key,
        mac_key=read_key(mac["key"], where) if "key" in mac else key,
        mac_digest=DIGESTS.pick(plain_choice(mac.get("digest", "hmac-sha256")), where=where).name,
        mac_over=tuple(map(str, plain_choice(mac.get("over", ["iv", "value"])))),
        mac_text=OUTPUTS.pick(plain_choice(mac.get("text", "hex-lower")), where=where).name,
        json_style=style,
        evidence=_evidence(raw),
    )


def _evidence(raw: Mapping[str, Any]) -> dict[str, str]:
    """Say how sure the scheme is, and how its plaintext is joined, which no document need tell."""
    scheme = str(raw.get("x-evidence", "unknown"))
    return {"scheme": scheme, "plaintext": str((raw.get("plaintext") or {}).get("x-evidence", scheme))}
