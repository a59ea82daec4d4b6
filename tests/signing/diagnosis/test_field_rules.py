"""Rules that the spec states of an order's fields, and how their breaking is worded."""

from __future__ import annotations

from payproof.signing import Envelope
from payproof.signing.diagnosis.field_rules import field_causes
from payproof.spec import loads
from payproof.spec.sealed import Sealed, sealed_in

SPEC = """
openapi: 3.1.0
info: {title: A shop, version: "1"}
paths:
  /pay:
    post:
      operationId: pay
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                sealed: {type: string, contentSchema: {$ref: "#/components/schemas/Outer"}}
      responses: {"200": {description: A page}}
      x-signing: {request: {scheme: shop.pay}}
components:
  schemas:
    Outer:
      type: object
      properties:
        value: {type: string, contentSchema: {$ref: "#/components/schemas/Order"}}
    Order:
      type: object
      required: [amount]
      x-evidence: inferred
      properties:
        amount: {type: string, pattern: "^[0-9]+$"}
        order: {type: string}
"""
ENVELOPE = Envelope("shop.pay", form_field="sealed")


def shop() -> Sealed:
    found = sealed_in(loads(SPEC.encode(), "shop.yaml"), "shop.pay", "sealed")
    assert found is not None
    return found


def test_a_value_that_the_spec_does_not_allow_is_named_with_the_rule() -> None:
    (cause,) = field_causes(ENVELOPE, b"amount::ten;order::1", shop())
    assert cause.choice == "field-rule"
    assert (
        cause.says
        == "a field that the spec does not allow: 'ten' does not match '^[0-9]+$' (evidence: inferred)"
    )
    assert cause.change == "send 'amount' as the spec says"


def test_a_value_is_judged_without_the_entries_that_it_swallowed() -> None:
    (cause,) = field_causes(ENVELOPE, b"amount::10,order::1", shop())
    assert cause.choice == "joined-otherwise"


def test_nothing_is_said_of_what_are_no_entries_or_what_no_spec_describes() -> None:
    assert field_causes(ENVELOPE, b"amount", shop()) == []
    assert field_causes(ENVELOPE, b"", shop()) == []
    assert field_causes(ENVELOPE, b"order::1", None) == []
