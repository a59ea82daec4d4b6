"""A webhook is judged by its signature and its form."""

from __future__ import annotations

import json
from typing import Any

from tests.checks.paykun_answers import context, paykun

from payproof.checks.webhooks import judge_webhook
from payproof.model import Interaction, Message, Severity
from payproof.signing import scheme_for


def told(body: bytes, kind: str = "application/json") -> list[tuple[str, Severity]]:
    one, knowing = paykun(), context()
    recipe: Any = scheme_for(one.spec, one.spec.webhooks["paymentUpdate"], "webhook", {})
    knowing.recipes = {"paymentUpdate": [recipe]}
    message = Message("POST", "/hook", (("Content-Type", kind),), body)
    delivery = Interaction(message, None, operation="paymentUpdate", kind="webhook")
    return [(finding.rule, finding.severity) for finding in judge_webhook(knowing, delivery)]


def documented() -> dict[str, Any]:
    body = paykun().spec.webhooks["paymentUpdate"].request_body
    assert body is not None
    value: dict[str, Any] = body["content"]["application/json"]["examples"]["success"]["value"]
    return value


def test_the_documented_webhook_passes_whatever_its_undocumented_content_type() -> None:
    body = json.dumps(documented()).encode()
    assert told(body) == []
    assert told(body, "text/plain") == []


def test_a_body_whose_keys_were_sorted_after_signing_is_found() -> None:
    assert told(json.dumps(documented(), sort_keys=True).encode()) == [
        ("webhook-signature-wrong", Severity.WARNING)
    ]


def test_a_field_of_another_type_is_found() -> None:
    spoilt = documented()
    spoilt = {"transaction": {**spoilt["transaction"], "status_flag": "0"}}
    assert ("webhook-schema", Severity.ERROR) in told(json.dumps(spoilt).encode())
