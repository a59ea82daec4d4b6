"""The rules that only archives are judged by; those of responses are the checks' own."""

from __future__ import annotations

from payproof.model import Severity
from payproof.rules import Example, Rule, register

UNREADABLE = register(
    Rule(
        "recorded-line-unreadable",
        Severity.WARNING,
        "A line of an archive is no recorded interaction.",
        fix="record it again or remove the line; everything else was audited",
        example=Example(input='{"request": '),
    )
)
UNMATCHED = register(
    Rule(
        "recorded-operation-unknown",
        Severity.NOTE,
        "A recorded request fits no documented operation.",
        fix="document the operation, or leave such traffic out of the archive",
        example=Example(input="GET /v9/nowhere"),
        rests_on="inferred",
    )
)
WEBHOOK_FORM = register(
    Rule(
        "recorded-webhook-schema",
        Severity.ERROR,
        "A recorded webhook does not have the form which the documents promise.",
        fix="ask the gateway, or have the documents say what is sent",
        example=Example(input={"documented": {"status": "string"}, "body": {"status": 1}}),
    )
)
WEBHOOK_SIGNATURE = register(
    Rule(
        "recorded-webhook-signature-wrong",
        Severity.ERROR,
        "A recorded webhook's signature is not the one its bytes give.",
        fix="find out whether it was forged, changed on its way, or signed with another key",
        example=Example(input="a webhook whose amount was changed after it was signed"),
    )
)
RESPONSE_SIGNATURE = register(
    Rule(
        "recorded-response-signature-wrong",
        Severity.ERROR,
        "A recorded response's signature is not the one its bytes give.",
        fix="look at it with `payproof diagnose`: it names what is made differently",
        example=Example(input="a transaction whose status was changed after it was signed"),
    )
)
RESPONSE_FORM = register(
    Rule(
        "recorded-response-schema",
        Severity.ERROR,
        "A recorded response does not have the form which the documents promise for its status.",
        fix="ask the gateway, or have the documents say what is sent; `payproof drift` sums it up",
        example=Example(input={"documented": {"gross_amount": "number"}, "body": {"gross_amount": "11"}}),
    )
)
