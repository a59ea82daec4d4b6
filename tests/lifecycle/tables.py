"""Small life cycles for the tests; the gateways' own tables are tested where they are loaded."""

from __future__ import annotations

from typing import Any

import yaml

from payproof.lifecycle import LifeCycle, read_all

TEXT = """
shop.order:
  summary: An order with and without pre-authorisation.
  initial: CREATED
  closed: documented
  x-evidence: documented
  facts: {pre_auth: {values: [true, false], fixed: true}, refund: {values: [part, rest], fixed: false}}
  triggers:
    captureOrder: {only: documented}
    cancelOrder: {only: documented}
    createPayment: {only: inferred}
  states:
    CREATED: {summary: accepted}
    PENDING: {summary: a payment is linked}
    ATTEMPTED: {summary: a payment failed}
    AUTHORIZED: {summary: money held}
    PROCESSED: {summary: money taken, money: [refunded = 0]}
    CANCELLED: {final: true}
    FAILED: {final: true}
    PARTIALLY_REFUNDED: {money: [0 < refunded < captured]}
    FULLY_REFUNDED: {final: true, money: [refunded = captured]}
  money:
    - refunded <= captured
    - captured <= ordered
    - {rule: authorised = ordered, x-evidence: inferred}
  transitions:
    - {from: null, to: CREATED, trigger: createOrder}
    - {from: CREATED, to: PENDING, trigger: createPayment}
    - {from: PENDING, to: AUTHORIZED, trigger: payment-succeeds, when: {pre_auth: true}}
    - {from: PENDING, to: PROCESSED, trigger: payment-succeeds, when: {pre_auth: false}}
    - {from: PENDING, to: FAILED, trigger: payment-fails, x-evidence: inferred}
    - {from: AUTHORIZED, to: PROCESSED, trigger: captureOrder, when: {pre_auth: true}}
    - {from: AUTHORIZED, to: CANCELLED, trigger: cancelOrder, when: {pre_auth: true}}
    - from: [PROCESSED, PARTIALLY_REFUNDED]
      to: PARTIALLY_REFUNDED
      trigger: refund-succeeds
      when: {refund: part}
    - from: [PROCESSED, PARTIALLY_REFUNDED]
      to: FULLY_REFUNDED
      trigger: refund-succeeds
      when: {refund: rest}
    - {from: [CREATED, PENDING], to: CANCELLED, trigger: cancelOrder, availability: planned}
    - {from: PENDING, to: ATTEMPTED, trigger: attempt-fails, switch: {failed_attempt: ATTEMPTED}}
    - from: ATTEMPTED
      to: PENDING
      trigger: createPayment
      switch: {failed_attempt: ATTEMPTED}
      x-evidence: inferred
  observe:
    where: {/data/type: [CHARGE, null]}
    id: [/data/order_id, /data/orderId]
    status: [/data/status]
    at: [/data/updated_at]
    event: [/event_type]
    delivery: ["header:webhook-id"]
    facts: {pre_auth: [/data/pre_auth]}
    money:
      ordered: [/data/order_amount/value]
      captured: ["/data/payments/*/capture_data/*/amount", "/data/payments/*[status=PROCESSED]/amount"]
shop.refund:
  summary: A refund is an order of its own.
  initial: PENDING
  x-evidence: inferred
  closed: inferred
  states: {PENDING: {}, PROCESSED: {final: true}, FAILED: {final: true}}
  transitions:
    - {from: PENDING, to: PROCESSED, trigger: acquirer-accepts}
    - {from: PENDING, to: FAILED, trigger: acquirer-refuses}
  counts: {life-cycle: shop.order, as: refunded, in: [PROCESSED]}
  observe:
    where: {/data/type: REFUND}
    id: [/data/order_id]
    parent: [/data/parent_order_id]
    status: [/data/status]
    at: [/data/updated_at]
    event: [/event_type]
    money: {refunded: [/data/order_amount/value]}
"""


def raw() -> dict[str, Any]:
    """A fresh copy of the tables as a document gives them."""
    tables: dict[str, Any] = yaml.safe_load(TEXT)
    return tables


CYCLES: dict[str, LifeCycle] = read_all(raw())
ORDER, REFUND = CYCLES["shop.order"], CYCLES["shop.refund"]
OPERATIONS = {"createOrder", "createPayment", "captureOrder", "cancelOrder", "getOrder"}
