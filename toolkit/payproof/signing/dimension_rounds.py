"""The readers of the dimensions `digest`, `key` and `text`, and of `rounds`, which repeats them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.signing.digests import DIGESTS
from payproof.signing.dimension_values import not_understood, plain_choice, understood
from payproof.signing.key_forms import FORMS
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import KeyUse, Round


def read_rounds(raw: Mapping[str, Any], where: str) -> tuple[Round, ...]:
    rows = raw.get("rounds") or [{key: raw[key] for key in ("digest", "key", "text") if key in raw}]
    if not isinstance(rows, list):
        raise not_understood(rows, f"{where}/rounds", "write a list of {digest, key, text}")
    return tuple(understood(_round, plain_choice(row), f"{where}/rounds/{at}") for at, row in enumerate(rows))


def _round(row: Any, where: str) -> Round:
    if not isinstance(row, Mapping):
        raise not_understood(row, where, "write {digest, key, text}")
    return Round(
        DIGESTS.pick(plain_choice(row.get("digest", "hmac-sha256")), where=where).name,
        read_key(row.get("key"), where),
        OUTPUTS.pick(plain_choice(row.get("text", "hex-lower")), where=where).name,
    )


def read_key(value: Any, where: str) -> KeyUse:
    """Read `{role: ..., form: ...}` or `{field: ..., form: ...}`."""
    value = plain_choice(value)
    if not isinstance(value, Mapping) or ("role" in value) == ("field" in value):
        raise not_understood(value, f"{where}/key", "write {role: name, form: text} or {field: name}")
    form = FORMS.pick(plain_choice(value.get("form", "text")), where=f"{where}/key").name
    return KeyUse(str(value.get("role", "")), form, str(value.get("field", "")))
