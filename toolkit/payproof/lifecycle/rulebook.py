"""The rules that a life cycle's judge raises: id, severity, wording, example."""

from __future__ import annotations

from payproof.model import Evidence, Severity
from payproof.rules import Example, Rule, register


def _rule(
    id: str, severity: Severity, summary: str, fix: str, example: str, rests_on_table: bool = True
) -> Rule:
    rests_on: Evidence = "documented" if rests_on_table else "inferred"
    return register(
        Rule(f"life-cycle-{id}", severity, summary, fix, Example(input=example), rests_on=rests_on)
    )


UNKNOWN_STATE = _rule(
    "unknown-state",
    Severity.ERROR,
    "A status that the life cycle does not have.",
    "ask the gateway what it means; treat it as not final until you know",
    "CREATED, then SHIPPED",
)
ILLEGAL_STEP = _rule(
    "illegal-step",
    Severity.ERROR,
    "A status follows another from which no row of the life cycle leads to it.",
    "report the sequence to the gateway, or check that the facts (such as pre_auth) are those of this object",
    "CREATED, PENDING, AUTHORIZED without pre-authorisation",
)
BACKWARDS = _rule(
    "status-backwards",
    Severity.ERROR,
    "The status went back to an earlier one.",
    "do not undo work that a later status allowed; report the sequence to the gateway",
    "PROCESSED, then PENDING with a later time",
)
PLANNED_STEP = _rule(
    "planned-step",
    Severity.ERROR,
    "A step was taken which the documents announce but call unavailable.",
    "the gateway may have released it: if so, judge with --availability planned and handle the status",
    "CREATED, then CANCELLED without pre-authorisation, while checkout-cancel is settled as stays-pending",
)
OPEN_STEP = _rule(
    "open-step",
    Severity.NOTE,
    "A step was taken on which the documents contradict themselves.",
    "settle the named switch to judge it",
    "PENDING, then ATTEMPTED while failed_attempt_status is not settled",
)
MISSING_STEP = _rule(
    "missing-step",
    Severity.NOTE,
    "Statuses between two observed ones were not seen.",
    "nothing is broken when polls were far apart or a webhook was lost",
    "CREATED, then PROCESSED",
)
OPERATION_NOT_ALLOWED = _rule(
    "operation-not-allowed",
    Severity.ERROR,
    "An operation succeeded in a state in which the life cycle does not allow it.",
    "report it to the gateway; do not rely on it",
    "captureOrder answered with success while the order was PENDING",
)
MONEY = _rule(
    "money-inconsistent",
    Severity.ERROR,
    "Amounts do not add up with each other or with the status.",
    "reconcile the amounts with the gateway before shipping or refunding",
    "captured 1000, refunded 1200",
)
MONEY_UNREADABLE = _rule(
    "money-unreadable",
    Severity.WARNING,
    "An amount is no number of the unit in which the gateway counts.",
    "send and expect integers in minor units, unless the gateway documents decimals",
    'ordered "10.50" where minor units are documented',
)
FACT_CHANGED = _rule(
    "fact-changed",
    Severity.WARNING,
    "A fact that stays the same for an object's life was reported with two values.",
    "check that the observations belong to one object",
    "pre_auth true, later false",
)
DUPLICATE = _rule(
    "webhook-duplicate",
    Severity.NOTE,
    "A webhook came again.",
    "expected: handle each delivery id, or each status with its time, once",
    "the same webhook-id twice",
)
OUT_OF_ORDER = _rule(
    "webhook-out-of-order",
    Severity.NOTE,
    "A webhook arrived after something newer was known.",
    "expected: do not let an older status replace a newer one",
    "ORDER_PROCESSED of 10:02 arrives before ORDER_AUTHORIZED of 10:01",
)
STALE_READ = _rule(
    "stale-read",
    Severity.NOTE,
    "A reply showed an older status than was already known.",
    "compare the object's own time before you store a status",
    "a poll shows PENDING of 10:00 after a webhook brought PROCESSED of 10:01",
    False,
)
ID_REUSED = _rule(
    "webhook-id-reused",
    Severity.WARNING,
    "Two webhooks with different statuses carry one delivery id.",
    "do not drop the second one as a duplicate; report it to the gateway",
    "msg_1 with PENDING and msg_1 with PROCESSED",
    False,
)
