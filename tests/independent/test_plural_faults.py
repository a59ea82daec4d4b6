"""Each fault of the independent Plural does what it says, and no more; its webhooks have their own module."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from . import plural_server
from .plural_client import NOT_ALLOWED, UNAUTHORIZED, Client, Clock, code, status


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no such fault: nonsense"):
        plural_server.serve(0, {"nonsense"})


def test_fault_capture_while_pending(start_plural: Callable[..., Client]) -> None:
    faulty = start_plural("capture-while-pending")
    assert status(faulty.capture(faulty.pending(pre_auth=True))) == "PROCESSED"
    assert code(faulty.capture(faulty.create()[1]["data"]["order_id"])) == NOT_ALLOWED


def test_fault_cancel_after_processed(start_plural: Callable[..., Client]) -> None:
    faulty = start_plural("cancel-after-processed")
    assert status(faulty.cancel(faulty.settled())) == "CANCELLED"
    assert code(faulty.cancel(faulty.pending())) == NOT_ALLOWED


def test_fault_over_refund(start_plural: Callable[..., Client]) -> None:
    faulty = start_plural("over-refund")
    order_id = faulty.settled()
    assert status(faulty.refund(order_id, 1101)) == "PROCESSED"
    assert status(faulty.refund(order_id, 1100)) == "PROCESSED"
    assert code(faulty.refund(faulty.pending(), 100)) == NOT_ALLOWED


def test_fault_authorized_without_preauth(start_plural: Callable[..., Client]) -> None:
    faulty = start_plural("authorized-without-preauth")
    assert status(faulty.send(f"/orders/{faulty.pending()}")) == "AUTHORIZED"


def test_fault_status_goes_backwards(start_plural: Callable[..., Client]) -> None:
    faulty = start_plural("status-goes-backwards")
    order_id = faulty.pending()
    seen = [status(faulty.send(f"/orders/{order_id}")) for _ in range(4)]
    assert seen == ["PROCESSED", "PENDING", "PROCESSED", "PENDING"]


def test_fault_wrong_reference_echoed(start_plural: Callable[..., Client]) -> None:
    faulty = start_plural("wrong-reference-echoed")
    made = faulty.create(merchant_order_reference="mine")[1]["data"]
    assert made["merchant_order_reference"] == "R-mine"
    assert faulty.send("/orders/reference/mine")[1]["data"]["order_id"] == made["order_id"]


def test_fault_token_never_expires(start_plural: Callable[..., Client]) -> None:
    clock = Clock()
    faulty = start_plural("token-never-expires", now=clock, token_lifetime_s=60)
    clock.now_s += 3600
    assert faulty.create()[0] == 201
    assert code(faulty.send("/orders/1", Authorization="Bearer nonsense")) == UNAUTHORIZED


@pytest.mark.parametrize("header", ["", "Bearer nonsense"])
def test_fault_no_auth_on_get(start_plural: Callable[..., Client], header: str) -> None:
    faulty = start_plural("no-auth-on-get")
    made = faulty.create()[1]["data"]
    for path in (f"/orders/{made['order_id']}", f"/orders/reference/{made['merchant_order_reference']}"):
        assert status(faulty.send(path, Authorization=header)) == "CREATED"
    assert code(faulty.send("/orders", "POST", {}, Authorization=header)) == UNAUTHORIZED
