"""A status that nothing on the walk can have led to is a finding; one that may have a cause is none."""

from __future__ import annotations

import json

import pytest
from tests.gateways.plural.asking import gateway

from payproof.lifecycle import read_all
from payproof.model import Finding, Interaction, Message, Severity
from payproof.run.causes import uncaused

CYCLES = read_all(gateway().spec.life_cycles)


def seen(operation: str, status: str | int, **more: object) -> Interaction:
    """Give an exchange about one order: the status that its reply shows, or the code of a refusal."""
    data = {"order_id": "o-1", "type": "CHARGE", "status": status, "pre_auth": False, **more}
    refused = isinstance(status, int)
    body = json.dumps({} if refused else {"data": data}).encode()
    answer = Message(body=body, status=status if isinstance(status, int) else 200)
    return Interaction(Message("GET", "/"), answer, operation)


def found(*exchanges: Interaction, **switches: str) -> list[Finding]:
    """Give the findings about a walk of these exchanges."""
    rows = uncaused(CYCLES, exchanges, gateway().spec.operations, switches=switches, availability="current")
    return [one for one, _ in rows]


@pytest.mark.parametrize("status", ["PENDING", "PROCESSED", "FAILED", "CANCELLED", "FULLY_REFUNDED"])
def test_an_order_without_a_payment_stays_as_it_was_created(status: str) -> None:
    (finding,) = found(seen("createOrder", "CREATED"), seen("getOrder", status))
    assert finding.rule == "status-without-cause"
    assert finding.severity is Severity.ERROR
    assert (finding.expected, finding.actual) == ("CREATED", status)
    assert "no createPayment" in finding.message


def test_a_held_payment_is_not_captured_by_itself() -> None:
    held = [
        seen(name, status, pre_auth=True)
        for name, status in [
            ("createOrder", "CREATED"),
            ("createPayment", "PENDING"),
            ("getOrder", "AUTHORIZED"),
        ]
    ]
    (finding,) = found(*held, seen("getOrder", "PROCESSED", pre_auth=True))
    assert "captureOrder" in finding.message


@pytest.mark.parametrize("status", ["PROCESSED", "FAILED", "FULLY_REFUNDED"])
def test_outside_events_may_lead_on_unseen_once_the_operation_was_accepted(status: str) -> None:
    assert (
        found(seen("createOrder", "CREATED"), seen("createPayment", "PENDING"), seen("getOrder", status))
        == []
    )
    assert found(seen("createOrder", "CREATED"), seen("createPayment", status)) == []


def test_a_refused_operation_leads_nowhere_and_one_that_met_a_server_error_may_have() -> None:
    made, shown = seen("createOrder", "CREATED"), seen("getOrder", "PROCESSED")
    assert len(found(made, seen("createPayment", 422), shown)) == 1
    assert found(made, seen("createPayment", 500), shown) == []
    assert found(made, Interaction(Message("POST", "/"), None, "createPayment"), shown) == []


def test_what_no_row_leads_to_is_left_to_the_life_cycle_s_own_rules() -> None:
    assert found(seen("createOrder", "CREATED"), seen("getOrder", "SHIPPED")) == []
    assert found(seen("createOrder", "CREATED"), seen("getOrder", "CREATED")) == []
