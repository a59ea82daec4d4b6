"""Wrong signatures made by hand, with nothing of payproof, and what `diagnose` names for them."""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import cache
from typing import Any

from payproof.cli.scheme_options import load_spec
from payproof.model import Message
from payproof.signing import Keys, Recipe, context_for, diagnose, load_scheme
from payproof.signing.diagnosis.answer import Cause, Diagnosis

KEY = "0123456789ABCDEF0123456789ABCDEF"
TOKEN = "5A5B5C5D5E5F606162636465666768AA"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
V2 = "A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F90"
KEYS = Keys.of({"encryption_key": KEY, "access_token": TOKEN, "sandbox.encryption_key": "F" * 32}, test=True)
PLURAL = Keys.of({"webhook_secret": SECRET, "v2_secret": V2, "callback_secret": V2}, test=True)

spec = cache(load_spec)


def recipe(scheme: str, **more: Any) -> Recipe:
    found = load_scheme(spec(scheme.partition(".")[0]).schemes, scheme, **more)
    assert isinstance(found, Recipe)
    return found


def mac(text: str | bytes, key: str | bytes = KEY, name: str = "sha512") -> str:
    data, secret = (part.encode() if isinstance(part, str) else part for part in (text, key))
    return hmac.new(secret, data, getattr(hashlib, name)).hexdigest()


def refund(signature: str, body: dict[str, Any] | str | None = None) -> Message:
    """Give a signed PayKun request; `body` as an object, or as JSON text without its closing brace."""
    given = body if body is not None else {"refund_amount": "10.50", "remarks": "Late"}
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)[:-1]
    sent = f'{text}, "signature": {json.dumps(signature)}}}'
    return Message("POST", "/v1/merchant/transaction/7/refund", (), sent.encode("utf-8", "surrogatepass"))


def asked(message: Message, scheme: str = "paykun.request", keys: Keys = KEYS, **more: Any) -> Diagnosis:
    context = context_for(spec(scheme.partition(".")[0]), scheme)
    return diagnose(recipe(scheme), message, keys, context=context, **more)


def hook(
    signature: str, body: str = '{"event_type": "PAID", "data": {"id": "1"}}', **headers: str
) -> Message:
    rows = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": signature,
        **headers,
    }
    return Message("POST", "/hook", tuple(rows.items()), body.encode())


def labels(cause: Cause) -> set[str]:
    return {f"{one.dimension}/{one.choice}" for one in (cause, *cause.alternatives)}


def first(diagnosis: Diagnosis) -> list[set[str]]:
    """Give the labels of each cause of the first explanation."""
    assert diagnosis.explanations, diagnosis.tried
    return [labels(cause) for cause in diagnosis.explanations[0].causes]


def names(diagnosis: Diagnosis) -> list[str]:
    """Give the first label of each cause of the first explanation; nothing when there is none."""
    if not diagnosis.explanations:
        return []
    return [f"{cause.dimension}/{cause.choice}" for cause in diagnosis.explanations[0].causes]
