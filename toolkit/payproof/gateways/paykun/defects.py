"""What a PayKun server could get wrong; importing this module registers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from payproof.model import Evidence, Message
from payproof.signing import verify
from payproof.signing.fields import Pairs, UnreadableBody, body_fields
from payproof.signing.recipe import Recipe
from payproof.signing.verdict import Verdict
from payproof.simulator import defects
from payproof.simulator.jsontext import encoded
from payproof.simulator.protocol import Answer, Call

defect = partial(defects.defect, gateway="paykun")
unguarded = partial(defects.unguarded, gateway="paykun")

unguarded(
    "over-refund",
    "money",
    "A refund may exceed the transaction's amount.",
    "refund-limit",
    "refund-cumulative-limit",
)
unguarded(
    "over-refund-in-parts",
    "money",
    "Each refund is held against the amount, not against what is left.",
    "refund-cumulative-limit",
    rests_on="inferred",
)
unguarded(
    "refund-of-nothing",
    "money",
    "A refund of zero or of no amount at all succeeds.",
    "refund-amount",
    "validation:*:/refund_amount:*",
)
unguarded("refund-before-capture", "state", "A failed transaction can be refunded.", "refund-needs-capture")
unguarded(
    "other-merchant-readable",
    "authentication",
    "Transactions and orders of another merchant are shown.",
    "ownership",
    rests_on="inferred",
)
unguarded(
    "no-auth-on-orders",
    "authentication",
    "The orders list asks for no credentials.",
    "authentication:listOrderTransactions",
)
unguarded("status-filter-ignored", "state", "The orders list ignores `status`.", "filter-status")
unguarded("date-filters-ignored", "state", "The orders list ignores the dates.", "filter-dates")
unguarded("email-filter-ignored", "state", "The orders list ignores `customer_email`.", "filter-email")
unguarded(
    "page-limit-ignored",
    "validation",
    "More than 100 records come when asked for.",
    "page-limit",
    "validation:*:query/limit:*",
)
unguarded("expiry-in-the-past", "validation", "A link may expire before it is made.", "link-expiry-future")
unguarded(
    "customer-duties-ignored",
    "validation",
    "The customer fields of a single customer's link may be empty.",
    "link-customer-duties",
    "validation:*:/customer_*",
    "validation:*:/notify_*",
    "validation:*::*",
)
unguarded(
    "link-without-amount", "validation", "A link needs no amount.", "link-amount", "validation:*:/amount:*"
)


@defect(
    "remarks-not-covered",
    "signature",
    "A refund whose remarks were changed after signing passes.",
    stage="verify",
)
def _remarks_not_covered(call: Call, recipe: Recipe, verdict: Verdict) -> bool:
    if "remarks" not in call.fields or verdict.reason != "mismatch" or call.merchant is None:
        return False
    # What a server computes that leaves remarks out cannot be told from a signature over them; so the texts
    # that a tamperer is likely to have started from are tried in the place of the one that came.
    for text in _near(str(call.fields["remarks"]), call):
        original = _with_remarks(call.message, text)
        if original is not None and verify(recipe, original, call.merchant.keys).ok:
            return True
    return False


def _near(sent: str, call: Call) -> Iterator[str]:
    bodies = ((call.operation.request_body or {}).get("content") or {}).values()
    for media in bodies:
        rows = [media.get("example"), *(row.get("value") for row in (media.get("examples") or {}).values())]
        yield from (str(row["remarks"]) for row in rows if isinstance(row, dict) and "remarks" in row)
    yield from call.world.table("remarks-seen")
    yield ""
    if len(sent) > 300:
        return
    for at in range(len(sent) + 1):
        yield sent[:at]
        yield sent[at:]
        yield sent[:at] + sent[at + 1 :]
    for code in range(32, 127):
        yield from (sent[:at] + chr(code) + sent[at + 1 :] for at in range(len(sent)))


def _with_remarks(message: Message, text: str) -> Message | None:
    try:
        fields = body_fields(message)
    except UnreadableBody:
        return None
    if not isinstance(fields, Pairs):
        return None
    rows = Pairs((name, text if name == "remarks" else value) for name, value in fields)
    return replace(message, body=encoded(rows)).with_header("Content-Type", "application/json")


@defect(
    "stale-response-signature",
    "signature",
    "The status reply is signed before `status` takes its last value.",
    stage="reply",
)
def _stale(operation: str, message: Message) -> Message:
    if b'"transaction":{' not in message.body:
        return message
    head, found, rest = message.body.partition(b'"status":"')
    text, _, tail = rest.partition(b'"')
    # The status changes once more after signing, to another that the reference names.
    later = b"Failed" if text == b"Success" else b"Success"
    return replace(message, body=head + found + later + b'"' + tail) if found else message


def _walk(tree: Any, name: str, change: Any) -> Any:
    if isinstance(tree, dict):
        return {key: change(item) if key == name else _walk(item, name, change) for key, item in tree.items()}
    return [_walk(item, name, change) for item in tree] if isinstance(tree, list) else tree


def _body_defect(
    name: str,
    breaks: str,
    category: defects.Category,
    field: str,
    change: Any,
    rests_on: Evidence = "documented",
) -> None:
    @defect(name, category, breaks, stage="answer", rests_on=rests_on)
    def _change(call: Call, answer: Answer) -> Answer:
        return replace(answer, body=_walk(answer.body, field, change)) if answer.status == 200 else answer


_body_defect("amount-as-string", "`gross_amount` is a text.", "schema", "gross_amount", str)
_body_defect(
    "amount-in-paise", "`gross_amount` is in paise.", "money", "gross_amount", lambda value: value * 100
)
_body_defect(
    "fee-as-float",
    "The fee has more than two decimals.",
    "money",
    "gateway_fee",
    lambda value: value + Decimal("0.001"),
    # The samples have two decimals; no text says so.
    rests_on="inferred",
)
# What a list's counts and pages mean is read from their names and one sample.
_body_defect(
    "page-number-off",
    "`current_page` counts from 0.",
    "state",
    "current_page",
    lambda value: value - 1,
    rests_on="inferred",
)
_body_defect(
    "total-of-the-page",
    "`total_orders` counts one page only.",
    "state",
    "total_orders",
    lambda value: min(value, 2),
    rests_on="inferred",
)
_body_defect(
    "never-last",
    "`is_last` is always false.",
    "state",
    "is_last",
    lambda value: False,
    rests_on="inferred",
)
_body_defect(
    "item-count-off",
    "`current_item_count` is one too high.",
    "state",
    "current_item_count",
    lambda value: value + 1,
    rests_on="inferred",
)
_body_defect(
    "payment-id-echoed-wrong",
    "The reply names another payment than the one asked for.",
    "state",
    "payment_id",
    lambda value: value[:-5] + "00000",
)
_body_defect(
    "order-id-echoed-wrong",
    "The reply names another order than the one asked for.",
    "state",
    "order_id",
    lambda value: value + "0",
)
_body_defect("date-as-number", "`date` is a number.", "schema", "date", lambda value: Decimal(value))
_body_defect("status-flag-as-text", "`status_flag` is a text.", "schema", "status_flag", str)
_body_defect(
    "merchant-id-of-another",
    "The reply carries another merchant's id.",
    "state",
    "merchant_id",
    lambda value: value[::-1],
    rests_on="inferred",
)


@defect(
    "wrong-envelope",
    "schema",
    "Validation errors come as one object, business errors as an array.",
    stage="answer",
)
def _wrong_envelope(call: Call, answer: Answer) -> Answer:
    if not isinstance(answer.body, dict) or "errors" not in answer.body:
        return answer
    errors = answer.body["errors"]
    swapped = errors[0] if isinstance(errors, list) else [errors]
    return replace(answer, body={**answer.body, "errors": swapped})


@defect("status-true-on-errors", "schema", "A refusal says `status` true.", stage="answer")
def _status_true(call: Call, answer: Answer) -> Answer:
    if answer.status < 400 or not isinstance(answer.body, dict):
        return answer
    return replace(answer, body={**answer.body, "status": True})


@defect("error-code-wrong", "schema", "Every refusal says `errorCode` serverError.", stage="answer")
def _error_code(call: Call, answer: Answer) -> Answer:
    return replace(answer, body=_walk(answer.body, "errorCode", lambda code: "serverError"))


@defect("not-found-with-404", "status", "An unknown id answers 404, not the documented 400.", stage="answer")
def _not_found_404(call: Call, answer: Answer) -> Answer:
    return replace(answer, status=404) if answer.reason == "dataNotFound" else answer


@defect(
    "response-keys-sorted",
    "signature",
    "The reply is written anew, keys sorted, after it was signed.",
    stage="reply",
)
def _sorted(operation: str, message: Message) -> Message:
    try:
        return replace(message, body=json.dumps(json.loads(message.body), sort_keys=True).encode())
    except ValueError:
        return message
