"""The vectors of paykun.response and paykun.webhook: S5 of the reference, tampering, what is not covered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from byhand import (
    row,
)
from paykun_messages import (
    REFERENCE,
    RESPONSES,
    TRANSACTION,
    WEBHOOKS,
    response_message,
    webhook_message,
)
from shapes import Case, Shape, tampered


def transaction_cases() -> Iterator[Case]:
    yield RESPONSES.case("S5", "the transaction sample of the API reference, re-signed", source=REFERENCE)
    yield from tampered(RESPONSES)
    yield from _around(RESPONSES, response_message)


def webhook_cases() -> Iterator[Case]:
    yield WEBHOOKS.case("S5", "the transaction sample of the API reference as a webhook", source=REFERENCE)
    yield from tampered(WEBHOOKS)
    yield from _around(WEBHOOKS, webhook_message)


def _around(shape: Shape, compose: Any) -> Iterator[Case]:
    right = shape.right(TRANSACTION)
    outside = compose(TRANSACTION, right)
    outside["body"] = outside["body"].replace("{", '{"extra":1,', 1)
    yield shape.case("outside-changed", "what stands outside the transaction is not signed", message=outside)
    moved = compose(TRANSACTION, right)
    moved["body"] = moved["body"].replace('"transaction"', '"Transaction"')
    yield shape.case(
        "no-transaction",
        "the signed object is not there",
        message=moved,
        signable=False,
        result="invalid",
        reason="missing-signature",
        flags=("MissingSignature",),
    )
    deep = [*TRANSACTION, ("deeper", '{"x":{"y":[1,{"z":"w"}]}}', [("y", "1"), ("z", "w")])]
    yield shape.case(
        "deeper",
        "values below the documented level are taken one by one",
        rows=deep,
        flags=("Nested",),
        result="acceptable",
    )
    zero = [*TRANSACTION[:6], row("flag", "false", ""), *TRANSACTION[6:]]
    yield shape.case("false-inside", "false is printed as nothing, like null", rows=zero, flags=("Scalars",))
