"""What stands inside a sealed form field is found in the spec, and fields are held against it."""

from __future__ import annotations

from payproof.cli.scheme_options import load_spec
from payproof.spec.sealed import sealed_in

SPEC = load_spec("paykun")
ORDER = dict.fromkeys(("order_no", "product_name", "amount", "success_url", "failure_url"), "1234567890")


def test_the_order_inside_the_checkout_form_is_found() -> None:
    sealed = sealed_in(SPEC, "paykun.checkout", "encrypted_request")
    assert sealed is not None
    assert {"order_no", "currency", "udf_5"} < sealed.names
    assert sealed.problems({**ORDER, "note": "not known"}) == []


def test_a_problem_has_the_evidence_of_the_order_not_of_its_envelope() -> None:
    sealed = sealed_in(SPEC, "paykun.checkout", "encrypted_request")
    assert sealed is not None
    del (order := dict(ORDER))["amount"]
    (problem,) = sealed.problems(order)
    assert (problem.pointer, problem.keyword, problem.evidence) == ("/amount", "required", "sdk")
    assert problem.claim.startswith("paykun-code/paykun-php")
    assert SPEC.where(problem.schema_pointer).startswith(str(SPEC.path))


def test_limits_in_doubt_are_no_problem() -> None:
    sealed = sealed_in(SPEC, "paykun.checkout", "encrypted_request")
    assert sealed is not None
    assert sealed.problems({**ORDER, "order_no": "1"}) == []
    (problem,) = sealed.problems({"order_no": "1", **dict.fromkeys(list(ORDER)[1:-1], "x")})
    assert problem.pointer == "/failure_url"


def test_where_the_spec_says_nothing_there_is_nothing() -> None:
    assert sealed_in(SPEC, "paykun.checkout", "merchant_id") is None
    assert sealed_in(SPEC, "paykun.checkout", "no_such_field") is None
    assert sealed_in(SPEC, "paykun.request", "encrypted_request") is None
